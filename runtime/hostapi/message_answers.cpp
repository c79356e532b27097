#include "hostapi/message_answers.hpp"

#include "model/generated/fields.hpp"
#include "model/string_scratch.hpp"

#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;
namespace fields = model::fields::message;

constexpr std::int64_t kEphemeral = 1 << 6;
/// Of the calls that one answer takes, those before the message have numbers of their own, so that
/// no two effects are taken for one.
constexpr std::uint32_t kBefore = 1U << 30U;

std::string text_at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
}

std::string message_id(const model::Event& event) {
    model::StringScratch scratch;
    const auto id = event.view().get(fields::id, scratch);
    return id.kind == model::Value::Kind::text ? std::string(id.text) : std::string();
}

std::string author_id(const model::Event& event) {
    model::StringScratch scratch;
    const auto author = event.view().get(fields::author, scratch);
    if (author.kind != model::Value::Kind::object) {
        return {};
    }
    const auto id = author.object.get(model::fields::user::id, scratch);
    return id.kind == model::Value::Kind::text ? std::string(id.text) : std::string();
}

std::string key_of(const OperationCall& call) {
    return call.event->dedupe_key() + "/" + call.extension;
}

bool take_ephemeral(json& arguments) {
    bool ephemeral = false;
    if (const auto found = arguments.find("ephemeral"); found != arguments.end()) {
        ephemeral = *found == true;
        arguments.erase(found);
    }
    const auto flags = arguments.find("flags");
    if (flags != arguments.end() && flags->is_number_integer()) {
        const auto bits = flags->get<std::int64_t>();
        ephemeral = ephemeral || (bits & kEphemeral) != 0;
        *flags = bits & ~kEphemeral;
        if (*flags == 0) {
            arguments.erase(flags);
        }
    }
    return ephemeral;
}

}  // namespace

bool MessageAnswers::takes(const model::OperationInfo& info, const OperationCall& call) {
    return info.noun == "interactions" && info.discord_method == "CORE" && call.event != nullptr &&
           call.event->type() == model::EventType::message_create &&
           text_at(call.arguments, "interactionId").empty();
}

void MessageAnswers::run(const model::OperationInfo& info, const model::PlatformInfo& platform,
                         OperationCall call, OperationDone done) {
    const std::string_view verb = info.verb;
    if (!call.arguments.is_object()) {
        done(Error(ErrorKind::invalid, std::string(info.name) + ": expected a table"));
    } else if (verb == "reply" || verb == "followUp") {
        reply(platform, std::move(call), std::move(done));
    } else if (verb == "editReply") {
        edit(platform, std::move(call), std::move(done));
    } else if (verb == "deleteReply") {
        on_answer(std::move(call), "messages.delete", std::move(done));
    } else if (verb == "fetchReply") {
        on_answer(std::move(call), "messages.get", std::move(done));
    } else if (verb == "update") {
        update(std::move(call), std::move(done));
    } else if (verb == "defer") {
        typing(platform, std::move(call), std::move(done));
    } else if (verb == "deferUpdate") {
        done(json());
    } else {
        done(Error(ErrorKind::invalid,
                   std::string(info.name) + ": a message cannot be answered so"));
    }
}

void MessageAnswers::reply(const model::PlatformInfo& platform, OperationCall call,
                           OperationDone done) {
    const std::string key = key_of(call);
    auto remembering = [this, key, done = std::move(done)](Result<json> result) {
        if (result) {
            remember(key, *result);
        }
        done(std::move(result));
    };
    const bool promised = promise(key) == Eyes::one;
    const bool ephemeral = take_ephemeral(call.arguments) || promised;
    const bool in_guild = !call.event->guild_text().empty();
    if (ephemeral && in_guild && model::find_operation(platform, "dms.open") != nullptr) {
        reply_privately(platform, std::move(call), std::move(remembering));
    } else {
        reply_here(platform, std::move(call), std::move(remembering));
    }
}

/// Where this kind of server has no direct messages, the answer stands where it was asked for, as
/// on platforms that have none.
void MessageAnswers::reply_privately(const model::PlatformInfo& platform, OperationCall call,
                                     OperationDone done) {
    OperationCall open = call;
    open.operation = "dms.open";
    open.arguments = {{"userId", author_id(*call.event)}};
    open.number ^= kBefore;
    call_(std::move(open), [this, &platform, call = std::move(call),
                            done = std::move(done)](Result<json> channel) mutable {
        if (!channel && channel.error().kind() == ErrorKind::unsupported) {
            reply_here(platform, std::move(call), std::move(done));
            return;
        }
        if (!channel) {
            done(std::move(channel));
            return;
        }
        call.operation = "messages.send";
        call.arguments["channelId"] = text_at(*channel, "id");
        call_(std::move(call), std::move(done));
    });
}

void MessageAnswers::reply_here(const model::PlatformInfo& platform, OperationCall call,
                                OperationDone done) {
    call.arguments["channelId"] = std::string(call.event->channel_text());
    call.operation = "messages.send";
    if (model::find_operation(platform, "messages.reply") != nullptr) {
        call.operation = "messages.reply";
        call.arguments["messageId"] = message_id(*call.event);
    }
    call_(std::move(call), std::move(done));
}

/// What fills in a deferral is the first answer, as it is for interactions.
void MessageAnswers::edit(const model::PlatformInfo& platform, OperationCall call,
                          OperationDone done) {
    if (promise(key_of(call)) != Eyes::none) {
        reply(platform, std::move(call), std::move(done));
    } else {
        on_answer(std::move(call), "messages.edit", std::move(done));
    }
}

void MessageAnswers::on_answer(OperationCall call, std::string operation, OperationDone done) {
    const auto ours = answer(key_of(call));
    if (!ours) {
        done(Error(ErrorKind::invalid, call.operation + ": it has not been answered yet"));
        return;
    }
    call.operation = std::move(operation);
    call.arguments["channelId"] = ours->channel;
    call.arguments["messageId"] = ours->message;
    call_(std::move(call), std::move(done));
}

void MessageAnswers::update(OperationCall call, OperationDone done) {
    const auto chosen = menus_.noted(*call.event);
    if (!chosen) {
        done(Error(
            ErrorKind::invalid,
            call.operation + ": only a component, or the form that it opened, has a message"));
        return;
    }
    call.operation = "messages.edit";
    call.arguments["channelId"] = chosen->channel;
    call.arguments["messageId"] = chosen->message;
    call_(std::move(call), std::move(done));
}

void MessageAnswers::typing(const model::PlatformInfo& platform, OperationCall call,
                            OperationDone done) {
    keep(key_of(call), {{}, {}, take_ephemeral(call.arguments)});
    if (model::find_operation(platform, "channels.typing") == nullptr) {
        done(json());
        return;
    }
    call.operation = "channels.typing";
    call.arguments = {{"channelId", std::string(call.event->channel_text())}};
    // Whether it could be shown is of no consequence.
    call_(std::move(call), [done = std::move(done)](const Result<json>&) { done(json()); });
}

void MessageAnswers::ask(const model::PlatformInfo& platform, OperationCall call,
                         command::TextForm form, OperationDone done) {
    MenuBook::Form open;
    open.bot = call.event->bot_name();
    open.channel = call.event->channel_text();
    open.user = author_id(*call.event);
    open.opened_by = call.event->dedupe_key();
    open.after = message_id(*call.event);
    call.arguments = {{"content", command::next_question(form)}};
    open.form = std::move(form);
    const auto before = menus_.opened(open);
    if (before && (before->asked || before->over || !before->told.empty())) {
        // Its handler runs again, after a reload or a crash: what is filled in stays.
        done(json());
        return;
    }
    menus_.put(open, [this, platform = &platform, call = std::move(call), open,
                      done = std::move(done)]() mutable {
        reply_here(*platform, std::move(call),
                   [this, open = std::move(open), done = std::move(done)](Result<json> result) {
                       if (!result && result.error().kind() != ErrorKind::exists) {
                           menus_.end_form(open);
                           done(std::move(result));
                           return;
                       }
                       menus_.note_asked(open, {}, [done] { done(json()); });
                   });
    });
}

void MessageAnswers::remember(const std::string& key, const json& message) {
    keep(key, {text_at(message, "channelId"), text_at(message, "id"), false});
}

void MessageAnswers::keep(const std::string& key, Answer answer) {
    const std::scoped_lock lock(mutex_);
    const auto [known, added] = answers_.try_emplace(key, answer);
    if (!added) {
        if (known->second.message.empty() && !answer.message.empty()) {
            known->second = std::move(answer);
        }
        return;
    }
    age_.push_back(key);
    if (age_.size() > kMost) {
        answers_.erase(age_.front());
        age_.pop_front();
    }
}

std::optional<MessageAnswers::Answer> MessageAnswers::answer(const std::string& key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = answers_.find(key);
    return found == answers_.end() || found->second.message.empty() ? std::nullopt
                                                                    : std::optional(found->second);
}

MessageAnswers::Eyes MessageAnswers::promise(const std::string& key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = answers_.find(key);
    if (found == answers_.end() || !found->second.message.empty()) {
        return Eyes::none;
    }
    return found->second.ephemeral ? Eyes::one : Eyes::all;
}

}  // namespace rookery::hostapi
