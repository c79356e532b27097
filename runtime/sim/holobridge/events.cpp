#include "sim/holobridge/events.hpp"

#include <algorithm>
#include <utility>

namespace rookery::sim::holobridge {
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

Json id_or_null(const std::string& id) { return id.empty() ? Json() : Json(id); }

Json pair(Json old, Json now) { return {{"old", std::move(old)}, {"new", std::move(now)}}; }

}  // namespace

Events::Events(Core& core)
    : core_(core), server_(core.io, core.recorder, core.faults, engine_options(core), hooks()) {
    for (const auto& server : core_.world.servers()) {
        (void)was("guild:" + server.id, guild_json(server));
        for (const auto& role : server.roles) {
            (void)was("role:" + role.id, role_json(server, role));
        }
        for (const auto& [id, one] : server.members) {
            (void)was("member:" + server.id + id, member_json(core_, server, one));
        }
        for (const auto& id : server.channels) {
            (void)was("channel:" + id, channel_json(core_, *core_.world.channel(id)));
        }
    }
}

Json Events::was(const std::string& key, const Json& now) { return std::exchange(seen_[key], now); }

socketio::ServerHooks Events::hooks() {
    socketio::ServerHooks hooks;
    hooks.known = [](const std::string& nsp) { return nsp == "/"; };
    hooks.join = [this](Client&, const std::string&, const Json& auth) {
        const auto given = auth.is_object() && auth.contains("apiKey") && auth["apiKey"].is_string()
                               ? auth["apiKey"].get<std::string>()
                               : std::string();
        if (core_.faults.refused_logins > 0) {
            --core_.faults.refused_logins;
            if (core_.faults.refuse_login_as == "close") {
                return Join{Join::How::disconnected};
            }
        } else if (given == core_.options.tokens.front() && core_.knows_key(given)) {
            return Join{};
        }
        const char* why = given.empty() ? "Missing API key" : "Invalid API key";
        return Join{Join::How::refused, {{"message", why}}};
    };
    hooks.joined = [this](Client& client, const std::string&) {
        client.data = {{"rooms", Json::object()}};
        ++core_.counts["connects"];
        ++core_.counts["identifies"];
    };
    hooks.event = [this](Client& client, const std::string&, const std::string& name,
                         const Json& args, std::optional<std::uint64_t> ack) {
        if (ack) {
            core_.recorder.violation("holobridge_ack", client.number(),
                                     "the bridge never acknowledges " + name);
        }
        if (name == "subscribe" || name == "unsubscribe") {
            subscribe(client, args, name == "subscribe");
        } else {
            core_.recorder.violation("holobridge_unknown_request", client.number(), name);
        }
    };
    return hooks;
}

void Events::subscribe(Client& client, const Json& args, bool on) {
    const bool fine = !args.empty() && args[0].is_object() && args[0].contains("guildIds") &&
                      (args[0]["guildIds"].is_array() || args[0]["guildIds"].is_string());
    if (!fine) {
        // The original ends here, and all its connections with it.
        core_.recorder.violation("holobridge_fatal_request", client.number(), args.dump());
        return server_.each([](Client& one) {
            if (one.session().channel() != nullptr) {
                one.session().channel()->reset();
            }
        });
    }
    Json accepted = Json::array();
    for (const auto& id : args[0]["guildIds"].is_array() ? args[0]["guildIds"] : Json::array()) {
        const auto guild = id.is_string() ? id.get<std::string>() : std::string();
        const auto* server = guild.empty() ? nullptr : core_.world.server(guild);
        if (on && server != nullptr && server->id == guild) {
            client.data["rooms"][guild] = true;
            accepted.push_back(guild);
        } else if (!on) {
            client.data["rooms"].erase(guild);
        }
    }
    ++core_.counts["subscribes"];
    client.emit("/", on ? "subscribed" : "unsubscribed",
                Json::array({{{"guildIds", on ? accepted : args[0]["guildIds"]}}}));
}

void Events::emit(const std::string& event, const std::string& guild, const Json& data) {
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
    const Json envelope = {{"event", event}, {"guildId", id_or_null(guild)}, {"data", data}};
    const auto text = socketio::event_text(
        "/", "discord", envelope.dump(-1, ' ', false, Json::error_handler_t::replace));
    server_.each([&](Client& client) {
        if (client.in("/") && (guild.empty() || client.data["rooms"].contains(guild))) {
            client.emit_text(text);
            if (twice) {
                client.emit_text(text);
            }
        }
    });
}

void Events::happened(const Happening& happening) {
    const auto guild = happening.server == nullptr ? std::string() : happening.server->id;
    switch (happening.what) {
        case What::posted:
        case What::edited:
        case What::removed:
        case What::removed_many:
        case What::pinned:
        case What::unpinned:
            return message(happening);
        case What::reacted:
        case What::unreacted:
        case What::reactions_cleared:
            return reaction(happening);
        case What::typing: {
            Json who;
            if (happening.server != nullptr &&
                happening.server->members.contains(happening.person->id)) {
                who = member_json(core_, *happening.server,
                                  happening.server->members.at(happening.person->id));
            }
            return emit("typingStart", guild,
                        {{"channelId", happening.channel->id},
                         {"userId", happening.person->id},
                         {"timestamp", time_text(core_.world.now())},
                         {"member", std::move(who)}});
        }
        case What::presence:
            for (const auto& server : core_.world.servers()) {
                const Json now = {{"userId", happening.person->id},
                                  {"status", happening.person->status},
                                  {"activities", Json::array()},
                                  {"clientStatus", {{"desktop", happening.person->status}}}};
                emit("presenceUpdate", server.id,
                     pair(was("presence:" + server.id + happening.person->id, now), now));
            }
            return;
        case What::joined:
        case What::left:
        case What::kicked:
        case What::banned:
        case What::unbanned:
        case What::member_changed:
        case What::roles_given:
            return member(happening);
        default:
            return place(happening);
    }
}

void Events::message(const Happening& happening) {
    const auto guild = happening.server == nullptr ? std::string() : happening.server->id;
    const auto& channel = happening.channel->id;
    switch (happening.what) {
        case What::posted:
            return emit("messageCreate", guild, message_json(core_, *happening.message));
        case What::edited: {
            const auto now = message_json(core_, *happening.message);
            auto old = now;
            old["content"] = happening.detail;  // what it was
            old["cleanContent"] = happening.detail;
            old["editedAt"] = nullptr;
            return emit("messageUpdate", guild, pair(std::move(old), now));
        }
        case What::removed:
            return emit("messageDelete", guild,
                        {{"id", happening.message->id},
                         {"channelId", channel},
                         {"guildId", id_or_null(guild)}});
        case What::removed_many:
            return emit(
                "messageDeleteBulk", guild,
                {{"ids", happening.ids}, {"channelId", channel}, {"guildId", id_or_null(guild)}});
        default: {
            // Pins change the message too; the time of the last pin would end the original.
            const auto now = message_json(core_, *happening.message);
            auto old = now;
            old["pinned"] = !happening.message->pinned;
            emit("messageUpdate", guild, pair(std::move(old), now));
            return emit(
                "channelPinsUpdate", guild,
                {{"channelId", channel}, {"guildId", id_or_null(guild)}, {"lastPinAt", nullptr}});
        }
    }
}

void Events::reaction(const Happening& happening) {
    const auto guild = happening.server == nullptr ? std::string() : happening.server->id;
    const auto& on = *happening.message;
    Json data = {{"messageId", on.id}, {"channelId", on.channel}, {"guildId", id_or_null(guild)}};
    const auto ref = [&] {
        const auto whole = emoji_json(happening.detail);
        return Json{{"id", whole["id"]}, {"name", whole["name"]}};
    };
    if (happening.what == What::reacted) {
        data["userId"] = happening.person->id;
        const auto found = std::find_if(on.reactions.begin(), on.reactions.end(),
                                        [&](const auto& r) { return r.emoji == happening.detail; });
        data["reaction"] = reaction_json(core_, *found);
        return emit("messageReactionAdd", guild, data);
    }
    if (happening.what == What::unreacted) {
        data["userId"] = happening.person->id;
        data["emoji"] = ref();
        return emit("messageReactionRemove", guild, data);
    }
    if (happening.detail.empty()) {
        return emit("messageReactionRemoveAll", guild, data);
    }
    data["emoji"] = ref();
    emit("messageReactionRemoveEmoji", guild, data);
}

void Events::place(const Happening& happening) {
    const auto guild = happening.server == nullptr ? std::string() : happening.server->id;
    if (happening.channel != nullptr) {
        const auto& channel = *happening.channel;
        const auto now = channel_json(core_, channel);
        auto old = was("channel:" + channel.id, now);
        if (channel.type == community::ChannelType::thread &&
            happening.what == What::channel_made) {
            return emit("threadCreate", guild, {{"thread", now}, {"newlyCreated", true}});
        }
        if (happening.what == What::channel_changed) {
            return emit("channelUpdate", guild, pair(std::move(old), now));
        }
        return emit(happening.what == What::channel_made ? "channelCreate" : "channelDelete", guild,
                    now);
    }
    if (happening.role != nullptr) {
        const auto now = role_json(*happening.server, *happening.role);
        auto old = was("role:" + happening.role->id, now);
        if (happening.what == What::role_gone) {
            return emit("roleDelete", guild, {{"id", happening.role->id}, {"guildId", guild}});
        }
        return happening.what == What::role_made
                   ? emit("roleCreate", guild, now)
                   : emit("roleUpdate", guild, pair(std::move(old), now));
    }
    const auto now = guild_json(*happening.server);
    auto old = was("guild:" + guild, now);
    if (happening.what == What::server_changed) {
        return emit("guildUpdate", guild, pair(std::move(old), now));
    }
    if (happening.what == What::server_made) {
        return emit("guildCreate", guild, now);
    }
    emit("guildDelete", guild,
         {{"id", guild}, {"name", happening.server->name}, {"unavailable", false}});
}

void Events::member(const Happening& happening) {
    const auto& server = *happening.server;
    const auto& who = *happening.person;
    const auto known = server.members.find(who.id);
    Json now = known == server.members.end() ? Json() : member_json(core_, server, known->second);
    auto old = was("member:" + server.id + who.id, now);
    const Json about = {{"guildId", server.id}, {"user", user_json(who)}};
    switch (happening.what) {
        case What::joined:
            return emit("guildMemberAdd", server.id, now);
        case What::left:
        case What::kicked:
            return emit("guildMemberRemove", server.id, about);
        case What::banned:
            emit("guildBanAdd", server.id, about);
            if (known != server.members.end()) {
                emit("guildMemberRemove", server.id, about);
            }
            return;
        case What::unbanned:
            return emit("guildBanRemove", server.id, about);
        default:
            return emit("guildMemberUpdate", server.id, pair(std::move(old), std::move(now)));
    }
}

}  // namespace rookery::sim::holobridge
