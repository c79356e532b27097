#include "sim/revolt/rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::revolt {
namespace {

using Kind = Field::Kind;

HttpReply get(Call& call) {
    const auto* server = call.server(0);
    if (server == nullptr) {
        return call.failure;
    }
    auto json = *server;
    if (call.request.query_value("include_channels") == "true") {
        json["channels"] = Json::array();
        for (const auto& id : (*server)["channels"]) {
            const auto& channel = call.core.world.channels[id];
            if (call.core.world.sees(call.me(), channel)) {
                json["channels"].push_back(channel);
            }
        }
    }
    return json_reply(json);
}

HttpReply edit(Call& call) {
    static constexpr std::array kFields = {
        Field{"name", Kind::text, 1, 32},  Field{"description", Kind::text, 0, 1024},
        Field{"categories", Kind::list},   Field{"system_messages", Kind::object},
        Field{"analytics", Kind::boolean}, Field{"owner", Kind::text, 26, 26},
        Field{"icon", Kind::text, 1, 128}, Field{"banner", Kind::text, 1, 128},
    };
    const auto* server = call.server(0);
    if (server == nullptr || !check_fields(call, kFields) ||
        !call.may_on(permission::kManageServer, *server)) {
        return call.failure;
    }
    auto patch = patch_of(call.body, kFields);
    for (const auto& [key, tag] : {std::pair{"icon", "icons"}, std::pair{"banner", "banners"}}) {
        if (patch.data.contains(key)) {
            auto file = call.use_file(patch.data[key], tag);
            if (file.is_null()) {
                return call.failure;
            }
            patch.data[key] = std::move(file);
        }
    }
    call.actions.update_server(call.parameters[0], patch.data, patch.clear);
    return json_reply(*server);
}

HttpReply remove(Call& call) {
    const auto* server = call.server(0);
    if (server == nullptr) {
        return call.failure;
    }
    if ((*server)["owner"] == call.me()) {
        call.actions.remove_server(call.parameters[0]);
    } else {
        call.actions.leave(call.parameters[0], call.me(), "Leave");
    }
    return no_content();
}

HttpReply create_channel(Call& call) {
    static constexpr std::array kFields = {
        Field{"type", Kind::text}, Field{"name", Kind::text, 1, 32, true},
        Field{"description", Kind::text, 0, 1024}, Field{"nsfw", Kind::boolean},
        Field{"voice", Kind::object}};
    auto* server = call.server(0);
    if (server == nullptr || !check_fields(call, kFields) ||
        !call.may_on(permission::kManageChannel, *server)) {
        return call.failure;
    }
    const auto type = call.body.value("type", std::string("Text"));
    if (type != "Text" && type != "Voice") {
        return guard_error(call.request, 422, "Unprocessable Entity");
    }
    if ((*server)["channels"].size() >= 200) {
        return domain_error(400, "TooManyChannels", {{"max", 200}});
    }
    auto& channel = call.actions.create_channel(*server, call.body["name"], type == "Voice");
    for (const auto* key : {"description", "nsfw"}) {
        if (call.body.contains(key)) {
            channel[key] = call.body[key];
        }
    }
    return json_reply(channel);
}

HttpReply members(Call& call) {
    const auto* server = call.server(0);
    if (server == nullptr) {
        return call.failure;
    }
    const bool online = call.request.query_value("exclude_offline") == "true";
    Json list = Json::array();
    Json users = Json::array();
    for (const auto& [id, member] : call.core.world.members[call.parameters[0]]) {
        auto user = call.core.world.user_json(id, call.me());
        if (!online || user.value("online", false)) {
            list.push_back(member);
            users.push_back(std::move(user));
        }
    }
    return json_reply({{"members", list}, {"users", users}});
}

HttpReply get_member(Call& call) {
    const auto* server = call.server(0);
    const auto* member = server == nullptr ? nullptr : call.member(*server, 1);
    if (member == nullptr) {
        return call.failure;
    }
    if (call.request.query_value("roles") != "true") {
        return json_reply(*member);
    }
    Json roles = Json::object();
    for (const auto& role : member->value("roles", Json::array())) {
        roles[role.get<std::string>()] = (*server)["roles"][role.get<std::string>()];
    }
    return json_reply({{"member", *member}, {"roles", roles}});
}

/// Whether the caller may change these fields of that member; false with `failure` set.
bool may_edit_member(Call& call, const Json& server, bool self, const Patch& patch) {
    const auto touches = [&](const char* key, const char* field) {
        return patch.data.contains(key) ||
               std::find(patch.clear.begin(), patch.clear.end(), Json(field)) != patch.clear.end();
    };
    if (touches("nickname", "Nickname") &&
        !call.may_on(self ? permission::kChangeNickname : permission::kManageNicknames, server)) {
        return false;
    }
    if (touches("roles", "Roles") && !call.may_on(permission::kAssignRoles, server)) {
        return false;
    }
    if (touches("timeout", "Timeout")) {
        if (self) {
            return call.fail(domain_error(400, "CannotTimeoutYourself"));
        }
        return call.may_on(permission::kTimeoutMembers, server);
    }
    return true;
}

HttpReply edit_member(Call& call) {
    static constexpr std::array kFields = {
        Field{"nickname", Kind::text, 1, 32}, Field{"pronouns", Kind::text, 0, 24},
        Field{"avatar", Kind::text, 1, 128},  Field{"roles", Kind::list},
        Field{"timeout", Kind::text},         Field{"can_publish", Kind::boolean},
        Field{"can_receive", Kind::boolean},  Field{"voice_channel", Kind::text},
    };
    const auto* server = call.server(0);
    const auto* member = server == nullptr ? nullptr : call.member(*server, 1);
    if (member == nullptr || !check_fields(call, kFields)) {
        return call.failure;
    }
    auto patch = patch_of(call.body, kFields);
    const auto user = (*member)["_id"]["user"].get<std::string>();
    if (!may_edit_member(call, *server, user == call.me(), patch)) {
        return call.failure;
    }
    for (const auto& role : patch.data.value("roles", Json::array())) {
        if (!(*server)["roles"].contains(role.get<std::string>())) {
            return domain_error(404, "InvalidRole");
        }
    }
    if (patch.data.contains("avatar")) {
        auto file = call.use_file(patch.data["avatar"], "avatars");
        if (file.is_null()) {
            return call.failure;
        }
        patch.data["avatar"] = std::move(file);
    }
    call.actions.update_member(call.parameters[0], user, patch.data, patch.clear);
    return json_reply(*call.core.world.member(call.parameters[0], user));
}

HttpReply kick(Call& call) {
    const auto* server = call.server(0);
    const auto* member = server == nullptr ? nullptr : call.member(*server, 1);
    if (member == nullptr || !call.may_on(permission::kKickMembers, *server)) {
        return call.failure;
    }
    const auto user = (*member)["_id"]["user"].get<std::string>();
    if (user == call.me()) {
        return domain_error(400, "CannotRemoveYourself");
    }
    if (user == (*server)["owner"]) {
        return domain_error(400, "InvalidOperation");
    }
    call.actions.leave(call.parameters[0], user, "Kick");
    return no_content();
}

HttpReply ban(Call& call) {
    static constexpr std::array kFields = {Field{"reason", Kind::text, 0, 1024},
                                           Field{"delete_message_seconds", Kind::number}};
    const auto* server = call.server(0);
    if (server == nullptr || !check_fields(call, kFields) ||
        !call.may_on(permission::kBanMembers, *server)) {
        return call.failure;
    }
    const auto& user = call.parameters[1];
    if (call.core.world.user(user) == nullptr) {
        return not_found();
    }
    const auto seconds = call.body.value("delete_message_seconds", std::int64_t{0});
    if (user == call.me() || user == (*server)["owner"] || seconds < 0 || seconds > 604'800) {
        return domain_error(400, "InvalidOperation");
    }
    Json made = {{"_id", {{"server", call.parameters[0]}, {"user", user}}}};
    if (call.body.contains("reason")) {
        made["reason"] = call.body["reason"];
    }
    call.core.world.bans[call.parameters[0]][user] = made;
    if (call.core.world.member(call.parameters[0], user) != nullptr) {
        call.actions.leave(call.parameters[0], user, "Ban");
    }
    if (seconds > 0) {
        const auto since =
            std::chrono::duration_cast<Millis>(call.core.world.now().time_since_epoch()).count() -
            seconds * 1000;
        for (const auto& channel : (*server)["channels"]) {
            std::vector<std::string> ids;
            for (const auto& message : call.core.world.messages[channel]) {
                if (message["author"] == user &&
                    ulid_time(message["_id"].get<std::string>()) > since) {
                    ids.push_back(message["_id"]);
                }
            }
            if (!ids.empty()) {
                call.actions.remove_messages(channel, ids);
            }
        }
    }
    return json_reply(made);
}

HttpReply unban(Call& call) {
    const auto* server = call.server(0);
    if (server == nullptr || !call.may_on(permission::kBanMembers, *server)) {
        return call.failure;
    }
    return call.core.world.bans[call.parameters[0]].erase(call.parameters[1]) == 0 ? not_found()
                                                                                   : no_content();
}

HttpReply bans(Call& call) {
    const auto* server = call.server(0);
    if (server == nullptr || !call.may_on(permission::kBanMembers, *server)) {
        return call.failure;
    }
    Json out = {{"users", Json::array()}, {"bans", Json::array()}};
    for (const auto& [user, ban] : call.core.world.bans[call.parameters[0]]) {
        const auto json = call.core.world.user_json(user, call.me());
        out["users"].push_back({{"_id", user},
                                {"username", json["username"]},
                                {"discriminator", json["discriminator"]}});
        out["bans"].push_back(ban);
    }
    return json_reply(out);
}

HttpReply invites(Call& call) {
    const auto* server = call.server(0);
    if (server == nullptr || !call.may_on(permission::kManageServer, *server)) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto& [code, invite] : call.core.world.invites) {
        if (invite["server"] == call.parameters[0]) {
            out.push_back(invite);
        }
    }
    return json_reply(out);
}

HttpReply emojis(Call& call) {
    if (call.server(0) == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto& [id, emoji] : call.core.world.emojis) {
        if (emoji["parent"].value("id", std::string()) == call.parameters[0]) {
            out.push_back(emoji);
        }
    }
    return json_reply(out);
}

constexpr std::array kRoleFields = {Field{"name", Kind::text, 1, 32},
                                    Field{"colour", Kind::text, 1, 128},
                                    Field{"hoist", Kind::boolean}, Field{"rank", Kind::number}};

HttpReply create_role(Call& call) {
    static constexpr std::array kFields = {Field{"name", Kind::text, 1, 32, true}};
    auto* server = call.server(0);
    if (server == nullptr || !check_fields(call, kFields) ||
        !call.may_on(permission::kManageRole, *server)) {
        return call.failure;
    }
    const auto id = call.core.world.add_role(*server, call.body["name"]);
    call.actions.update_role(call.parameters[0], id, (*server)["roles"][id], Json::array());
    return json_reply({{"id", id}, {"role", (*server)["roles"][id]}});
}

HttpReply role(Call& call) {
    auto* server = call.server(0);
    if (server == nullptr) {
        return call.failure;
    }
    const auto& id = call.parameters[1];
    if (!(*server)["roles"].contains(id)) {
        return not_found();
    }
    if (call.request.method == "GET") {
        return json_reply((*server)["roles"][id]);
    }
    if (!call.may_on(permission::kManageRole, *server) || !check_fields(call, kRoleFields)) {
        return call.failure;
    }
    if (call.request.method == "DELETE") {
        call.actions.remove_role(call.parameters[0], id);
        return no_content();
    }
    const auto patch = patch_of(call.body, kRoleFields);
    call.actions.update_role(call.parameters[0], id, patch.data, patch.clear);
    return json_reply((*server)["roles"][id]);
}

HttpReply rank_roles(Call& call) {
    static constexpr std::array kFields = {Field{"ranks", Kind::list, 0, 200, true}};
    const auto* server = call.server(0);
    if (server == nullptr || !check_fields(call, kFields) ||
        !call.may_on(permission::kManageRole, *server)) {
        return call.failure;
    }
    auto ranks = call.body["ranks"].get<std::set<std::string>>();
    for (const auto& [id, role] : (*server)["roles"].items()) {
        if (ranks.erase(id) == 0) {
            return domain_error(400, "InvalidOperation");
        }
    }
    if (!ranks.empty()) {
        return domain_error(404, "InvalidRole");
    }
    call.actions.rank_roles(call.parameters[0], call.body["ranks"]);
    return json_reply(*server);
}

HttpReply set_permissions(Call& call) {
    const auto* server = call.server(0);
    if (server == nullptr || !call.may_on(permission::kManagePermissions, *server)) {
        return call.failure;
    }
    const auto& wanted = call.body.at("permissions");
    if (call.parameters.size() == 1) {
        call.actions.update_server(call.parameters[0],
                                   {{"default_permissions", wanted.get<std::uint64_t>()}},
                                   Json::array());
        return json_reply(*server);
    }
    if (!(*server)["roles"].contains(call.parameters[1])) {
        return not_found();
    }
    call.actions.update_role(call.parameters[0], call.parameters[1],
                             {{"permissions",
                               {{"a", wanted.at("allow").get<std::uint64_t>()},
                                {"d", wanted.at("deny").get<std::uint64_t>()}}}},
                             Json::array());
    return json_reply(*server);
}

HttpReply audit_logs(Call& call) {
    const auto* server = call.server(0);
    if (server == nullptr || !call.may_on(1ULL << 40U, *server)) {
        return call.failure;
    }
    return json_reply(
        {{"audit_logs", Json::array()}, {"users", Json::array()}, {"members", Json::array()}});
}

}  // namespace

std::span<const Route> server_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/servers/{}", get},
        Route{"PATCH", "/servers/{}", edit},
        Route{"DELETE", "/servers/{}", remove},
        Route{"POST", "/servers/{}/channels", create_channel},
        Route{"GET", "/servers/{}/members", members},
        Route{"GET", "/servers/{}/members/{}", get_member},
        Route{"PATCH", "/servers/{}/members/{}", edit_member},
        Route{"DELETE", "/servers/{}/members/{}", kick},
        Route{"PUT", "/servers/{}/bans/{}", ban},
        Route{"DELETE", "/servers/{}/bans/{}", unban},
        Route{"GET", "/servers/{}/bans", bans},
        Route{"GET", "/servers/{}/invites", invites},
        Route{"GET", "/servers/{}/emojis", emojis},
        Route{"GET", "/servers/{}/audit_logs", audit_logs},
        Route{"POST", "/servers/{}/roles", create_role},
        Route{"PATCH", "/servers/{}/roles/ranks", rank_roles},
        Route{"GET", "/servers/{}/roles/{}", role},
        Route{"PATCH", "/servers/{}/roles/{}", role},
        Route{"DELETE", "/servers/{}/roles/{}", role},
        Route{"PUT", "/servers/{}/permissions/default", set_permissions},
        Route{"PUT", "/servers/{}/permissions/{}", set_permissions},
    };
    return kRoutes;
}

}  // namespace rookery::sim::revolt
