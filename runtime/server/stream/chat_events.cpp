#include "server/stream/chat_events.hpp"

#include "server/stream/subscription.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace rookery::server {
namespace {

using Json = nlohmann::ordered_json;
using model::Event;
using model::Value;
using model::View;

/// Reads one event's fields.
class Fields {
  public:
    explicit Fields(const Event& event) : event_(event), view_(event.view()) {}

    [[nodiscard]] Value at(std::string_view path) { return view_.path(path, scratch_); }
    [[nodiscard]] std::string text(std::string_view path) { return std::string(at(path).text); }
    [[nodiscard]] bool in_guild() const { return !event_.guild_text().empty(); }
    [[nodiscard]] std::string guild() const { return std::string(event_.guild_text()); }

    void set(Json& to, const char* key, std::string_view path) {
        const Value value = at(path);
        if (value.kind == Value::Kind::text) {
            to[key] = value.text;
        } else if (value.kind == Value::Kind::integer) {
            to[key] = value.integer;
        }
    }

  private:
    const Event& event_;
    View view_;
    model::StringScratch scratch_;
};

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Seconds since 1970 of a time in the schema's form; 0 for anything else.
std::int64_t seconds_of(const std::string& time) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (std::sscanf(time.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d", &year, &month, &day, &hour, &minute,
                    &second) != 6) {
        return 0;
    }
    const std::chrono::sys_days days =
        std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day};
    return days.time_since_epoch().count() * 86'400LL + hour * 3600 + minute * 60 + second;
}

/// `participant` is said in groups alone, as whoever wrote a message in a chat of two is clear.
Json key_of(const std::string& channel, const std::string& id, const std::string& author,
            std::string_view self, bool in_group) {
    Json key;
    key["remoteJid"] = channel;
    key["fromMe"] = !author.empty() && author == self;
    key["id"] = id;
    if (in_group && !author.empty()) {
        key["participant"] = author;
    }
    return key;
}

/// `at` is "" or "new.".
Json content_of(Fields& fields, const std::string& at) {
    const std::string content = fields.text(at + "content");
    model::StringScratch scratch;
    model::ArrayCursor files(fields.at(at + "attachments").array);
    Value file;
    if (!files.next(file, scratch)) {
        return Json{{"conversation", content}};
    }
    const auto text = [&](const char* name) {
        return std::string(file.object.get(name, scratch).text);
    };
    const std::string type = text("contentType");
    const std::string kind = type.substr(0, type.find('/'));
    const bool shown = kind == "image" || kind == "video" || kind == "audio";
    Json media{{"url", text("url")}, {"mimetype", type}};
    media["fileName"] = text("name");
    media["fileLength"] = file.object.get("size", scratch).integer;
    if (!content.empty()) {
        media["caption"] = content;
    }
    return Json{{(shown ? kind : "document") + "Message", std::move(media)}};
}

using Written = std::optional<std::string>;

Written message(const Event& event, std::string_view self) {
    Fields fields(event);
    Json one;
    one["key"] = key_of(fields.text("channelId"), fields.text("id"), fields.text("author.id"), self,
                        fields.in_guild());
    one["messageTimestamp"] = seconds_of(fields.text("createdAt"));
    std::string name = fields.text("member.displayName");
    for (const char* other : {"author.globalName", "author.username"}) {
        name = name.empty() ? fields.text(other) : name;
    }
    one["pushName"] = name;
    one["message"] = content_of(fields, "");
    return dump({{"messages", Json::array({std::move(one)})}, {"type", "notify"}});
}

Written edit(const Event& event, std::string_view self) {
    Fields fields(event);
    Json update;
    update["message"]["editedMessage"]["message"] = content_of(fields, "new.");
    const std::string edited = fields.text("new.editedAt");
    if (edited.empty()) {
        return std::nullopt;  // a preview of a link came in
    }
    update["messageTimestamp"] = seconds_of(edited);
    return dump(
        Json::array({Json{{"key", key_of(fields.text("new.channelId"), fields.text("new.id"),
                                         fields.text("new.author.id"), self, fields.in_guild())},
                          {"update", std::move(update)}}}));
}

Written deletion(const Event& event, std::string_view self) {
    Fields fields(event);
    return dump({{"keys", Json::array({key_of(fields.text("channelId"), fields.text("id"),
                                              fields.text("message.author.id"), self,
                                              fields.in_guild())})}});
}

Written deletions(const Event& event, std::string_view /*self*/) {
    Fields fields(event);
    Json keys = Json::array();
    model::StringScratch scratch;
    model::ArrayCursor ids(fields.at("ids").array);
    for (Value id; ids.next(id, scratch);) {
        keys.push_back(key_of(fields.text("channelId"), std::string(id.text), {}, {}, false));
    }
    return dump({{"keys", std::move(keys)}});
}

Written reaction(const Event& event, std::string_view self, const char* emoji, bool there) {
    Fields fields(event);
    const std::string channel = fields.text("channelId");
    const std::string id = fields.text(std::string(emoji) + ".id");
    const std::string name = fields.text(std::string(emoji) + ".name");
    Json made;
    // The reaction is no message here: it has no id of its own.
    made["key"] = key_of(channel, "", fields.text("userId"), self, true);
    made["text"] = !there ? "" : id.empty() ? name : name + ":" + id;
    return dump(
        Json::array({Json{{"key", key_of(channel, fields.text("messageId"),
                                         fields.text("messageAuthorId"), self, fields.in_guild())},
                          {"reaction", std::move(made)}}}));
}

Written reacted(const Event& event, std::string_view self) {
    return reaction(event, self, "reaction.emoji", true);
}
Written unreacted(const Event& event, std::string_view self) {
    return reaction(event, self, "emoji", false);
}

Written chat(const Event& event, const std::string& at, bool whole) {
    Fields fields(event);
    Json one;
    fields.set(one, "id", at + "id");
    fields.set(one, "name", at + "name");
    if (whole) {
        one["conversationTimestamp"] = seconds_of(fields.text(at + "createdAt"));
        one["unreadCount"] = 0;
    }
    return dump(Json::array({std::move(one)}));
}
Written channel_made(const Event& event, std::string_view /*self*/) {
    return chat(event, "", true);
}
Written channel_changed(const Event& event, std::string_view /*self*/) {
    return chat(event, "new.", false);
}
Written thread_made(const Event& event, std::string_view /*self*/) {
    return chat(event, "thread.", true);
}
Written chat_gone(const Event& event, std::string_view /*self*/) {
    Fields fields(event);
    return dump(Json::array({fields.text("id")}));
}

Written group(const Event& event, const std::string& at, bool whole) {
    Fields fields(event);
    Json one;
    fields.set(one, "id", at + "id");
    fields.set(one, "subject", at + "name");
    fields.set(one, "desc", at + "description");
    fields.set(one, "owner", at + "ownerId");
    if (whole) {
        one["creation"] = seconds_of(fields.text(at + "createdAt"));
        fields.set(one, "size", at + "memberCount");
        one["participants"] = Json::array();
    }
    return dump(Json::array({std::move(one)}));
}
Written guild_made(const Event& event, std::string_view /*self*/) { return group(event, "", true); }
Written guild_changed(const Event& event, std::string_view /*self*/) {
    return group(event, "new.", false);
}

std::string participants(const Fields& fields, const std::string& user, const char* action) {
    return dump(
        {{"id", fields.guild()}, {"participants", Json::array({user})}, {"action", action}});
}
Written member_added(const Event& event, std::string_view /*self*/) {
    Fields fields(event);
    return participants(fields, fields.text("id"), "add");
}
Written member_removed(const Event& event, std::string_view /*self*/) {
    Fields fields(event);
    return participants(fields, fields.text("user.id"), "remove");
}
Written member_changed(const Event& event, std::string_view /*self*/) {
    Fields fields(event);
    std::string before;
    std::string after;
    fields.at("old.roles").array.write_json(before);
    fields.at("new.roles").array.write_json(after);
    if (fields.at("old") && before == after) {
        return std::nullopt;  // a nickname, a picture, a timeout
    }
    return participants(fields, fields.text("new.id"), "modify");
}

std::string presence_of(const std::string& chat, const std::string& user, const char* state) {
    Json presences;
    presences[user]["lastKnownPresence"] = state;
    return dump({{"id", chat}, {"presences", std::move(presences)}});
}
Written presence(const Event& event, std::string_view /*self*/) {
    Fields fields(event);
    const std::string user = fields.text("new.userId");
    return presence_of(user, user,
                       fields.text("new.status") == "offline" ? "unavailable" : "available");
}
Written typing(const Event& event, std::string_view /*self*/) {
    Fields fields(event);
    return presence_of(fields.text("channelId"), fields.text("userId"), "composing");
}

Written contact(const Event& event, std::string_view /*self*/) {
    Fields fields(event);
    Json one;
    fields.set(one, "id", "new.id");
    fields.set(one, "notify", "new.globalName");
    fields.set(one, "username", "new.username");
    fields.set(one, "imgUrl", "new.avatarUrl");
    return dump(Json::array({std::move(one)}));
}

constexpr std::array kNames = {
    ChatName{"connection.update",
             "A bot's connection: `{connection, bot}` with `open`, `close` or "
             "`connecting`; at each change, and once for each bot when it is "
             "subscribed to."},
    ChatName{"auth.qr", "A code to log in with.", true},
    ChatName{"auth.pairing-code", "A code to log in with.", true},
    ChatName{"creds.update", "The account's credentials.", true},
    ChatName{"messages.upsert", "Messages came in."},
    ChatName{"messages.update", "Messages were edited."},
    ChatName{"messages.reaction", "Somebody reacted to a message, or took it back."},
    ChatName{"messages.delete", "Messages were deleted."},
    ChatName{"chats.upsert", "Chats were made."},
    ChatName{"chats.update", "Chats changed."},
    ChatName{"chats.delete", "Chats were deleted."},
    ChatName{"groups.upsert", "The bot joined a group."},
    ChatName{"groups.update", "Groups changed."},
    ChatName{"group-participants.update", "Somebody joined or left a group, or got other rights."},
    ChatName{"contacts.upsert", "Contacts were added."},
    ChatName{"contacts.update", "Contacts changed."},
    ChatName{"presence.update", "Somebody came, went, or types."},
    ChatName{"call", "A call."},
};

constexpr std::array kRules = {
    ChatRule{"messageCreate", "messages.upsert",
             "`{messages: [{key, messageTimestamp, pushName, message}], type: \"notify\"}`; "
             "`message` is `{conversation}`, or `{imageMessage}`, `{videoMessage}`, "
             "`{audioMessage}`, `{documentMessage}` of the first file with its `caption`",
             message},
    ChatRule{"messageUpdate", "messages.update",
             "`[{key, update: {message: {editedMessage: {message}}, messageTimestamp}}]`; not for "
             "previews of links",
             edit},
    ChatRule{"messageDelete", "messages.delete", "`{keys: [key]}`", deletion},
    ChatRule{"messageDeleteBulk", "messages.delete", "`{keys: [key, ...]}`", deletions},
    ChatRule{"messageReactionAdd", "messages.reaction",
             "`[{key, reaction: {key, text}}]`; `text` is the emoji, or `name:id` of a guild's own",
             reacted},
    ChatRule{"messageReactionRemove", "messages.reaction", "the same with an empty `text`",
             unreacted},
    ChatRule{"channelCreate", "chats.upsert",
             "`[{id, name, conversationTimestamp, unreadCount: 0}]`", channel_made},
    ChatRule{"threadCreate", "chats.upsert", "the same of the thread", thread_made},
    ChatRule{"channelUpdate", "chats.update", "`[{id, name}]`", channel_changed},
    ChatRule{"threadUpdate", "chats.update", "`[{id, name}]`", channel_changed},
    ChatRule{"channelDelete", "chats.delete", "`[id]`", chat_gone},
    ChatRule{"threadDelete", "chats.delete", "`[id]`", chat_gone},
    ChatRule{"guildCreate", "groups.upsert",
             "`[{id, subject, desc, owner, creation, size, participants: []}]`", guild_made},
    ChatRule{"guildUpdate", "groups.update", "`[{id, subject, desc, owner}]`", guild_changed},
    ChatRule{"guildMemberAdd", "group-participants.update",
             "`{id, participants: [user], action: \"add\"}`", member_added},
    ChatRule{"guildMemberRemove", "group-participants.update", "the same with `remove`",
             member_removed},
    ChatRule{"guildMemberUpdate", "group-participants.update",
             "the same with `modify`, when the member's roles changed or are not known",
             member_changed},
    ChatRule{"userUpdate", "contacts.update", "`[{id, notify, username, imgUrl}]`", contact},
    ChatRule{"presenceUpdate", "presence.update",
             "`{id: user, presences: {user: {lastKnownPresence}}}` with `available` or "
             "`unavailable`",
             presence},
    ChatRule{"typingStart", "presence.update",
             "`{id: channel, presences: {user: {lastKnownPresence: \"composing\"}}}`", typing},
};

}  // namespace

std::span<const ChatName> chat_names() noexcept { return kNames; }
std::span<const ChatRule> chat_rules() noexcept { return kRules; }

const ChatName* find_chat_name(std::string_view name) noexcept {
    const auto* const found = std::find_if(kNames.begin(), kNames.end(),
                                           [&](const ChatName& one) { return one.name == name; });
    return found == kNames.end() ? nullptr : found;
}

std::string_view chat_connection(std::string_view state) noexcept {
    return state == "ready"                                               ? "open"
           : state == "stopped" || state == "closing" || state == "fatal" ? "close"
                                                                          : "connecting";
}

std::string chat_reference() {
    std::string out =
        "<!-- Written from runtime/server/stream/chat_events.cpp: edit that instead. -->\n"
        "# Events of /api/events\n\n"
        "The names and payloads of the namespace `/api/events`, as WhatsApp bridges of the Baileys "
        "family have them.\n[The guide](../guide/server.md#chat-events) says how they are "
        "subscribed to. A bot of the platform whatsapp brings them as\nthey are; what other "
        "platforms have becomes them by the second table. What is not in it does not fit: the "
        "namespace\n`/` has it.\n\n"
        "| Name | | Comes from |\n|---|---|---|\n";
    for (const ChatName& name : kNames) {
        std::string from = name.name == "connection.update" ? "the bot's state" : "";
        for (const ChatRule& rule : kRules) {
            if (rule.name == name.name) {
                from += (from.empty() ? "`" : ", `") + std::string(rule.event) + "`";
            }
        }
        out += "| `" + std::string(name.name) + "` | " + std::string(name.doc) +
               (name.secret ? " Only for keys with the scope `admin`." : "") + " | " +
               (from.empty() ? "whatsapp alone" : from) + " |\n";
    }
    out +=
        "\nA `key` is `{remoteJid, fromMe, id, participant}`: the channel, whether the bot itself "
        "wrote the message (false\nwhere that is not known), the message, and in guilds its author "
        "where it is known. A chat is a channel, a group a\nguild; ids are the platform's own. "
        "Times "
        "are seconds since 1970.\n\n"
        "| Event | Becomes | Payload |\n|---|---|---|\n";
    for (const ChatRule& rule : kRules) {
        out += "| `" + std::string(rule.event) + "` | `" + std::string(rule.name) + "` | " +
               std::string(rule.payload) + " |\n";
    }
    return out;
}

}  // namespace rookery::server
