#include "hostapi/instance_commands.hpp"

#include "command/definition.hpp"
#include "command/slash_form.hpp"
#include "hostapi/command_preparation.hpp"
#include "hostapi/interaction_plan.hpp"
#include "model/generated/fields.hpp"
#include "model/string_scratch.hpp"

#include <algorithm>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

bool is_press(const model::Event& event) {
    model::StringScratch scratch;
    const auto type =
        interaction_type(event.view().get(model::fields::interaction::type, scratch).integer);
    return type == InteractionType::component || type == InteractionType::modal;
}

/// The id of a message or an interaction, as handlers see it.
std::string id_of(const model::Event& event) {
    model::StringScratch scratch;
    const auto id = event.view().get(event.type() == model::EventType::interaction_create
                                         ? model::fields::interaction::id
                                         : model::fields::message::id,
                                     scratch);
    return id.kind == model::Value::Kind::text ? std::string(id.text) : std::string();
}

}  // namespace

/// A handler that is being prepared or runs: it may ask something.
struct InstanceCommands::Asker {
    explicit Asker(std::weak_ptr<Worker> on) : worker(std::move(on)) {}
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;
    ~Asker() {
        // After the handler's own event, so that a crash leaves neither answered without the other.
        const auto thread = answers.empty() ? nullptr : worker.lock();
        if (thread != nullptr) {
            thread->post([answers = std::move(answers)]() mutable { answers.clear(); });
        }
    }

    std::weak_ptr<Worker> worker;
    std::shared_ptr<void> place;  ///< of a command
    std::vector<std::shared_ptr<void>> answers;
};

struct InstanceCommands::Snapshot {
    std::uint64_t book_version = 0;
    std::uint64_t rules_version = 0;
    CommandIndexPtr index;
    CommandRulesPtr rules;
};

InstanceCommands::InstanceCommands(Parts parts)
    : parts_(std::move(parts)), snapshot_(std::make_unique<Snapshot>()) {
    const auto look_again = [this, worker = std::weak_ptr<Worker>(parts_.worker),
                             alive = std::weak_ptr<const bool>(alive_)] {
        if (const auto thread = worker.lock()) {
            thread->post([this, alive] {
                if (!alive.expired()) {
                    want_messages();
                }
            });
        }
    };
    watch_ = parts_.desk->watch(look_again);
    press_watch_ = parts_.presses == nullptr ? nullptr : parts_.presses->watch(look_again);
}

InstanceCommands::~InstanceCommands() = default;

/// Subscribes the lane to messages while one can be a command or a press, and no longer.
void InstanceCommands::want_messages() {
    const bool wanted = (texts_ > 0 && parts_.desk->texts()) ||
                        (presses_ > 0 && (asks_ || parts_.presses->wants_messages(parts_.owner)));
    if (wanted == messages_) {
        return;
    }
    messages_ = wanted;
    if (wanted) {
        parts_.bus->subscribe(parts_.lane, model::EventType::message_create);
    } else {
        parts_.bus->unsubscribe(parts_.lane, model::EventType::message_create);
    }
}

void InstanceCommands::expect_messages() {
    asks_ = true;
    want_messages();
}

Result<EffectId> InstanceCommands::declare(const json& definition, std::string where) {
    auto read = command::read_definition(definition);
    if (!read) {
        return read.error();
    }
    const command::DefinitionPtr made = *read;
    auto entry =
        parts_.desk->book().add({made, parts_.session, parts_.owner, where, parts_.builtin});
    if (!entry) {
        return entry.error();
    }
    std::optional<CommandRegistry::DeclarationId> slash;
    if (made->slash) {
        auto declared =
            parts_.registry->declare(parts_.session, command::slash_form(*made), std::move(where));
        if (!declared) {
            parts_.desk->book().remove(*entry);
            const Error& error = declared.error();
            return error.kind() == ErrorKind::limit && made->prefix
                       ? Error(error.kind(),
                               error.message() +
                                   "; with slash = false it is there in the prefix form alone")
                       : error;
        }
        slash = *declared;
    }
    texts_ += made->prefix ? 1 : 0;
    want_messages();
    return parts_.scope->add("command " + log::clipped(made->root.name, 60),
                             [this, entry = *entry, slash, text = made->prefix] {
                                 parts_.desk->book().remove(entry);
                                 if (slash) {
                                     parts_.registry->withdraw(*slash);
                                 }
                                 texts_ -= text ? 1 : 0;
                                 want_messages();
                             });
}

Result<CommandHandler> InstanceCommands::handle(InvocationKind kind, std::string_view key) {
    if (key.empty() || key.size() > kLongestKey) {
        return Error(ErrorKind::invalid, kind == InvocationKind::press
                                             ? "expected the name of an action"
                                             : "expected the name of a command");
    }
    const bool press = kind == InvocationKind::press;
    if (press && parts_.presses == nullptr) {
        return Error(ErrorKind::unsupported, "this runtime has no buttons");
    }
    if (live_ >= kMostHandlers) {
        return Error(ErrorKind::limit,
                     "more than " + std::to_string(kMostHandlers) + " handlers of commands");
    }
    std::string name(key);
    const std::uint64_t id = ++made_;
    handlers_[{kind, name}].push_back(id);
    if (++live_ == 1) {
        parts_.bus->subscribe(parts_.lane, model::EventType::interaction_create);
    }
    if (press) {
        ++presses_;
        parts_.presses->add(parts_.owner, name);
        want_messages();
    }
    const EffectId effect =
        parts_.scope->add("handler of " + log::clipped(name, 60), [this, kind, press, id, name] {
            const auto known = handlers_.find({kind, name});
            std::erase(known->second, id);
            if (known->second.empty()) {
                handlers_.erase(known);
            }
            if (--live_ == 0) {
                parts_.bus->unsubscribe(parts_.lane, model::EventType::interaction_create);
            }
            if (press) {
                --presses_;
                parts_.presses->remove(parts_.owner, name);
                want_messages();
            }
        });
    return CommandHandler{effect, id};
}

std::uint64_t InstanceCommands::handler_of(InvocationKind kind, const std::string& key) const {
    const auto found = handlers_.find({kind, key});
    return found == handlers_.end() ? 0 : found->second.back();
}

const InstanceCommands::Snapshot& InstanceCommands::current() const {
    const std::uint64_t book = parts_.desk->book().version();
    if (book != snapshot_->book_version) {
        snapshot_->index = parts_.desk->book().index();
        snapshot_->book_version = book;
    }
    const std::uint64_t rules = parts_.desk->version();
    if (rules != snapshot_->rules_version) {
        snapshot_->rules = parts_.desk->rules();
        snapshot_->rules_version = rules;
    }
    return *snapshot_;
}

/// The bot's account, where it has been asked for already.
std::string InstanceCommands::own_id(const model::Event& event) const {
    const auto me =
        parts_.desk->facts()->find(std::string(event.bot_name()), "users.me", json::object());
    return me == nullptr || !me->is_object() ? std::string() : me->value("id", std::string());
}

/// A command of whichever extension: whoever uses one while something is asked does not answer.
bool InstanceCommands::is_command(const model::Event& event) const {
    return match_any(event).has_value();
}

std::optional<CommandMatch> InstanceCommands::match(const model::Event& event) const {
    auto found = match_any(event);
    return found && found->entry->session == parts_.session ? std::move(found) : std::nullopt;
}

std::optional<CommandMatch> InstanceCommands::match_any(const model::Event& event) const {
    const Snapshot& now = current();
    auto found = event.type() == model::EventType::interaction_create
                     ? match_interaction(event, *now.index)
                     : match_text(event, *now.index, *now.rules, "");
    if (!found) {
        return std::nullopt;
    }
    if (!found->mention.empty()) {
        const std::string own = own_id(event);
        if (!own.empty() && own != found->mention) {
            return std::nullopt;
        }
    }
    return found;
}

bool InstanceCommands::concerns(const model::Event& event) const {
    if (event.type() == model::EventType::interaction_create) {
        if (handlers_.empty()) {
            return false;
        }
        return is_press(event)
                   ? parts_.presses != nullptr && parts_.presses->concerns(event, parts_.owner)
                   : match(event).has_value();
    }
    if (event.type() != model::EventType::message_create) {
        return false;
    }
    return (texts_ > 0 && match(event).has_value()) ||
           (presses_ > 0 && parts_.presses->concerns(event, parts_.owner) && !is_command(event));
}

/// What the handler is given says how long it may ask.
InstanceCommands::Done InstanceCommands::begin_asking(const model::Event& event, Done done) {
    if (askers_.size() >= sweep_at_) {
        std::erase_if(askers_, [](const auto& one) { return one.second.expired(); });
        sweep_at_ = std::max(kFewAskers, askers_.size() * 2);
    }
    auto asker = std::make_shared<Asker>(parts_.worker);
    askers_[id_of(event)] = asker;
    // Whoever keeps the function longer does not keep the asker.
    auto holder = std::make_shared<std::shared_ptr<Asker>>(std::move(asker));
    return
        [holder = std::move(holder), done = std::move(done)](std::optional<Invocation> invocation) {
            auto own = std::exchange(*holder, nullptr);
            if (invocation && own != nullptr) {
                own->place = std::move(invocation->place);
                invocation->place = std::move(own);
            }
            done(std::move(invocation));
        };
}

std::shared_ptr<InstanceCommands::Asker> InstanceCommands::asker_of(
    std::string_view question) const {
    const auto found = askers_.find(question.substr(0, question.rfind('/')));
    return found == askers_.end() ? nullptr : found->second.lock();
}

void InstanceCommands::prepare(model::EventPtr event, Done done) {
    done = begin_asking(*event, std::move(done));
    auto found = match(*event);
    if (!found) {
        prepare_press(std::move(event), std::move(done));
        return;
    }
    CommandPreparation::Parts parts;
    parts.desk = parts_.desk;
    parts.rules = current().rules;
    parts.match = *std::move(found);
    parts.event = std::move(event);
    parts.worker = parts_.worker;
    parts.log = parts_.log;
    parts.handler = [this](InvocationKind kind, const std::string& path) {
        return handler_of(kind, path);
    };
    parts.call = parts_.call;
    // What is still under way when the instance stops comes to nobody.
    parts.done = [alive = std::weak_ptr<const bool>(alive_),
                  done = std::move(done)](std::optional<Invocation> invocation) {
        if (!alive.expired()) {
            done(std::move(invocation));
        }
    };
    CommandPreparation::make(std::move(parts))->start();
}

void InstanceCommands::prepare_press(model::EventPtr event, Done done) {
    if (parts_.presses == nullptr || !parts_.presses->concerns(*event, parts_.owner)) {
        done(std::nullopt);
        return;
    }
    Presses::Asking asking;
    asking.owner = parts_.owner;
    asking.handler = [this, alive = std::weak_ptr<const bool>(alive_)](std::string_view action) {
        return alive.expired() ? 0 : handler_of(InvocationKind::press, std::string(action));
    };
    asking.asks = [this, alive = std::weak_ptr<const bool>(alive_)](std::string_view question) {
        return !alive.expired() && asker_of(question) != nullptr;
    };
    asking.call = parts_.call;
    asking.worker = parts_.worker;
    parts_.presses->prepare(
        std::move(event), std::move(asking),
        [this, alive = std::weak_ptr<const bool>(alive_),
         done = std::move(done)](std::optional<Invocation> invocation) {
            if (alive.expired()) {
                return;
            }
            if (invocation && invocation->data.value("action", std::string()) == kAskAction) {
                keep_with_asker(*invocation);
            }
            done(std::move(invocation));
        });
}

void InstanceCommands::heard(const model::Event& event) {
    if (parts_.presses != nullptr && event.type() == model::EventType::message_create) {
        parts_.presses->heard(event);
    }
}

bool InstanceCommands::was_heard(const model::Event& event) const {
    return presses_ > 0 && parts_.presses->was_heard(event);
}

void InstanceCommands::keep_with_asker(Invocation& answer) const {
    const auto asker = asker_of(question_of(answer.data.value("state", json())));
    answer.until_answered = [weak = std::weak_ptr<Asker>(asker)](std::shared_ptr<void> open) {
        if (const auto one = weak.lock(); one != nullptr && one->answers.size() < kMostAnswers) {
            one->answers.push_back(std::move(open));
        }
    };
}

void InstanceCommands::stop() {
    alive_.reset();
    watch_.reset();
    press_watch_.reset();
}

void InstanceCommands::activate() { parts_.desk->book().activate(parts_.owner, parts_.session); }

void InstanceCommands::close() {
    parts_.desk->book().close(parts_.session);
    parts_.desk->places()->release(parts_.session);
}

}  // namespace rookery::hostapi
