#include "platform/whatsapp/translator.hpp"

#include "platform/whatsapp/digest.hpp"
#include "platform/whatsapp/jid.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace rookery::whatsapp {

using model::EventType;

namespace {

constexpr std::size_t kMostEntries = 10'000;  ///< of one list
constexpr std::size_t kMostReactions = 10'000;
constexpr std::size_t kMostId = 128;
constexpr std::int64_t kRevoke = 1;  ///< a messageStubType

std::string context_of(Json digest) { return write_json(Json{{"whatsapp", std::move(digest)}}); }

std::string other(std::string_view name) { return std::string(name) + ".other"; }

template <class Each>
void for_each(const Json& list, const Each& each) {
    if (!list.is_array()) {
        return each(list);
    }
    std::size_t count = 0;
    for (const auto& entry : list) {
        if (count++ == kMostEntries) {
            return;
        }
        each(entry);
    }
}

/// Where a message is: what events about it say.
Json place_of(const std::string& chat, const std::string& id) {
    Json place{{"id", id}, {"channelId", chat}};
    if (is_group(chat)) {
        place["guildId"] = chat;
    }
    return place;
}

std::string reason_of(std::int64_t status, const std::string& message) {
    switch (status) {
        case 401:
            return "the account was logged out on the telephone: pair it again by the code";
        case 403:
            return "WhatsApp has banned or blocked the account: " + message;
        case 408:
            return "the connection was lost, or nobody scanned the code in time";
        case 411:
            return "the telephone's version does not fit the bridge's: pair it again";
        case 440:
            return "another client has taken the account's place";
        case 500:
            return "the bridge's session is broken: pair it again";
        case 503:
            return "WhatsApp is not available";
        case 515:
            return "the bridge restarts its connection, as it does after pairing";
        default:
            return message.empty() ? "the bridge lost its connection to WhatsApp" : message;
    }
}

}  // namespace

const std::vector<std::string>& subscribed_events() {
    static const std::vector<std::string> kEvents{
        "connection.update",
        "auth.qr",
        "auth.pairing-code",
        "creds.update",
        "messages.upsert",
        "messages.update",
        "messages.reaction",
        "messages.delete",
        "chats.upsert",
        "chats.update",
        "groups.upsert",
        "groups.update",
        "group-participants.update",
        "contacts.upsert",
        "contacts.update",
        "presence.update",
        "call",
    };
    return kEvents;
}

Translator::Translator(Directory& directory, Take take, Tell tell, Seen seen)
    : directory_(directory),
      take_(std::move(take)),
      tell_(std::move(tell)),
      seen_(std::move(seen)) {}

void Translator::event(std::string_view name, const Json& argument, std::int64_t now) {
    using Handler = std::function<void(Translator&, std::string_view, const Json&)>;
    static const std::map<std::string_view, Handler> kHandlers{
        {"messages.upsert", [](auto& self, auto, auto& of) { self.messages_upsert(of); }},
        {"messages.update",
         [](auto& self, auto, auto& of) {
             for_each(of, [&](const Json& one) { self.message_update(one); });
         }},
        {"messages.delete", [](auto& self, auto, auto& of) { self.messages_delete(of); }},
        {"messages.reaction",
         [](auto& self, auto, auto& of) {
             for_each(of, [&](const Json& one) { self.reaction(one); });
         }},
        {"chats.upsert",
         [](auto& self, auto name_, auto& of) {
             for_each(of,
                      [&](const Json& one) { self.chat(name_, one, EventType::channel_create); });
         }},
        {"chats.update",
         [](auto& self, auto name_, auto& of) {
             for_each(of,
                      [&](const Json& one) { self.chat(name_, one, EventType::channel_update); });
         }},
        {"chats.lock",
         [](auto& self, auto name_, auto& of) { self.chat(name_, of, EventType::channel_update); }},
        {"chats.delete",
         [](auto& self, auto name_, auto& of) {
             for_each(of, [&](const Json& one) {
                 self.chat(name_, Json{{"id", one}}, EventType::channel_delete);
             });
         }},
        {"groups.upsert",
         [](auto& self, auto name_, auto& of) {
             for_each(of,
                      [&](const Json& one) { self.group(name_, one, EventType::guild_create); });
         }},
        {"groups.update",
         [](auto& self, auto name_, auto& of) {
             for_each(of,
                      [&](const Json& one) { self.group(name_, one, EventType::guild_update); });
         }},
        {"group-participants.update", [](auto& self, auto, auto& of) { self.participants(of); }},
        {"group.member-tag.update", [](auto& self, auto, auto& of) { self.member_tag(of); }},
        {"contacts.upsert",
         [](auto& self, auto name_, auto& of) {
             for_each(of, [&](const Json& one) { self.contact(name_, one); });
         }},
        {"contacts.update",
         [](auto& self, auto name_, auto& of) {
             for_each(of, [&](const Json& one) { self.contact(name_, one); });
         }},
        {"connection.update", [](auto& self, auto, auto& of) { self.connection(of); }},
        {"auth.qr", [](auto& self, auto name_, auto& of) { self.code(name_, of); }},
        {"auth.pairing-code", [](auto& self, auto name_, auto& of) { self.code(name_, of); }},
        {"creds.update", [](auto& self, auto, auto& of) { self.credentials(of); }},
        {"messaging-history.set", [](auto& self, auto, auto& of) { self.history(of); }},
        {"lid-mapping.update", [](auto& self, auto name_, auto& of) { self.mapping(name_, of); }},
        {"chats.phoneNumberShare",
         [](auto& self, auto name_, auto& of) { self.mapping(name_, of); }},
    };
    if (name == "presence.update") {
        return presences(argument, now);
    }
    const auto found = kHandlers.find(name);
    if (found != kHandlers.end()) {
        found->second(*this, name, argument);
    } else {
        pass(name, argument);
    }
}

void Translator::pass(std::string_view name, const Json& payload) {
    take_({std::string(name), write_json(payload), {}});
}

void Translator::become(std::string_view name, const Json& payload, std::string identity,
                        EventType type, Json digest, bool late) {
    Happening made{std::string(name), write_json(payload), std::move(identity)};
    made.events.push_back({type, context_of(std::move(digest))});
    made.late = late;
    take_(made);
}

void Translator::messages_upsert(const Json& argument) {
    // What the account itself sent comes as append too.
    const bool append = text_at(argument, "type") == "append";
    const Json& messages = at(argument, "messages");
    if (!messages.is_array()) {
        return pass("messages.upsert.other", argument);
    }
    for_each(messages,
             [&](const Json& one) { message(one, append && !flag_at(at(one, "key"), "fromMe")); });
}

void Translator::missed(const Json& one) { message(one, true); }

/// Ids are their senders' own: in a group the author belongs to it. A message may come a second
/// time under the other number of the same person, or after the numbers' pairing was learned: then
/// this is the identity that it was taken by.
std::string Translator::identity_of(const std::string& chat, const MessageKey& key) const {
    const bool by_author = is_group(chat) && !key.from_me;
    const auto made_of = [&](const std::string& who) {
        return by_author ? "m|" + chat + '|' + key.id + "|0|" + who
                         : "m|" + who + '|' + key.id + (key.from_me ? "|1" : "|0");
    };
    const auto raw = by_author ? key.participant : key.chat;
    const auto who = directory_.canonical(raw);
    auto identity = made_of(who);
    if (!seen_ || seen_(identity)) {
        return identity;
    }
    for (const auto& other : {raw, directory_.hidden_of(who)}) {
        if (other.empty() || other == who) {
            continue;
        }
        if (auto earlier = made_of(other); seen_(earlier)) {
            return earlier;
        }
    }
    return identity;
}

void Translator::message(const Json& one, bool late) {
    const auto key = read_key(at(one, "key"), directory_);
    const auto chat = chat_of(key, directory_);
    if (!key.id.empty() && !chat.empty()) {
        directory_.remember(chat, key);
    }
    auto digest = digest_message(one, directory_);
    if (!digest) {
        return late ? void() : pass("messages.upsert.other", one);
    }
    become("messages.upsert", one, identity_of(chat, key), EventType::message_create,
           std::move(*digest), late);
}

void Translator::message_update(const Json& entry) {
    // The key is that of who edits or deletes: chat and id alone are the message's.
    const auto key = read_key(at(entry, "key"), directory_);
    const auto chat = chat_of(key, directory_);
    const Json& update = at(entry, "update");
    const Json& content = at(update, "message");
    if (key.id.empty() || chat.empty()) {
        return pass("messages.update.other", entry);
    }
    if (is_enum(at(update, "messageStubType"), kRevoke, "REVOKE")) {
        return become("messages.update", entry, "d|" + chat + '|' + key.id,
                      EventType::message_delete, place_of(chat, key.id));
    }
    auto known = directory_.recall(chat, key.id);
    Json whole{{"key", to_json(known)}, {"message", content}};
    for (const auto* const name : {"messageTimestamp", "pushName"}) {
        if (const Json& value = at(update, name); !value.is_null()) {
            whole[name] = value;
        }
    }
    auto digest = content.is_null() ? std::nullopt : digest_message(whole, directory_);
    if (!digest) {
        return pass("messages.update.other", entry);
    }
    if (at(content, "editedMessage").is_object()) {
        const auto time = number_at(update, "messageTimestamp");
        if (digest->contains("createdAt")) {
            (*digest)["editedAt"] = (*digest)["createdAt"];
            digest->erase("createdAt");
        }
        // The time is in seconds, and somebody may edit twice in one.
        return become("messages.update", entry,
                      time ? "e|" + chat + '|' + key.id + '|' + std::to_string(*time) + '|' +
                                 std::to_string(stable_hash(write_json(content)))
                           : "",
                      EventType::message_update, std::move(*digest));
    }
    // It could not be read when it came.
    known.from_me = key.from_me;
    if (known.participant.empty()) {
        known.participant = key.participant;
    }
    become("messages.update", entry, identity_of(chat, known), EventType::message_create,
           std::move(*digest));
}

void Translator::messages_delete(const Json& argument) {
    struct Deleted {
        std::vector<std::string> ids;
        Json keys = Json::array();
    };
    std::map<std::string, Deleted> by_chat;
    for_each(at(argument, "keys"), [&](const Json& one) {
        const auto key = read_key(one, directory_);
        if (!key.id.empty() && !key.chat.empty()) {
            auto& of = by_chat[chat_of(key, directory_)];
            of.ids.push_back(key.id);
            of.keys.push_back(one);
        }
    });
    if (by_chat.empty()) {
        return pass("messages.delete.other", argument);
    }
    for (auto& [chat, deleted] : by_chat) {
        const auto& ids = deleted.ids;
        const Json payload{{"keys", std::move(deleted.keys)}};
        if (ids.size() == 1) {
            become("messages.delete", payload, "d|" + chat + '|' + ids.front(),
                   EventType::message_delete, place_of(chat, ids.front()));
            continue;
        }
        auto place = place_of(chat, {});
        place["ids"] = ids;
        become("messages.delete", payload, {}, EventType::message_delete_bulk, std::move(place));
    }
}

void Translator::reaction(const Json& entry) {
    const auto key = read_key(at(entry, "key"), directory_);
    const auto chat = chat_of(key, directory_);
    const Json& said = at(entry, "reaction");
    const auto by = read_key(at(said, "key"), directory_);
    const auto person = author_of(by, directory_);
    if (key.id.empty() || chat.empty()) {
        return pass("messages.reaction.other", entry);
    }
    const auto emoji = text_at(said, "text", 64);
    const auto whose = chat + '|' + key.id + '|' + person;
    const auto digest_of = [&](const std::string& what) {
        auto digest = place_of(chat, key.id);
        digest["messageId"] = key.id;
        digest["userId"] = person;
        digest["emoji"] = Json{{"name", what}};
        digest["me"] = by.from_me || directory_.is_own(person);
        if (is_group(chat)) {
            if (auto member = digest_member(Json(person), chat, directory_)) {
                digest["member"] = std::move(*member);
            }
        }
        return context_of(std::move(digest));
    };
    Happening made{"messages.reaction", write_json(entry), {}};
    if (const auto time = number_at(said, "senderTimestampMs")) {
        made.identity = "r|" + whose + '|' + emoji + '|' + std::to_string(*time);
    }
    // One reaction of a person: another one takes its place, and nobody says so.
    const auto before = reactions_.find(whose);
    if (before != reactions_.end() && before->second != emoji) {
        made.events.push_back({EventType::message_reaction_remove, digest_of(before->second)});
    } else if (emoji.empty() && before == reactions_.end()) {
        made.events.push_back({EventType::message_reaction_remove, digest_of({})});
    }
    if (!emoji.empty()) {
        made.events.push_back({EventType::message_reaction_add, digest_of(emoji)});
        if (before == reactions_.end()) {
            reacted_.push_back(whose);
        }
        reactions_[whose] = emoji;
        if (reacted_.size() > kMostReactions) {
            reactions_.erase(reacted_.front());
            reacted_.pop_front();
        }
    } else if (before != reactions_.end()) {
        before->second.clear();
    }
    if (!made.events.empty()) {
        take_(made);
    }
}

void Translator::chat(std::string_view name, const Json& entry, EventType type) {
    auto digest = digest_channel(entry, directory_);
    if (!digest) {
        return pass(other(name), entry);
    }
    become(name, entry, {}, type, std::move(*digest));
}

void Translator::group(std::string_view name, const Json& entry, EventType type) {
    auto digest = digest_guild(entry, directory_);
    if (!digest) {
        return pass(other(name), entry);
    }
    become(name, entry, {}, type, std::move(*digest));
}

void Translator::participants(const Json& argument) {
    constexpr std::string_view kName = "group-participants.update";
    const auto group = bare_jid(text_at(argument, "id", kMostId));
    const auto action = text_at(argument, "action", 16);
    const Json& people = at(argument, "participants");
    const bool adds = action == "add";
    const bool removes = action == "remove";
    if (!people.is_array() || jid_user(group).empty() || action.empty()) {
        return pass(other(kName), argument);
    }
    Json payload{{"id", text_at(argument, "id", kMostId)}, {"action", action}};
    for (const auto* const name : {"author", "authorPn"}) {
        if (auto author = text_at(argument, name, kMostId); !author.empty()) {
            payload[name] = std::move(author);
        }
    }
    for_each(people, [&](const Json& one) {
        auto digest = digest_member(one, group, directory_);
        if (!digest) {
            return;
        }
        const auto id = (*digest)["id"].get<std::string>();
        if (action == "promote") {
            (*digest)["roles"] = Json::array({group, "admin"});
        } else if (action == "demote") {
            (*digest)["roles"] = Json::array({group});
        }
        payload["participants"] = Json::array({one});
        Happening made{std::string(kName), write_json(payload), {}};
        made.events.push_back({adds      ? EventType::guild_member_add
                               : removes ? EventType::guild_member_remove
                                         : EventType::guild_member_update,
                               context_of(*digest)});
        if (directory_.is_own(id) && (adds || removes)) {
            Json guild{{"id", group}, {"name", directory_.name(group)}};
            made.events.push_back({adds ? EventType::guild_create : EventType::guild_delete,
                                   context_of(std::move(guild))});
        }
        take_(made);
    });
}

void Translator::member_tag(const Json& argument) {
    const auto group = bare_jid(text_at(argument, "groupId", kMostId));
    directory_.learn(text_at(argument, "participant", kMostId),
                     text_at(argument, "participantAlt", kMostId));
    auto digest = digest_member(at(argument, "participant"), group, directory_);
    if (!digest || group.empty()) {
        return pass("group.member-tag.update.other", argument);
    }
    (*digest)["nickname"] = text_at(argument, "label", kMostId);
    become("group.member-tag.update", argument, {}, EventType::guild_member_update,
           std::move(*digest));
}

void Translator::contact(std::string_view name, const Json& entry) {
    const auto id = learn_contact(entry, directory_);
    if (id.empty()) {
        return pass(other(name), entry);
    }
    become(name, entry, {}, EventType::user_update, digest_user(id, directory_));
}

void Translator::presences(const Json& argument, std::int64_t now) {
    constexpr std::string_view kName = "presence.update";
    const auto chat = directory_.canonical(text_at(argument, "id", kMostId));
    const Json& all = at(argument, "presences");
    if (chat.empty() || !all.is_object() || all.empty()) {
        return pass(other(kName), argument);
    }
    std::size_t count = 0;
    for (const auto& [jid, presence] : all.items()) {
        if (count++ == kMostEntries || jid.size() > kMostId || jid_user(jid).empty()) {
            continue;
        }
        const auto id = directory_.canonical(jid);
        const auto state = text_at(presence, "lastKnownPresence", 32);
        Json digest{{"userId", id},
                    {"channelId", chat},
                    {"status", state == "unavailable" ? "offline" : "online"},
                    {"timestamp", now}};
        if (is_group(chat)) {
            digest["guildId"] = chat;
            // An id of the older host grows when it is written as one of the present's.
            if (auto member = digest_member(Json(id), chat, directory_)) {
                digest["member"] = std::move(*member);
            }
        }
        Happening made{std::string(kName),
                       write_json(Json{{"id", text_at(argument, "id", kMostId)},
                                       {"presences", {{jid, presence}}}}),
                       {}};
        made.events.push_back({EventType::presence_update, context_of(digest)});
        if (state == "composing" || state == "recording") {
            made.events.push_back({EventType::typing_start, context_of(digest)});
        }
        take_(made);
    }
}

void Translator::connection(const Json& argument) {
    const auto state = text_at(argument, "connection", 32);
    if (const auto own = text_at(at(at(argument, "legacy"), "user"), "id", kMostId); !own.empty()) {
        directory_.set_own(own);
    }
    if (state == "open") {
        tell_({AccountNews::Kind::open, {}});
        const auto& own = directory_.own();
        Json digest = Json::object();
        if (!own.empty()) {
            digest["user"] = digest_user(own, directory_);
        }
        return become("connection.update", argument, {}, EventType::ready, std::move(digest));
    }
    if (state == "connecting") {
        tell_({AccountNews::Kind::connecting, {}});
    } else if (state == "close") {
        const Json& output = at(at(at(argument, "lastDisconnect"), "error"), "output");
        const auto status = number_at(output, "statusCode").value_or(0);
        tell_({AccountNews::Kind::closed,
               reason_of(status, text_at(at(output, "payload"), "message", 256)), status});
    }
    Json rest = argument;
    if (rest.is_object() && rest.contains("qr")) {
        code("auth.qr", argument);
        rest.erase("qr");
    }
    if (!rest.is_object() || !rest.empty()) {
        pass("connection.update.other", rest);
    }
}

void Translator::code(std::string_view name, const Json& argument) {
    constexpr std::size_t kMostCode = 4'096;
    const Json holder = argument.is_string() ? Json{{"code", argument}} : Json();
    const Json& from = argument.is_string() ? holder : argument;
    std::string text;
    for (const auto* const key : {"qr", "code", "pairingCode"}) {
        if (text.empty()) {
            text = text_at(from, key, kMostCode);
        }
    }
    const bool qr = name == "auth.qr";
    if (!text.empty()) {
        tell_({qr ? AccountNews::Kind::qr : AccountNews::Kind::pairing_code, text});
    }
    pass(name, Json{{qr ? "qr" : "code", text}});
}

void Translator::credentials(const Json& argument) {
    // The rest are the account's keys: nobody gets them.
    const Json& me = at(argument, "me");
    if (!me.is_object()) {
        return;
    }
    const auto id = text_at(me, "id", kMostId);
    directory_.learn(id, text_at(me, "lid", kMostId));
    directory_.set_own(id);
    directory_.learn_name(directory_.own(), text_at(me, "name", 256));
    pass("creds.update", Json{{"me", {{"id", directory_.own()}, {"name", text_at(me, "name")}}}});
}

void Translator::history(const Json& argument) {
    for_each(at(argument, "lidPnMappings"), [&](const Json& one) {
        directory_.learn(text_at(one, "lid", kMostId), text_at(one, "pn", kMostId));
    });
    for_each(at(argument, "contacts"),
             [&](const Json& one) { static_cast<void>(learn_contact(one, directory_)); });
    for_each(at(argument, "messages"), [&](const Json& one) {
        const auto key = read_key(at(one, "key"), directory_);
        if (!key.id.empty() && !key.chat.empty()) {
            directory_.remember(chat_of(key, directory_), key);
        }
    });
    Json summary = Json::object();
    for (const auto* const name : {"chats", "contacts", "messages"}) {
        summary[name] = at(argument, name).is_array() ? at(argument, name).size() : 0;
    }
    for (const auto* const name : {"isLatest", "progress", "syncType"}) {
        if (const Json& value = at(argument, name); value.is_primitive() && !value.is_null()) {
            summary[name] = value;
        }
    }
    pass("messaging-history.set", summary);
}

void Translator::mapping(std::string_view name, const Json& argument) {
    const auto pn = text_at(argument, "pn", kMostId);
    directory_.learn(text_at(argument, "lid", kMostId),
                     pn.empty() ? text_at(argument, "jid", kMostId) : pn);
    pass(name, argument);
}

}  // namespace rookery::whatsapp
