#include "sim/guilded/user_gateway.hpp"

#include "sim/guilded/user_objects.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::guilded {
namespace {

using community::Happening;
using community::What;
using socketio::Client;
using socketio::Join;

/// Names whose spelling on the wire is not the one of the documents.
struct Spelling {
    const char* wire;
    const char* seed;
};
constexpr std::array kSpellings = {
    Spelling{"teamRolesUpdated", "TeamRolesUpdated"},
    Spelling{"USER_TEAMS_UPDATED", "UserTeamsUpdated"},
    Spelling{"USER_PRESENCE_MANUALLY_SET", "UserPresenceManuallySet"}};

socketio::EngineOptions engine_options(const Core& core) {
    socketio::EngineOptions options;
    options.version = 3;
    options.ping_interval = core.options.heartbeat_interval;
    options.ping_timeout = std::min(Millis{5'000}, core.options.heartbeat_interval);
    return options;
}

}  // namespace

std::string client_id_of(const std::string& token) {
    return uuid_of(std::hash<std::string>{}(token), 0xc1);
}

std::string cookie(const HttpRequest& request, std::string_view name) {
    auto rest = request.header("cookie");
    while (!rest.empty()) {
        auto one = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) {
            return std::string(one.substr(name.size() + 1));
        }
    }
    return {};
}

community::Person* account_of(Core& core, const HttpRequest& request) {
    // The session is the secret; libraries that sent the client's id alone were let in as well.
    if (auto* person = core.bot_of_token(cookie(request, "hmac_signed_session"))) {
        return person;
    }
    if (!cookie(request, "hmac_signed_session").empty()) {
        return nullptr;
    }
    for (const auto& given :
         {cookie(request, "guilded_mid"), std::string(request.header("guilded-client-id")),
          request.query_value("guildedClientId")}) {
        for (const auto& token : core.options.tokens) {
            if (!given.empty() && given == client_id_of(token)) {
                return core.bot_of_token(token);
            }
        }
    }
    return nullptr;
}

UserGateway::UserGateway(Core& core)
    : core_(core), server_(core.io, core.recorder, core.faults, engine_options(core), hooks()) {}

socketio::ServerHooks UserGateway::hooks() {
    socketio::ServerHooks hooks;
    hooks.admit = [this](const HttpRequest& request) -> std::optional<HttpReply> {
        const auto* account = account_of(core_, request);
        const bool named = !request.query_value("guildedClientId").empty();
        const bool baked = !cookie(request, "guilded_mid").empty() ||
                           !cookie(request, "hmac_signed_session").empty();
        if (request.query_value("jwt") != "undefined") {
            core_.recorder.violation("guilded_jwt", 0, "jwt is not the text undefined");
        }
        const auto team = request.query_value("teamId");
        const bool known_team = team.empty() || core_.world.server(team) != nullptr;
        const bool fine =
            account != nullptr && known_team && (!cookie_only || baked) && (!query_only || named);
        if (!fine) {
            return community::json_reply(
                {{"code", "UnauthorizedError"}, {"message", "You are not logged in"}}, 401);
        }
        return std::nullopt;
    };
    hooks.join = [this](Client& client, const std::string&, const Json&) {
        client.data = {{"team", client.session().handshake().query_value("teamId")}};
        if (core_.faults.refused_logins > 0) {
            --core_.faults.refused_logins;
            return core_.faults.refuse_login_as == "close"
                       ? Join{Join::How::disconnected}
                       : Join{Join::How::refused, "Unauthorized"};
        }
        return Join{};
    };
    hooks.joined = [this](Client& client, const std::string&) {
        ++core_.counts["connects"];
        ++core_.counts["identifies"];
        client.data["joined"] = true;
    };
    hooks.event = [this](Client& client, const std::string&, const std::string& name,
                         const Json& args, std::optional<std::uint64_t>) {
        if (name == "logout") {
            return client.session().close("logout");
        }
        const auto id = !args.empty() && args[0].is_object()
                            ? args[0].value("channelId", std::string())
                            : std::string();
        const auto* channel = core_.world.channel(id);
        if (name != "ChatChannelTyping" || channel == nullptr) {
            core_.recorder.violation("guilded_unknown_request", client.number(), name);
            return;
        }
        if (const auto* who = account_of(core_, client.session().handshake())) {
            core_.world.typing(*channel, *who);
        }
    };
    return hooks;
}

void UserGateway::emit(const std::string& name, const std::string& team, Json data, bool both) {
    auto& faults = core_.faults;
    ++core_.counts["dispatches"];
    if (faults.mute) {
        return;
    }
    if (faults.dropped_events > 0) {
        --faults.dropped_events;
        return;
    }
    const auto* spelling = std::find_if(kSpellings.begin(), kSpellings.end(),
                                        [&](const auto& known) { return name == known.wire; });
    const auto shown = seed_names && spelling != kSpellings.end() ? spelling->seed : name;
    if (name != "TeamXpSet") {
        data["type"] = shown;
    }
    const bool twice = faults.duplicate_events > 0;
    faults.duplicate_events -= twice ? 1 : 0;
    const auto text =
        socketio::event_text("/", shown, data.dump(-1, ' ', false, Json::error_handler_t::replace));
    server_.each([&](Client& client) {
        const auto its = client.data.value("team", std::string());
        if (!client.in("/") || !(its == team || (both && its.empty()))) {
            return;
        }
        client.emit_text(text);
        if (twice) {
            client.emit_text(text);
        }
    });
}

Json UserGateway::about(const community::Channel& channel) const {
    const bool direct = channel.type == community::ChannelType::direct;
    Json json = {{"channelId", channel.id},
                 {"channelCategoryId", nullptr},
                 {"channelType", direct ? "DM" : "Team"},
                 {"teamId", direct ? Json() : Json(channel.server)},
                 {"contentType", "chat"}};
    if (!acting.empty()) {
        json["guildedClientId"] = acting;
    }
    return json;
}

void UserGateway::message(const Happening& happening) {
    const auto& channel = *happening.channel;
    auto data = about(channel);
    const auto send = [&](const char* name) {
        // Messages come on the socket of the account and on that of the team.
        emit(name, channel.server, data, true);
    };
    if (happening.what == What::removed_many) {
        for (const auto& id : happening.ids) {
            data["message"] = {{"id", id}, {"deletedAt", time_text(core_.world.now())}};
            data["newLastMessage"] = nullptr;
            send("ChatMessageDeleted");
        }
        return;
    }
    const auto& one = *happening.message;
    data["message"] = {{"id", one.id}};
    switch (happening.what) {
        case What::posted:
            data["message"] = client_message_json(core_, one);
            data["createdAt"] = time_text(one.created);
            data["contentId"] = one.id;
            data["createdBy"] = one.author;
            data["mentionedUserInfo"] = {
                {"isDirectlyMentioned", one.text.find(core_.world.bot().id) != std::string::npos}};
            data["repliedToMessages"] = Json::array();
            for (const auto& id : one.replies_to) {
                if (const auto* target = core_.world.find_message(one.channel, id)) {
                    data["repliedToMessages"].push_back(client_message_json(core_, *target));
                }
            }
            return send("ChatMessageCreated");
        case What::edited:
            data["message"] = client_message_json(core_, one);
            data["updatedBy"] = happening.by;
            data["contentId"] = one.id;
            return send("ChatMessageUpdated");
        case What::removed:
            data["message"] = {{"id", one.id},
                               {"createdAt", time_text(one.created)},
                               {"deletedAt", time_text(core_.world.now())}};
            data["newLastMessage"] = nullptr;
            return send("ChatMessageDeleted");
        case What::reacted:
        case What::unreacted:
            data["reaction"] = client_reaction_json(core_, happening.detail, happening.person->id);
            return send(happening.what == What::reacted ? "ChatMessageReactionAdded"
                                                        : "ChatMessageReactionDeleted");
        case What::pinned:
        case What::unpinned:
            data["updatedBy"] = happening.by;
            data["userId"] = happening.by;
            return send(happening.what == What::pinned ? "ChatPinnedMessageCreated"
                                                       : "ChatPinnedMessageDeleted");
        default:
            return;  // all reactions at once: people's clients cannot
    }
}

void UserGateway::member(const Happening& happening) {
    const auto& server = *happening.server;
    const auto& id = happening.person->id;
    Json data = {{"teamId", server.id}};
    switch (happening.what) {
        case What::joined:
            data["user"] = client_member_json(core_, server, server.members.at(id));
            return emit("TeamMemberJoined", server.id, data);
        case What::left:
        case What::kicked:
        case What::banned:
            data["userId"] = id;
            emit("TeamMemberRemoved", server.id, data);
            return;
        case What::unbanned:
            return;  // nobody is told
        case What::member_changed: {
            const auto& nick = server.members.at(id).nick;
            data["userId"] = id;
            data["updatedBy"] = happening.by;
            data["userInfo"] = {{"nickname", nick.empty() ? Json() : Json(nick)}};
            return emit("TeamMemberUpdated", server.id, data);
        }
        default: {
            const auto one = client_member_json(core_, server, server.members.at(id));
            data["rolesById"] = team_json(server)["rolesById"];
            data["isDelete"] = false;
            data["memberRoleIds"] = Json::array({{{"userId", id}, {"roleIds", one["roleIds"]}}});
            return emit("teamRolesUpdated", server.id, data);
        }
    }
}

void UserGateway::place(const Happening& happening) {
    if (happening.server == nullptr) {
        if (happening.what == What::channel_made) {
            emit("DMChatChannelCreated", "",
                 {{"channelId", happening.channel->id},
                  {"channel", client_channel_json(nullptr, *happening.channel)}});
        }
        return;
    }
    const auto& server = *happening.server;
    Json data = {{"teamId", server.id}};
    switch (happening.what) {
        case What::channel_made:
        case What::channel_changed:
            data["channel"] = client_channel_json(&server, *happening.channel);
            data["name"] = happening.channel->name;
            return emit(
                happening.what == What::channel_made ? "TeamChannelCreated" : "TeamChannelUpdated",
                server.id, data);
        case What::channel_gone:
            data["channelId"] = happening.channel->id;
            return emit("TeamChannelDeleted", server.id, data);
        case What::role_made:
        case What::role_changed:
        case What::role_gone:
            data["rolesById"] = team_json(server)["rolesById"];
            data["rolesById"]["baseRole"] = client_role_json(server, server.roles.front());
            data["isDelete"] = happening.what == What::role_gone;
            return emit("teamRolesUpdated", server.id, data);
        case What::server_changed:
            data["teamInfo"] = {{"name", server.name}};
            return emit("TeamUpdated", server.id, data);
        default:
            if (happening.what == What::server_gone) {
                data["isRemoved"] = true;
            }
            return emit("USER_TEAMS_UPDATED", "", data);
    }
}

void UserGateway::happened(const Happening& happening) {
    switch (happening.what) {
        case What::posted:
        case What::edited:
        case What::removed:
        case What::removed_many:
        case What::reacted:
        case What::unreacted:
        case What::reactions_cleared:
        case What::pinned:
        case What::unpinned:
            return message(happening);
        case What::typing:
            return emit("ChatChannelTyping", happening.channel->server,
                        {{"channelId", happening.channel->id}, {"userId", happening.person->id}},
                        true);
        case What::presence:
            if (happening.person->bot) {
                emit("USER_PRESENCE_MANUALLY_SET", "", {{"status", 1}});
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

}  // namespace rookery::sim::guilded
