#include "platform/whatsapp/calls.hpp"

#include "model/answer.hpp"
#include "model/operations.hpp"
#include "platform/whatsapp/digest.hpp"
#include "platform/whatsapp/jid.hpp"
#include "platform/whatsapp/message_content.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rookery::whatsapp {

using async::Task;

namespace {

constexpr std::size_t kMostListed = 100;
constexpr std::int64_t kPinSeconds = 604'800;
constexpr std::size_t kMostId = 128;

/// The key of a message in whatever form a bridge answers; null: it says none.
const Json& key_in(const Json& answer) {
    const Json& own = at(answer, "key");
    return own.is_object() ? own : at(at(answer, "data"), "key");
}

std::string id_in(const Json& answer) {
    auto id = text_at(key_in(answer), "id", kMostId);
    for (const auto* const name : {"id", "messageId"}) {
        if (id.empty()) {
            id = text_at(answer, name, kMostId);
        }
    }
    return id;
}

std::int64_t unix_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

Task<Result<Json>> Calls::run(gateway::BotCall call) {
    const auto* const operation = model::find_operation(platform_, call.info->name);
    if (operation == nullptr) {
        co_return Error(ErrorKind::unsupported, "whatsapp has no " + std::string(call.info->name));
    }
    CallContext context{call.extension, call.deadline, call.lane};
    auto answer = co_await perform(std::string(call.info->name), std::move(call.arguments),
                                   std::move(context));
    if (!answer) {
        co_return answer.error();
    }
    const auto shown =
        model::show_answer(operation->result, operation->list, {}, write_json(*answer));
    if (!shown) {
        co_return Error(ErrorKind::protocol,
                        std::string(call.info->name) + ": the answer cannot be read");
    }
    co_return Json::parse(*shown, nullptr, false);
}

MessageKey Calls::key_of(const Json& arguments, const char* name) {
    return directory_.recall(directory_.canonical(text_at(arguments, "channelId", kMostId)),
                             text_at(arguments, name, kMostId));
}

Task<Result<Json>> Calls::perform(std::string name, Json arguments, CallContext context) {
    const auto chat = directory_.canonical(text_at(arguments, "channelId", kMostId));
    if (name == "messages.send" || name == "messages.reply") {
        auto answered =
            text_at(arguments, name == "messages.send" ? "replyTo" : "messageId", kMostId);
        co_return co_await send(std::move(answered), std::move(arguments), std::move(context));
    }
    if (name == "messages.list" || name == "messages.get") {
        const bool one = name == "messages.get";
        const auto limit = one ? static_cast<std::int64_t>(kMostListed)
                               : number_at(arguments, "limit").value_or(50);
        auto all = co_await list(chat, static_cast<std::size_t>(limit), std::move(context));
        if (!all || !one) {
            co_return all;
        }
        const auto wanted = text_at(arguments, "messageId", kMostId);
        for (auto& message : *all) {
            if (text_at(message, "id") == wanted) {
                co_return message;
            }
        }
        co_return Error(ErrorKind::not_found,
                        "the bridge's newest messages of the chat have none of that id");
    }
    if (name == "messages.bulkDelete") {
        const Json ids = at(arguments, "messageIds");
        for (const auto& id : ids) {
            Json content{{"delete", to_json(directory_.recall(
                                        chat, id.is_string() ? id.get<std::string>() : ""))}};
            auto done = co_await act(arguments, std::move(content), context);
            if (!done) {
                co_return done;
            }
        }
        co_return Json();
    }
    if (name == "users.get") {
        co_return co_await user(text_at(arguments, "userId", kMostId), std::move(context));
    }
    if (name == "users.me") {
        if (directory_.own().empty()) {
            co_return Error(ErrorKind::unavailable, "the bridge has not said who the account is");
        }
        co_return digest_user(directory_.own(), directory_);
    }
    if (name == "dms.open") {
        const Json wanted{{"id", text_at(arguments, "userId", kMostId)}};
        auto channel = digest_channel(wanted, directory_);
        if (!channel) {
            co_return Error(ErrorKind::invalid, "userId: expected a JID, got no @");
        }
        co_return *channel;
    }
    const auto key = to_json(key_of(arguments, "messageId"));
    Json content;
    if (name == "messages.edit") {
        content = write_text(arguments);
        content["edit"] = key;
        auto edited = co_await act(arguments, content, std::move(context));
        if (!edited) {
            co_return edited;
        }
        auto shown = sent(chat, content, Json{{"id", text_at(arguments, "messageId", kMostId)}});
        shown["editedAt"] = unix_seconds() * 1'000;
        co_return shown;
    }
    if (name == "messages.delete") {
        content = Json{{"delete", key}};
    } else if (name == "reactions.add") {
        const auto emoji = read_emoji(arguments);
        if (!emoji) {
            co_return emoji.error();
        }
        content = Json{{"react", {{"text", *emoji}, {"key", key}}}};
    } else if (name == "reactions.remove") {
        content = Json{{"react", {{"text", ""}, {"key", key}}}};
    } else if (name == "pins.add") {
        content = Json{{"pin", key}, {"type", 1}, {"time", kPinSeconds}};
    } else if (name == "pins.remove") {
        content = Json{{"pin", key}, {"type", 2}};
    } else {
        co_return Error(ErrorKind::unsupported, "whatsapp has no " + name);
    }
    auto done = co_await act(std::move(arguments), std::move(content), std::move(context));
    if (!done) {
        co_return done;
    }
    co_return Json();
}

/// Something done to a message.
Task<Result<Json>> Calls::act(Json arguments, Json content, CallContext context) {
    const auto key = key_of(arguments, "messageId");
    co_return co_await post(key.chat, std::move(content), std::move(context));
}

Task<Result<Json>> Calls::post(std::string chat, Json content, CallContext context) {
    if (jid_user(chat).empty()) {
        co_return Error(ErrorKind::invalid, "channelId: expected a JID like 491511234567@" +
                                                std::string(kPersonHost) + ", got " + chat);
    }
    ApiRequest request;
    request.method = "POST";
    request.path = "/messages";
    request.label = "/messages";
    request.body = Json{{"to", std::move(chat)}, {"message", std::move(content)}};
    co_return co_await api_.send(std::move(request), std::move(context));
}

Task<Result<Json>> Calls::send(std::string answered, Json arguments, CallContext context) {
    const auto chat = directory_.canonical(text_at(arguments, "channelId", kMostId));
    Json content = write_text(arguments);
    if (!answered.empty()) {
        auto quoted = directory_.recall(chat, answered);
        if (quoted.from_me && quoted.participant.empty()) {
            quoted.participant = directory_.own();
        }
        quote(content, quoted);
    }
    if (const Json& poll = at(arguments, "poll"); poll.is_object()) {
        auto written = write_poll(poll);
        if (!written) {
            co_return written.error();
        }
        content = std::move(*written);
    }
    if (const Json& extra = at(arguments, "extra"); extra.is_object()) {
        content.update(extra);
    }
    // One file, or a list of them.
    if (const Json& files = at(arguments, "files"); files.is_structured() && !files.empty()) {
        co_return co_await send_files(std::move(arguments), std::move(content), std::move(context));
    }
    if (text_at(content, "text").empty() && content.size() == 1) {
        co_return Error(ErrorKind::invalid, "a message needs a content, embeds, a poll or files");
    }
    const auto answer = co_await post(chat, content, std::move(context));
    if (!answer) {
        co_return answer.error();
    }
    co_return sent(chat, content, *answer);
}

Task<Result<Json>> Calls::send_files(Json arguments, Json content, CallContext context) {
    const auto chat = directory_.canonical(text_at(arguments, "channelId", kMostId));
    auto files = discord::read_uploads(at(arguments, "files"), api_.upload_rules());
    if (!files) {
        co_return files.error();
    }
    std::optional<Json> first;
    for (auto& file : *files) {
        auto caption = first ? std::string() : text_at(content, "text");
        const Json shown{{"text", caption}};
        const auto answer =
            co_await api_.send_file(chat, std::move(caption), std::move(file), context);
        if (!answer) {
            co_return answer.error();
        }
        if (!first) {
            first = sent(chat, shown, *answer);
        }
    }
    co_return *first;
}

/// The message that was sent, as the bridge shows it, or as far as it is known here.
Json Calls::sent(const std::string& chat, const Json& content, const Json& answer) {
    MessageKey key{chat, id_in(answer), true, {}};
    if (const Json& told = key_in(answer); told.is_object()) {
        key = read_key(told, directory_);
        key.from_me = true;
    }
    if (!key.id.empty()) {
        directory_.remember(chat, key);
    }
    const Json& whole = at(answer, "key").is_object() ? answer : at(answer, "data");
    Json message{{"key", to_json(key)}, {"message", at(whole, "message")}};
    message["messageTimestamp"] = number_at(whole, "messageTimestamp").value_or(unix_seconds());
    if (auto digest = digest_message(message, directory_)) {
        return *digest;
    }
    // A bridge that does not show it: an unknown id is empty, the message is sent all the same.
    if (key.id.empty()) {
        message["key"]["id"] = "-";
    }
    Json text{{"text", text_at(content, "text")}};
    text["contextInfo"] =
        at(content, "contextInfo").is_object() ? at(content, "contextInfo") : Json::object();
    text["contextInfo"]["mentionedJid"] = at(content, "mentions");
    message["message"] = Json{{"extendedTextMessage", std::move(text)}};
    auto digest = digest_message(message, directory_).value_or(Json::object());
    digest["id"] = key.id;
    return digest;
}

Task<Result<Json>> Calls::list(std::string chat, std::size_t limit, CallContext context) {
    const auto all = co_await api_.messages(chat, std::min(limit, kMostListed), std::move(context));
    if (!all) {
        co_return all.error();
    }
    std::vector<Json> found;
    for (const auto& one : *all) {
        if (auto digest = digest_message(one, directory_)) {
            directory_.remember(chat, read_key(at(one, "key"), directory_));
            found.push_back(std::move(*digest));
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const Json& one, const Json& other) {
        return number_at(one, "createdAt").value_or(0) > number_at(other, "createdAt").value_or(0);
    });
    found.resize(std::min(found.size(), limit));
    co_return Json(std::move(found));
}

Task<Result<Json>> Calls::user(std::string id, CallContext context) {
    ApiRequest request;
    request.path = "/contacts/" + net::percent_encode(id);
    request.label = "/contacts/{jid}";
    const auto answer = co_await api_.send(std::move(request), std::move(context));
    if (!answer) {
        co_return answer.error();
    }
    const Json& contact = at(*answer, "data").is_object() ? at(*answer, "data") : *answer;
    auto found = learn_contact(contact, directory_);
    co_return digest_user(found.empty() ? directory_.canonical(id) : found, directory_);
}

}  // namespace rookery::whatsapp
