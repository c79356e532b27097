#include "hostapi/interactions.hpp"

#include "base/log.hpp"
#include "hostapi/interaction_entry.hpp"
#include "hostapi/interaction_wire.hpp"
#include "model/generated/fields.hpp"
#include "model/json_index.hpp"
#include "model/string_scratch.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;
namespace fields = model::fields::interaction;

constexpr Millis kRemembered = Interactions::kTokenLife + Millis{60'000};
constexpr std::string_view kReading = "fetchReply";  // the verb that changes nothing
constexpr std::string_view kRespond = "interactions.respond";
constexpr std::string_view kGetOriginal = "interactions.getOriginal";
constexpr std::string_view kFollowUp = "interactions.createFollowUp";

// Codes of the platform's errors.
constexpr int kUnknownInteraction = 10062;
constexpr int kAlreadyAcknowledged = 40060;
constexpr int kInvalidToken = 50027;

std::string text_of(const model::View& view, model::FieldIndex field) {
    model::StringScratch scratch;
    const auto value = view.get(field, scratch);
    return value.kind == model::Value::Kind::text ? std::string(value.text) : std::string();
}

std::uint64_t id_of(std::string_view text) {
    std::uint64_t id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    return id;
}

/// The platform's number of the error; 0 when it was not the platform that refused.
std::int64_t code_of(const Error& error) {
    return error.refusal() == nullptr ? 0 : error.refusal()->code;
}

}  // namespace

Interactions::Interactions(const Clock& clock, Sender send, std::function<void(SteadyTime)> wake)
    : clock_(clock), send_(std::move(send)), wake_(std::move(wake)) {}

Interactions::~Interactions() = default;

void Interactions::set_policy(const std::string& bot, GuardianPolicy policy) {
    const std::scoped_lock lock(mutex_);
    policies_[bot] = policy;
}

Interactions::EntryPtr Interactions::find(std::uint64_t id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

Interactions::EntryPtr Interactions::add(const model::Event& event) {
    const model::View view = event.view();
    auto entry = std::make_shared<Entry>();
    entry->id = id_of(text_of(view, fields::id));
    entry->bot = event.bot_name();
    entry->application = text_of(view, fields::application_id);
    entry->channel = text_of(view, fields::channel_id);
    entry->token = text_of(view, fields::token);
    model::StringScratch scratch;
    entry->type = interaction_type(view.get(fields::type, scratch).integer);
    entry->message = text_of(view, fields::message_id);
    const std::string name = text_of(view, fields::command_name);
    entry->what = name.empty() ? text_of(view, fields::type_name) + " " +
                                     log::clipped(text_of(view, fields::custom_id), 100)
                               : "command " + log::clipped(name, 60);
    entry->received = clock_.now();
    if (entry->type == InteractionType::autocomplete) {
        note_typed(event, *entry);
    }
    shrink(clock_.now());
    by_age_.push_back(entry);
    by_id_[entry->id] = entry;
    return entry;
}

/// Of several keystrokes only the newest is worth an answer.
void Interactions::note_typed(const model::Event& event, Entry& entry) {
    const model::View view = event.view();
    model::StringScratch scratch;
    const auto user = view.get(fields::user, scratch);
    const std::string who = user.kind == model::Value::Kind::object
                                ? text_of(user.object, model::fields::user::id)
                                : std::string();
    const auto options = view.get(fields::options, scratch);
    const std::string option = options.kind == model::Value::Kind::array
                                   ? focused_option(options.array.node())
                                   : std::string();
    entry.typed = who + "/" + text_of(view, fields::command_id) + "/" + option;
    auto& newest = newest_typed_[entry.typed];
    newest = std::max(newest, entry.id);
}

bool Interactions::overtaken(const Entry& entry) const {
    const auto newest = newest_typed_.find(entry.typed);
    return !entry.typed.empty() && newest != newest_typed_.end() && newest->second > entry.id;
}

/// Forgets what can no longer be answered, and the oldest where there are too many.
void Interactions::shrink(SteadyTime now) {
    while (!by_age_.empty() &&
           (by_age_.size() >= kMost || now - by_age_.front()->received > kRemembered)) {
        const EntryPtr oldest = std::move(by_age_.front());
        by_age_.pop_front();
        const auto known = by_id_.find(oldest->id);
        if (known != by_id_.end() && known->second == oldest) {
            by_id_.erase(known);
            past_.forget(oldest->id);
        }
        const auto typed = newest_typed_.find(oldest->typed);
        if (typed != newest_typed_.end() && typed->second == oldest->id) {
            newest_typed_.erase(typed);
        }
    }
}

void Interactions::arrived(const model::Event& event, const std::vector<std::string>& owners) {
    std::optional<SteadyTime> wake;
    {
        const std::scoped_lock lock(mutex_);
        ++counters_.arrived;
        EntryPtr entry = find(id_of(text_of(event.view(), fields::id)));
        if (entry == nullptr) {
            entry = add(event);
        }
        for (const std::string& owner : owners) {
            static_cast<void>(entry->part(owner));
        }
        const auto policy = policies_.find(entry->bot);
        const GuardianPolicy wanted = policy == policies_.end() ? GuardianPolicy{} : policy->second;
        if (wanted.defer) {
            const SteadyTime at = entry->received + wanted.after;
            wake = due_.empty() || at < due_.begin()->first ? std::optional(at) : std::nullopt;
            due_.emplace(at, entry);
        }
    }
    if (wake) {
        wake_(*wake);
    }
}

void Interactions::begun(const model::Event& event, const std::string& owner,
                         std::string_view handler) {
    const std::uint64_t id = id_of(text_of(event.view(), fields::id));
    const std::scoped_lock lock(mutex_);
    if (const EntryPtr entry = find(id)) {
        Part& part = entry->part(owner);
        part.since = part.begun ? part.since : clock_.now();
        part.begun = true;
        // A successor may get again what a version that died had begun.
        part.finished = false;
        if (!handler.empty()) {
            part.handler = handler;
        }
    }
}

void Interactions::finished(const model::Event& event, const std::string& owner) {
    const std::uint64_t id = id_of(text_of(event.view(), fields::id));
    const std::scoped_lock lock(mutex_);
    if (const EntryPtr entry = find(id)) {
        entry->part(owner).finished = true;
    }
}

void Interactions::stopped(const model::Event& event, const std::string& owner) {
    const std::uint64_t id = id_of(text_of(event.view(), fields::id));
    const std::scoped_lock lock(mutex_);
    if (const EntryPtr entry = find(id)) {
        for (Part& part : entry->parts) {
            part.finished = part.owner != owner;
        }
    }
}

/// Why it can no longer be answered at all.
std::optional<Error> Interactions::gone(const Entry& entry, SteadyTime now) {
    if (entry.expired) {
        return Error(ErrorKind::stale,
                     "the interaction has expired: nobody had answered it in "
                     "the three seconds that the platform waits");
    }
    if (now - entry.received > kTokenLife) {
        return Error(ErrorKind::stale,
                     "the interaction has expired: it is " +
                         std::to_string((now - entry.received) / std::chrono::minutes(1)) +
                         " minutes old, and the platform allows 15");
    }
    return std::nullopt;
}

void Interactions::call(const model::OperationInfo& info, OperationCall call, OperationDone done) {
    const bool raw = info.discord_method != "CORE";
    const auto named = call.arguments.find("interactionId");
    std::uint64_t id =
        named != call.arguments.end() && named->is_string() ? id_of(named->get<std::string>()) : 0;
    const bool handled =
        call.event != nullptr && call.event->type() == model::EventType::interaction_create;
    const std::uint64_t own = handled ? id_of(text_of(call.event->view(), fields::id)) : 0;
    id = id == 0 ? own : id;
    const std::string name(info.name);
    const auto refuse = [&](ErrorKind kind, const std::string& why) {
        done(Error(kind, name + ": " + why));
    };
    if (id == 0) {
        return refuse(ErrorKind::invalid,
                      "no interaction is being handled: say which one (parameter interactionId)");
    }
    EntryPtr entry;
    {
        const std::scoped_lock lock(mutex_);
        entry = find(id);
        if (entry == nullptr && id == own) {
            entry = add(*call.event);
        }
        if (entry != nullptr && entry->queue.size() < kMostWaiting) {
            auto waiting = std::make_shared<Waiting>();
            waiting->verb = info.verb;
            waiting->raw = raw;
            waiting->arguments = std::move(call.arguments);
            waiting->extension = std::move(call.extension);
            waiting->deadline = call.deadline;
            waiting->number = id == own ? std::optional(call.number) : std::nullopt;
            waiting->done = [name, done = std::move(done)](Result<json> result) {
                done(result ? std::move(result) : Result<json>(result.error().within(name)));
            };
            entry->queue.push_back(std::move(waiting));
        } else if (entry != nullptr) {
            return refuse(ErrorKind::limit, "100 calls wait for this interaction already");
        }
    }
    if (entry != nullptr) {
        return next(entry);
    }
    if (raw) {
        return send_(
            {call.bot.empty() && call.event != nullptr ? std::string(call.event->bot_name())
                                                       : call.bot,
             info.name, std::move(call.arguments), std::move(call.extension), call.deadline},
            std::move(done));
    }
    refuse(ErrorKind::stale, "there is no interaction " + std::to_string(id) +
                                 " that could still be answered: 15 minutes have passed, or the "
                                 "runtime was started after it");
}

/// What the same call came to before; nothing: it was not made.
std::optional<Result<json>> Interactions::before(const Entry& entry, const Waiting& call) const {
    return call.number ? past_.find(entry.id, {call.extension, *call.number, call.verb})
                       : std::nullopt;
}

/// The next call of the interaction, unless one is under way.
void Interactions::next(const EntryPtr& entry) {
    std::shared_ptr<Waiting> waiting;
    Result<json> early = json();
    {
        const std::scoped_lock lock(mutex_);
        if (entry->busy || entry->queue.empty()) {
            return;
        }
        waiting = std::move(entry->queue.front());
        entry->queue.pop_front();
        entry->busy = true;
        // A successor does again what the version before it had begun.
        if (auto past = before(*entry, *waiting)) {
            early = *std::move(past);
        } else if (auto over = gone(*entry, clock_.now())) {
            early = *std::move(over);
        } else if (waiting->raw) {
            waiting->steps = {{kRespond, waiting->arguments, after_callback(waiting->arguments)}};
        } else if (waiting->verb == "autocomplete" && overtaken(*entry)) {
            entry->state = {Answered::closed, false, false};
        } else {
            auto steps = plan_answer(entry->type, entry->state, waiting->verb, waiting->arguments);
            if (steps) {
                waiting->steps = *std::move(steps);
            } else {
                early = steps.error();
            }
        }
    }
    if (waiting->steps.empty()) {
        end(entry, waiting, std::move(early));
    } else {
        run(entry, std::move(waiting));
    }
}

/// Sends the step that is next.
void Interactions::run(const EntryPtr& entry, std::shared_ptr<Waiting> waiting) {
    const AnswerStep& step = waiting->steps[waiting->at];
    if (step.operation == kFollowUp && entry->earlier.wanted() && !waiting->searched) {
        return search(entry, waiting);
    }
    Send request{entry->bot, step.operation, step.arguments, waiting->extension, waiting->deadline};
    if (step.operation == kRespond) {
        request.arguments["interactionId"] = std::to_string(entry->id);
        request.deadline = std::min(request.deadline, kAnswerDeadline);
    } else {
        request.arguments["applicationId"] = entry->application;
    }
    request.arguments["token"] = entry->token;
    send_(std::move(request), [this, entry, waiting](Result<json> result) {
        step_done(entry, waiting, std::move(result));
    });
}

/// The handler runs again, after a crash: what it says further may stand there already.
void Interactions::search(const EntryPtr& entry, const std::shared_ptr<Waiting>& waiting) {
    waiting->searched = true;
    Send request{entry->bot, "messages.list", EarlierFollowUps::where(entry->channel, entry->id),
                 waiting->extension, waiting->deadline};
    send_(std::move(request), [this, entry, waiting](const Result<json>& messages) {
        const auto found = messages ? entry->earlier.take(*messages, entry->id,
                                                          waiting->steps[waiting->at].arguments)
                                    : std::nullopt;
        // Where it cannot be looked up it is sent: better twice than never.
        if (found) {
            return step_done(entry, waiting, *found);
        }
        run(entry, waiting);
    });
}

void Interactions::step_done(const EntryPtr& entry, const std::shared_ptr<Waiting>& waiting,
                             Result<json> result) {
    const AnswerStep& step = waiting->steps[waiting->at];
    const bool first = step.operation == kRespond;
    if (!result) {
        const Error error = result.error();
        const std::int64_t code = code_of(error);
        if (first && code == kAlreadyAcknowledged && !waiting->guardian && !waiting->raw &&
            !std::exchange(waiting->looked_up, true)) {
            return look_up(entry, waiting, error);
        }
        const bool expired = code == kInvalidToken || (first && code == kUnknownInteraction);
        if (expired) {
            const std::scoped_lock lock(mutex_);
            counters_.expired += std::exchange(entry->expired, true) ? 0 : 1;
        }
        return end(entry, waiting,
                   expired
                       ? Error(ErrorKind::stale, "the interaction has expired: " + error.message())
                       : error);
    }
    {
        const std::scoped_lock lock(mutex_);
        entry->state = step.after;
        if (first) {
            ++(waiting->guardian ? counters_.deferred : counters_.answered);
        }
    }
    if (++waiting->at < waiting->steps.size()) {
        return run(entry, waiting);
    }
    if (!waiting->raw && first) {
        result = message_of(*result);
    } else if (step.operation == kGetOriginal) {
        result = shown_message(*result);
    }
    end(entry, waiting, std::move(result));
}

/// The platform has an answer that this process did not give, or does not know to have given: one
/// from before a restart, most likely. A deferral can still be filled in, and a component that was
/// taken note of is still to be answered; whatever else it was has answered already.
void Interactions::look_up(const EntryPtr& entry, const std::shared_ptr<Waiting>& waiting,
                           Error refused) {
    Send request{entry->bot, kGetOriginal, json::object(), waiting->extension, waiting->deadline};
    request.arguments["applicationId"] = entry->application;
    request.arguments["token"] = entry->token;
    send_(std::move(request), [this, entry, waiting,
                               refused = std::move(refused)](const Result<json>& original) {
        const auto flags = original && original->is_object()
                               ? original->value("flags", std::int64_t{0})
                               : std::int64_t{0};
        const bool waits = (flags & kLoading) != 0;
        const json there = original ? *original : json();
        const bool noted = !waits && there.is_object() && !entry->message.empty() &&
                           there.value("id", json()) == entry->message;
        entry->earlier.original(there);
        Result<std::vector<AnswerStep>> steps = refused;
        {
            const std::scoped_lock lock(mutex_);
            entry->state = {waits   ? Answered::thinking
                            : noted ? Answered::silently
                                    : Answered::message,
                            waits && (flags & kEphemeral) != 0, false};
            if (waits || noted) {
                steps = plan_answer(entry->type, entry->state, waiting->verb, waiting->arguments);
            }
        }
        if (!waits && !noted) {
            return end(entry, waiting,
                       Error(ErrorKind::exists,
                             "it has been answered already, by another "
                             "program or before a restart: " +
                                 refused.message()));
        }
        if (!steps || steps->empty()) {
            return end(entry, waiting, steps ? Result<json>(json()) : Result<json>(steps.error()));
        }
        waiting->steps = *std::move(steps);
        waiting->at = 0;
        run(entry, waiting);
    });
}

void Interactions::end(const EntryPtr& entry, const std::shared_ptr<Waiting>& waiting,
                       Result<json> result) {
    {
        const std::scoped_lock lock(mutex_);
        entry->busy = false;
        if (result && waiting->number && waiting->verb != kReading) {
            past_.remember(entry->id, {waiting->extension, *waiting->number, waiting->verb},
                           *result);
        }
    }
    const OperationDone done = std::exchange(waiting->done, nullptr);
    done(std::move(result));
    next(entry);
}

InteractionCounters Interactions::counters() const {
    const std::scoped_lock lock(mutex_);
    return counters_;
}

std::size_t Interactions::answer_bytes() const {
    const std::scoped_lock lock(mutex_);
    return past_.bytes();
}

std::size_t Interactions::size() const {
    const std::scoped_lock lock(mutex_);
    return by_age_.size();
}

}  // namespace rookery::hostapi
