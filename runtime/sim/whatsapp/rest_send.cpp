#include "sim/multipart.hpp"
#include "sim/whatsapp/rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::whatsapp {
namespace {

constexpr std::size_t kMostText = 65'536;

/// A kind of content with a file, and how it is called once it is sent.
struct Media {
    const char* kind;
    const char* message;
    const char* type;
};
constexpr std::array kMedia = {
    Media{"image", "imageMessage", "image/jpeg"},
    Media{"video", "videoMessage", "video/mp4"},
    Media{"audio", "audioMessage", "audio/ogg; codecs=opus"},
    Media{"sticker", "stickerMessage", "image/webp"},
    Media{"document", "documentMessage", "application/octet-stream"},
};

Json media_json(const std::string& type, std::size_t bytes, const std::string& caption) {
    Json json = {{"url", "https://mmg.whatsapp.net/v/t62.7118-24/simulated.enc"},
                 {"directPath", "/v/t62.7118-24/simulated.enc"},
                 {"mediaKey", "c2ltdWxhdGVkIGtleQ=="},
                 {"mimetype", type},
                 {"fileLength", std::to_string(bytes)}};
    if (!caption.empty()) {
        json["caption"] = caption;
    }
    return json;
}

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The id in a message key; empty when it is none.
std::string target_of(const Json& key) { return key.is_object() ? text_at(key, "id") : ""; }

bool fits(const std::string& type, const char* kind) {
    return type.starts_with(std::string(kind) + "/");
}

}  // namespace

HttpReply Rest::send(Call& call) {
    if (call.request.header("content-type").starts_with("multipart/form-data")) {
        return send_file(call);
    }
    std::vector<std::string> problems;
    if (call.text("to").empty()) {
        problems.emplace_back("to should not be empty");
    }
    if (!call.has("message") || !call.body["message"].is_object()) {
        problems.emplace_back("message must be an object");
    }
    if (!problems.empty()) {
        return invalid(problems);
    }
    auto* chat = chat_of(call.text("to"));
    return chat == nullptr ? invalid({"to must be a known JID"})
                           : send_content(*chat, call.body["message"]);
}

HttpReply Rest::send_file(Call& call) {
    const auto parts = parse_multipart(call.request.header("content-type"), call.request.body);
    if (!parts) {
        core_.recorder.violation("whatsapp_multipart", 0, parts.error().message());
        return invalid({"Multipart: Unexpected end of form"});
    }
    std::string to;
    std::string caption;
    const FormPart* file = nullptr;
    for (const auto& part : *parts) {
        if (part.name == "to") {
            to = part.data;
        } else if (part.name == "caption") {
            caption = part.data;
        } else if (part.name == "file") {
            file = &part;
        }
    }
    auto* chat = to.empty() ? nullptr : chat_of(to);
    if (chat == nullptr || file == nullptr) {
        return invalid({chat == nullptr ? "to must be a known JID" : "file should not be empty"});
    }
    const auto* kind = std::find_if(kMedia.begin(), kMedia.end(), [&](const Media& media) {
        return fits(file->content_type, media.kind);
    });
    const auto& chosen = kind == kMedia.end() ? kMedia.back() : *kind;
    auto content = media_json(file->content_type, file->data.size(), caption);
    if (kind == kMedia.end()) {
        content["fileName"] = file->filename;
    }
    return sent(*chat, caption, {{chosen.message, std::move(content)}}, {});
}

std::optional<HttpReply> Rest::act_on(community::Channel& chat, const Json& content) {
    const auto answer = [&](Json technical) {
        return community::json_reply(
            technical_json(core_, chat.id, core_.me().id, std::move(technical)), 201);
    };
    const auto find = [&](const Json& key) {
        return community::World::message(chat, target_of(key));
    };
    const auto gone = [] { return invalid({"key must name a message of the chat"}); };
    if (content.contains("react")) {
        const auto& react = content["react"];
        auto* target = react.is_object() && react.contains("key") ? find(react["key"]) : nullptr;
        if (target == nullptr) {
            return gone();
        }
        const auto text = text_at(react, "text");
        // One reaction a person: a new one takes the place of the old one without a word.
        const auto old = target->reactions;
        for (const auto& one : old) {
            if (text.empty()) {
                (void)core_.world.unreact(chat, *target, core_.me().id, one.emoji);
            }
        }
        if (!text.empty()) {
            for (auto& one : target->reactions) {
                std::erase(one.by, core_.me().id);
            }
            std::erase_if(target->reactions, [](const auto& one) { return one.by.empty(); });
            (void)core_.world.react(chat, *target, core_.me().id, text);
        }
        return answer({{"reactionMessage", {{"key", react["key"]}, {"text", text}}}});
    }
    if (content.contains("delete")) {
        const auto id = target_of(content["delete"]);
        return core_.world.remove(chat, id, core_.me().id)
                   ? answer({{"protocolMessage", {{"key", content["delete"]}, {"type", "REVOKE"}}}})
                   : gone();
    }
    if (content.contains("edit")) {
        auto* target = find(content["edit"]);
        if (target == nullptr) {
            return gone();
        }
        if (target->author != core_.me().id) {
            return refuse(403, "Only own messages can be edited");
        }
        core_.world.edit(chat, *target, text_at(content, "text"), nullptr);
        return answer({{"protocolMessage",
                        {{"key", content["edit"]},
                         {"type", "MESSAGE_EDIT"},
                         {"editedMessage", {{"conversation", target->text}}}}}});
    }
    if (content.contains("pin")) {
        auto* target = find(content["pin"]);
        if (target == nullptr) {
            return gone();
        }
        const auto type = content.value("type", 1);
        (void)core_.world.pin(chat, *target, type == 1, core_.me().id);
        return answer({{"pinInChatMessage", {{"key", content["pin"]}, {"type", type}}}});
    }
    return std::nullopt;
}

HttpReply Rest::send_content(community::Channel& chat, const Json& content) {
    if (auto done = act_on(chat, content)) {
        return std::move(*done);
    }
    if (content.contains("text")) {
        const auto text = text_at(content, "text");
        if (text.empty() || text.size() > kMostText) {
            return invalid({"text must be a string of 1 to 65536 characters"});
        }
        std::vector<std::string> replies;
        Json body;
        if (content.contains("contextInfo") && content["contextInfo"].is_object()) {
            const auto quoted = text_at(content["contextInfo"], "stanzaId");
            if (!quoted.empty()) {
                replies = {quoted};
            }
        }
        if (content.contains("contextInfo") || content.contains("mentions")) {
            Json context = content.value("contextInfo", Json::object());
            if (content.contains("mentions")) {
                context["mentionedJid"] = content["mentions"];
            }
            body = {{"extendedTextMessage", {{"text", text}, {"contextInfo", context}}}};
        }
        return sent(chat, text, std::move(body), std::move(replies));
    }
    for (const auto& media : kMedia) {
        if (content.contains(media.kind)) {
            const auto& from = content[media.kind];
            if (!from.is_object() || text_at(from, "url").empty()) {
                return invalid({std::string(media.kind) + ".url must be a URL"});
            }
            const auto caption = text_at(content, "caption");
            auto given = text_at(content, "mimetype");
            auto body = media_json(given.empty() ? media.type : given, 4'096, caption);
            if (content.contains("fileName")) {
                body["fileName"] = content["fileName"];
            }
            return sent(chat, caption, {{media.message, std::move(body)}}, {});
        }
    }
    static constexpr std::array kTaken = {
        std::pair("location", "locationMessage"), std::pair("contacts", "contactsArrayMessage"),
        std::pair("event", "eventMessage"), std::pair("groupInvite", "groupInviteMessage"),
        std::pair("poll", "pollCreationMessageV3")};
    for (const auto& [kind, message] : kTaken) {
        if (content.contains(kind) && content[kind].is_object()) {
            const auto name = text_at(content[kind], "name");
            return sent(chat, name, {{message, content[kind]}}, {});
        }
    }
    if (content.contains("forward") && content["forward"].is_object() &&
        content["forward"].contains("message")) {
        return sent(chat, "", content["forward"]["message"], {});
    }
    return invalid({"message must be a content that Baileys knows"});
}

HttpReply Rest::sent(community::Channel& chat, const std::string& text, Json content,
                     std::vector<std::string> replies_to) {
    community::Draft draft;
    draft.channel = chat.id;
    draft.author = core_.me().id;
    draft.text = text;
    draft.content = std::move(content);
    draft.replies_to = std::move(replies_to);
    return community::json_reply(message_json(core_, core_.world.post(std::move(draft))), 201);
}

}  // namespace rookery::sim::whatsapp
