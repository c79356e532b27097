#include "sim/whatsapp/events.hpp"

#include <algorithm>

namespace rookery::sim::whatsapp {
namespace {

using community::Happening;
using community::What;
using socketio::Client;
using socketio::Join;

socketio::EngineOptions engine_options(const Core& core) {
    socketio::EngineOptions options;
    options.version = 4;
    options.ping_interval = core.options.ping_interval;
    options.ping_timeout = core.options.ping_timeout;
    return options;
}

Json upsert(Json message, const char* type) {
    return {{"messages", Json::array({std::move(message)})}, {"type", type}};
}

bool wants(const Client& client, const std::string& name) {
    return client.data.value("all", false) || client.data["names"].contains(name);
}

}  // namespace

const std::vector<std::string>& event_names() {
    static const std::vector<std::string> names = {
        "connection.update", "auth.qr", "auth.pairing-code", "creds.update", "messages.upsert",
        "messages.update", "messages.delete", "messages.reaction", "chats.upsert", "chats.update",
        "groups.upsert", "groups.update", "group-participants.update", "contacts.upsert",
        "contacts.update", "presence.update", "call",
        // Not in the bridge's own list, but Baileys has them and it may pass them on.
        "messages.media-update", "message-receipt.update", "messaging-history.set",
        "messaging-history.status", "chats.delete", "chats.lock", "chats.phoneNumberShare",
        "lid-mapping.update", "group.join-request", "group.member-tag.update", "blocklist.set",
        "blocklist.update", "labels.edit", "labels.association", "newsletter.reaction",
        "newsletter.view", "newsletter-participants.update", "newsletter-settings.update",
        "message-capping.update", "settings.update"};
    return names;
}

Events::Events(Core& core)
    : core_(core), server_(core.io, core.recorder, core.faults, engine_options(core), hooks()) {}

socketio::ServerHooks Events::hooks() {
    socketio::ServerHooks hooks;
    hooks.known = [](const std::string& nsp) { return nsp == kNamespace; };
    hooks.join = [this](Client&, const std::string&, const Json& auth) {
        const bool right = auth.is_object() && auth.contains("token") &&
                           auth["token"].is_string() &&
                           core_.knows_token(auth["token"].get_ref<const std::string&>());
        if (right && core_.faults.refused_logins == 0) {
            return Join{};
        }
        if (core_.faults.refused_logins > 0) {
            --core_.faults.refused_logins;
        }
        const auto& how = core_.faults.refuse_login_as;
        if (how == "kick") {
            return Join{Join::How::thrown_out};
        }
        if (how == "close") {
            return Join{Join::How::disconnected};
        }
        return Join{Join::How::refused, {{"message", "Unauthorized"}}};
    };
    hooks.joined = [this](Client& client, const std::string&) {
        client.data = {{"names", Json::object()}};
        ++core_.counts["connects"];
        ++core_.counts["identifies"];
    };
    hooks.event = [this](Client& client, const std::string& nsp, const std::string& name,
                         const Json& args, std::optional<std::uint64_t> ack) {
        if (name == "subscribe" || name == "unsubscribe") {
            subscribe(client, args, name == "subscribe");
        } else {
            core_.recorder.violation("whatsapp_unknown_request", client.number(), name);
        }
        if (ack) {
            client.acknowledge(nsp, *ack, Json::array({{{"success", true}}}));
        }
    };
    return hooks;
}

void Events::subscribe(Client& client, const Json& args, bool on) {
    const auto& list = args.empty() ? args : args[0];
    if (!list.is_array() || args.empty()) {
        core_.recorder.violation("whatsapp_subscribe", client.number(), args.dump());
        return client.emit(kNamespace, "exception",
                           Json::array({{{"status", "error"}, {"message", "Bad request"}}}));
    }
    for (const auto& name : list) {
        const auto& known = event_names();
        if (!name.is_string() || std::find(known.begin(), known.end(), name) == known.end()) {
            core_.recorder.violation("whatsapp_event_name", client.number(), name.dump());
            continue;
        }
        if (on) {
            client.data["names"][name.get<std::string>()] = true;
        } else {
            client.data["names"].erase(name.get<std::string>());
        }
    }
    ++core_.counts["subscribes"];
}

void Events::emit(const std::string& name, const Json& data,
                  const std::vector<std::string>& attachments) {
    if (attachments.empty()) {
        return emit_text(name, data.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    server_.each([&](Client& client) {
        if (client.in(kNamespace) && wants(client, name)) {
            client.emit(kNamespace, name, Json::array({data}), attachments);
        }
    });
}

void Events::emit_text(const std::string& name, const std::string& data) {
    auto& faults = core_.faults;
    ++core_.counts["dispatches"];
    if (faults.mute) {
        return;
    }
    if (faults.dropped_events > 0) {
        --faults.dropped_events;
        return;
    }
    const bool twice = faults.duplicate_events > 0;
    faults.duplicate_events -= twice ? 1 : 0;
    const auto text = socketio::event_text(kNamespace, name, data);
    server_.each([&](Client& client) {
        if (client.in(kNamespace) && wants(client, name)) {
            client.emit_text(text);
            if (twice) {
                client.emit_text(text);
            }
        }
    });
}

void Events::connection(const Json& update) {
    if (update.contains("connection")) {
        core_.connection = update["connection"].get<std::string>();
    }
    core_.qr = update.value("qr", std::string());
    emit("connection.update", update);
    if (!core_.qr.empty()) {
        emit("auth.qr", {{"qr", core_.qr}});
    }
}

void Events::closed(unsigned status, const std::string& message) {
    connection({{"connection", "close"},
                {"lastDisconnect",
                 {{"error", boom_json(status, message)}, {"date", "2026-01-01T00:00:00.000Z"}}}});
}

bool Events::session_story(const std::string& name) {
    const auto open = [this] {
        connection({{"connection", "connecting"}, {"receivedPendingNotifications", false}});
        connection({{"connection", "open"}});
        connection({{"receivedPendingNotifications", true}});
        connection({{"isOnline", true}});
    };
    const auto ask = [this] {
        connection({{"connection", "connecting"}});
        connection({{"qr", "2@c2ltdWxhdGVk,cXIgY29kZQ==,b2YgYSBsb29wYmFjaw==,1"}});
    };
    if (name == "pair" || name == "restart") {
        if (name == "pair") {
            ask();
            connection({{"isNewLogin", true}});
        }
        closed(515, "Stream Errored (restart required)");
        open();
    } else if (name == "qr") {
        ask();
    } else if (name == "pairing") {
        connection({{"connection", "connecting"}});
        emit("auth.pairing-code", {{"code", "ABCD1234"}});
    } else if (name == "open") {
        open();
    } else if (name == "lost") {
        closed(408, "Connection was lost");
    } else if (name == "logged_out") {
        closed(401, "Connection Failure");
    } else if (name == "replaced") {
        closed(440, "Stream Errored (conflict)");
    } else if (name == "bad_session") {
        closed(500, "Bad session");
    } else {
        return false;
    }
    return true;
}

void Events::happened(const Happening& happening) {
    switch (happening.what) {
        case What::posted:
            return posted(happening);
        case What::edited:
        case What::removed:
        case What::removed_many:
        case What::pinned:
        case What::unpinned:
            return changed(happening);
        case What::reacted:
        case What::unreacted:
            return reacted(happening, happening.what == What::reacted);
        case What::typing: {
            const auto who = shown_jid(core_, happening.person->id);
            return emit("presence.update",
                        {{"id", happening.channel->id},
                         {"presences", {{who, {{"lastKnownPresence", "composing"}}}}}});
        }
        case What::presence: {
            const bool there = happening.person->status != "offline";
            return emit("presence.update",
                        {{"id", happening.person->id},
                         {"presences",
                          {{happening.person->id,
                            {{"lastKnownPresence", there ? "available" : "unavailable"}}}}}});
        }
        case What::channel_made:
            if (happening.server != nullptr) {
                emit("chats.upsert", Json::array({chat_json(core_, *happening.channel)}));
                emit("groups.upsert", Json::array({group_json(core_, *happening.channel)}));
            }
            return;
        case What::channel_changed:
            renamed(*happening.channel, happening.by);
            return emit("groups.update", Json::array({{{"id", happening.channel->id},
                                                       {"author", shown_jid(core_, happening.by)},
                                                       {"subject", happening.channel->name},
                                                       {"desc", happening.channel->topic}}}));
        case What::channel_gone:
            return emit("chats.delete", Json::array({happening.channel->id}));
        case What::server_made:
        case What::server_gone:
        case What::server_changed:
            for (const auto& id : happening.server->channels) {
                Happening one{happening.what == What::server_made      ? What::channel_made
                              : happening.what == What::server_changed ? What::channel_changed
                                                                       : What::channel_gone};
                one.server = happening.server;
                one.channel = core_.world.channel(id);
                one.by = happening.by.empty() ? happening.server->owner : happening.by;
                happened(one);
            }
            return;
        case What::reactions_cleared:
        case What::role_made:
        case What::role_changed:
        case What::role_gone:
        case What::unbanned:
            return;  // there is nothing like it here
        default:
            return member(happening);
    }
}

/// A change of a group comes as a message without content first.
void Events::renamed(const community::Channel& group, const std::string& by) {
    auto stub = technical_json(core_, group.id, by, Json::object());
    stub.erase("message");
    stub["messageStubType"] = 21;
    stub["messageStubParameters"] = {group.name};
    emit("messages.upsert", upsert(std::move(stub), "append"));
}

void Events::posted(const Happening& happening) {
    const auto& message = *happening.message;
    const bool mine = message.author == core_.me().id;
    emit("messages.upsert", upsert(message_json(core_, message), mine ? "append" : "notify"));
    if (mine) {
        return delivered(message);
    }
    emit("chats.update", Json::array({{{"id", message.channel},
                                       {"conversationTimestamp", time_json(core_, message.created)},
                                       {"unreadCount", 1}}}));
}

void Events::delivered(const community::Message& message) {
    const auto key = key_json(core_, message.channel, message.id, message.author);
    emit("messages.update", Json::array({{{"key", key}, {"update", {{"status", 2}}}}}));
    if (!is_group(message.channel)) {
        emit("messages.update", Json::array({{{"key", key}, {"update", {{"status", 3}}}}}));
        return emit("messages.update", Json::array({{{"key", key}, {"update", {{"status", 4}}}}}));
    }
    const auto& reader = core_.world.people().back();
    emit("message-receipt.update",
         Json::array({{{"key", key},
                       {"receipt",
                        {{"userJid", shown_jid(core_, reader.id)},
                         {"readTimestamp", time_json(core_, core_.world.now())}}}}}));
}

void Events::changed(const Happening& happening) {
    const auto& chat = happening.channel->id;
    if (happening.what == What::removed_many) {
        Json keys = Json::array();
        for (const auto& id : happening.ids) {
            keys.push_back(key_json(core_, chat, id, happening.by));
        }
        return emit("messages.delete", {{"keys", std::move(keys)}});
    }
    const auto& message = *happening.message;
    // The key in what follows is the one of who did it, with the target's id put in.
    const auto key = key_json(core_, chat, message.id, happening.by);
    const auto technical = [&](Json content) {
        auto json = technical_json(core_, chat, happening.by, std::move(content));
        emit("messages.upsert", upsert(json, happening.by == core_.me().id ? "append" : "notify"));
        return json;
    };
    if (happening.what == What::edited) {
        const auto content = content_json(core_, message);
        technical({{"protocolMessage", {{"key", key}, {"type", 14}, {"editedMessage", content}}}});
        return emit("messages.update",
                    Json::array({{{"key", key},
                                  {"update",
                                   {{"message", {{"editedMessage", {{"message", content}}}}},
                                    {"messageTimestamp", time_json(core_, core_.world.now())}}}}}));
    }
    if (happening.what == What::removed) {
        const auto revoke = technical({{"protocolMessage", {{"key", key}, {"type", 0}}}});
        return emit(
            "messages.update",
            Json::array(
                {{{"key", key},
                  {"update",
                   {{"message", nullptr}, {"messageStubType", 1}, {"key", revoke["key"]}}}}}));
    }
    technical(
        {{"pinInChatMessage", {{"key", key}, {"type", happening.what == What::pinned ? 1 : 2}}}});
}

void Events::reacted(const Happening& happening, bool on) {
    const auto& message = *happening.message;
    const auto target = key_json(core_, message.channel, message.id, message.author);
    const auto ms = std::to_string(
        std::chrono::duration_cast<Millis>(core_.world.now().time_since_epoch()).count());
    const auto text = on ? happening.detail : std::string();
    const auto reaction = technical_json(
        core_, message.channel, happening.person->id,
        {{"reactionMessage", {{"key", target}, {"text", text}, {"senderTimestampMs", ms}}}});
    emit("messages.upsert",
         upsert(reaction, happening.person->id == core_.me().id ? "append" : "notify"));
    emit("messages.reaction",
         Json::array({{{"key", target},
                       {"reaction",
                        {{"key", reaction["key"]}, {"text", text}, {"senderTimestampMs", ms}}}}}));
}

void Events::member(const Happening& happening) {
    const auto& server = *happening.server;
    const auto& who = *happening.person;
    if (happening.what == What::member_changed) {
        const auto& nick = server.members.at(who.id).nick;
        return emit("contacts.update",
                    Json::array({{{"id", shown_jid(core_, who.id)},
                                  {"notify", nick.empty() ? who.display : nick}}}));
    }
    const char* action = "remove";
    Json admin;
    if (happening.what == What::joined) {
        action = "add";
    } else if (happening.what == What::roles_given) {
        const bool has = !server.members.at(who.id).roles.empty();
        action = has ? "promote" : "demote";
        admin = has ? Json("admin") : Json();
    }
    const auto& by = happening.by.empty() ? server.owner : happening.by;
    Json data = {{"id", server.channels.front()},
                 {"author", shown_jid(core_, by)},
                 {"participants", Json::array({participant_json(core_, who.id, admin)})},
                 {"action", action}};
    if (core_.baileys >= 7) {
        data["authorPn"] = by;
    }
    emit("group-participants.update", data);
}

}  // namespace rookery::sim::whatsapp
