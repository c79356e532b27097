#include "sim/holobridge/rest.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace rookery::sim::holobridge {
namespace {

constexpr std::size_t kMostReason = 512;
constexpr std::int64_t kWeek = 604'800;

Json list_of(const std::vector<Json>& items) { return Json(items); }

bool equal_names(std::string_view one, std::string_view other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    });
}

}  // namespace

std::span<const Rest::Route> Rest::guild_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/api/guilds", "read:guilds", &Rest::list_guilds},
        Route{"GET", "/api/guilds/{guild}", "read:guilds", &Rest::get_guild},
        Route{"GET", "/api/guilds/{guild}/channels", "read:channels", &Rest::list_channels},
        Route{"GET", "/api/guilds/{guild}/roles", "read:guilds", &Rest::list_roles},
        Route{"GET", "/api/guilds/{guild}/emojis", "read:guilds", &Rest::list_nothing},
        Route{"GET", "/api/guilds/{guild}/stickers", "read:guilds", &Rest::list_nothing},
        Route{"GET", "/api/guilds/{guild}/invites", "read:guilds", &Rest::list_nothing},
        Route{"GET", "/api/guilds/{guild}/scheduled-events", "read:guilds", &Rest::list_nothing},
        Route{"GET", "/api/guilds/{guild}/commands", "read:guilds", &Rest::list_nothing},
        Route{"GET", "/api/commands", "read:guilds", &Rest::list_nothing},
        Route{"GET", "/api/guilds/{guild}/bans", "read:members", &Rest::list_bans},
        Route{"GET", "/api/guilds/{guild}/roles/search", "read:guilds", &Rest::find_role},
        Route{"GET", "/api/guilds/{guild}/roles/{role}", "read:guilds", &Rest::get_role},
        Route{"POST", "/api/guilds/{guild}/roles", "write:roles", &Rest::create_role},
        Route{"PATCH", "/api/guilds/{guild}/roles/{role}", "write:roles", &Rest::edit_role},
        Route{"DELETE", "/api/guilds/{guild}/roles/{role}", "write:roles", &Rest::remove_role},
        Route{"GET", "/api/guilds/{guild}/roles/{role}/members", "read:members",
              &Rest::role_members},
        Route{"PATCH", "/api/guilds/{guild}/roles/{role}/permissions", "write:roles",
              &Rest::role_permissions},
    };
    return kRoutes;
}

std::span<const Rest::Route> Rest::member_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/api/guilds/{guild}/members", "read:members", &Rest::list_members},
        Route{"GET", "/api/guilds/{guild}/members/search", "read:members", &Rest::find_members},
        Route{"GET", "/api/guilds/{guild}/members/{user}", "read:members", &Rest::get_member},
        Route{"POST", "/api/guilds/{guild}/members/{user}/kick", "write:members", &Rest::kick},
        Route{"POST", "/api/guilds/{guild}/members/{user}/ban", "write:members", &Rest::ban},
        Route{"DELETE", "/api/guilds/{guild}/members/bans/{user}", "write:members", &Rest::unban},
        Route{"PATCH", "/api/guilds/{guild}/members/{user}/nickname", "write:members",
              &Rest::nickname},
        Route{"PATCH", "/api/guilds/{guild}/members/{user}/roles", "write:members",
              &Rest::member_roles},
        Route{"POST", "/api/guilds/{guild}/members/{user}/timeout", "write:members",
              &Rest::timeout},
        Route{"DELETE", "/api/guilds/{guild}/members/{user}/timeout", "write:members",
              &Rest::end_timeout},
    };
    return kRoutes;
}

HttpReply Rest::list_guilds(Call&) {
    Json list = Json::array();
    for (const auto& server : core_.world.servers()) {
        list.push_back(guild_json(server));
    }
    return data(list);
}

HttpReply Rest::get_guild(Call& call) {
    const auto* server = core_.world.server(call.at("guild"));
    return server == nullptr ? refuse(404, "GUILD_NOT_FOUND", "Guild not found")
                             : data(guild_json(*server));
}

HttpReply Rest::list_channels(Call& call) {
    Json list = Json::array();
    if (const auto* server = core_.world.server(call.at("guild"))) {
        for (const auto& id : server->channels) {
            list.push_back(channel_json(core_, *core_.world.channel(id)));
        }
    }
    return data(list);
}

HttpReply Rest::list_roles(Call& call) {
    std::vector<Json> list;
    if (const auto* server = core_.world.server(call.at("guild"))) {
        for (const auto& role : server->roles) {
            list.insert(list.begin(), role_json(*server, role));
        }
    }
    return data(list_of(list));
}

HttpReply Rest::list_nothing(Call&) { return data(Json::array()); }

HttpReply Rest::list_bans(Call& call) {
    Json list = Json::array();
    if (const auto* server = core_.world.server(call.at("guild"))) {
        for (const auto& ban : server->bans) {
            list.push_back({{"user", user_json(*core_.world.person(ban.person))},
                            {"reason", ban.reason.empty() ? Json() : Json(ban.reason)}});
        }
    }
    return data(list);
}

namespace {

HttpReply no_role() { return refuse(404, "ROLE_NOT_FOUND", "Role not found"); }

/// What a body may say of a role.
std::optional<HttpReply> wrong_role(const Json& body) {
    Issues issues(body);
    issues.text("name", false, 0, 100);
    issues.number("color", 0, 0xFFFFFF);
    issues.flag("hoist");
    issues.flag("mentionable");
    issues.text("permissions", false, 0, 40);
    return issues.reply();
}

}  // namespace

HttpReply Rest::find_role(Call& call) {
    const auto name = call.request.query_value("name");
    if (name.empty()) {
        return refuse(400, "MISSING_NAME", "Missing name parameter");
    }
    if (auto* server = core_.world.server(call.at("guild"))) {
        for (const auto& role : server->roles) {
            if (equal_names(role.name, name)) {
                return data(role_json(*server, role));
            }
        }
    }
    return no_role();
}

HttpReply Rest::get_role(Call& call) {
    auto* server = core_.world.server(call.at("guild"));
    const auto* role =
        server == nullptr ? nullptr : community::World::role(*server, call.at("role"));
    return role == nullptr ? no_role() : data(role_json(*server, *role));
}

HttpReply Rest::create_role(Call& call) {
    if (auto wrong = wrong_role(call.body)) {
        return std::move(*wrong);
    }
    auto* server = core_.world.server(call.at("guild"));
    if (server == nullptr) {
        return refuse(400, "CREATE_FAILED", "Failed to create role");
    }
    const auto& role = core_.world.add_role(*server, call.body.value("name", "new role"),
                                            call.body.value("color", 0U), call.who);
    return data(role_json(*server, role), 201);
}

HttpReply Rest::edit_role(Call& call) {
    if (auto wrong = wrong_role(call.body)) {
        return std::move(*wrong);
    }
    auto* server = core_.world.server(call.at("guild"));
    auto* role = server == nullptr ? nullptr : community::World::role(*server, call.at("role"));
    if (role == nullptr) {
        return refuse(400, "EDIT_FAILED", "Failed to edit role");
    }
    role->name = call.body.value("name", role->name);
    role->color = call.body.value("color", role->color);
    core_.world.role_changed(*server, *role, call.who);
    return data(role_json(*server, *role));
}

HttpReply Rest::remove_role(Call& call) {
    auto* server = core_.world.server(call.at("guild"));
    const bool done =
        server != nullptr && core_.world.remove_role(*server, call.at("role"), call.who);
    return done ? data({{"deleted", true}}) : refuse(400, "DELETE_FAILED", "Failed to delete role");
}

HttpReply Rest::role_members(Call& call) {
    Json list = Json::array();
    if (auto* server = core_.world.server(call.at("guild"))) {
        for (const auto& [id, member] : server->members) {
            const auto& roles = member.roles;
            if (std::find(roles.begin(), roles.end(), call.at("role")) != roles.end()) {
                list.push_back(id);
            }
        }
    }
    return data(list);
}

HttpReply Rest::role_permissions(Call& call) {
    if (call.text("permissions").empty()) {
        return refuse(400, "MISSING_PERMISSIONS", "Permissions bitfield is required");
    }
    auto* server = core_.world.server(call.at("guild"));
    auto* role = server == nullptr ? nullptr : community::World::role(*server, call.at("role"));
    if (role == nullptr) {
        return refuse(400, "PERMISSIONS_FAILED", "Failed to set permissions");
    }
    role->permissions = std::strtoull(call.text("permissions").c_str(), nullptr, 10);
    core_.world.role_changed(*server, *role, call.who);
    return data({{"updated", true}});
}

HttpReply Rest::list_members(Call& call) {
    Json list = Json::array();
    const auto limit = std::atoi(call.request.query_value("limit", "1000").c_str());
    if (const auto* server = core_.world.server(call.at("guild"))) {
        for (const auto& [id, member] : server->members) {
            if (limit > 0 && list.size() >= static_cast<std::size_t>(limit)) {
                break;
            }
            list.push_back(member_json(core_, *server, member));
        }
    }
    return data(list);
}

HttpReply Rest::find_members(Call& call) {
    const auto query = call.request.query_value("q");
    if (query.empty()) {
        return refuse(400, "MISSING_QUERY", "Missing query parameter");
    }
    Json list = Json::array();
    if (const auto* server = core_.world.server(call.at("guild"))) {
        for (const auto& [id, member] : server->members) {
            const auto& name = core_.world.person(id)->name;
            if (equal_names(name.substr(0, query.size()), query) ||
                equal_names(member.nick.substr(0, query.size()), query)) {
                list.push_back(member_json(core_, *server, member));
            }
        }
    }
    return data(list);
}

HttpReply Rest::get_member(Call& call) {
    const auto* member = member_of(call);
    return member == nullptr
               ? refuse(404, "MEMBER_NOT_FOUND", "Member not found")
               : data(member_json(core_, *core_.world.server(call.at("guild")), *member));
}

HttpReply Rest::kick(Call& call) {
    const auto* member = member_of(call);
    if (member == nullptr) {
        return refuse(400, "KICK_FAILED", "Failed to kick member");
    }
    (void)core_.world.leave(*core_.world.server(call.at("guild")),
                            *core_.world.person(call.at("user")), true, call.who);
    return data({{"kicked", true}});
}

HttpReply Rest::ban(Call& call) {
    Issues issues(call.body);
    issues.text("reason", false, 0, kMostReason);
    issues.number("deleteMessageSeconds", 0, kWeek);
    if (auto wrong = issues.reply()) {
        return std::move(*wrong);
    }
    auto* server = core_.world.server(call.at("guild"));
    auto* person = core_.world.person(call.at("user"));
    if (server == nullptr || person == nullptr) {
        return refuse(400, "BAN_FAILED", "Failed to ban member");
    }
    (void)core_.world.ban(*server, *person, call.who, call.text("reason"));
    return data({{"banned", true}});
}

HttpReply Rest::unban(Call& call) {
    auto* server = core_.world.server(call.at("guild"));
    auto* person = core_.world.person(call.at("user"));
    const bool done =
        server != nullptr && person != nullptr && core_.world.unban(*server, *person, call.who);
    return done ? data({{"unbanned", true}}) : refuse(400, "UNBAN_FAILED", "Failed to unban user");
}

// The bridge answers with members as they were before the change, here and below.
HttpReply Rest::nickname(Call& call) {
    Issues issues(call.body);
    if (call.has("nickname")) {
        issues.text("nickname", false, 0, 32);
    }
    if (auto wrong = issues.reply()) {
        return std::move(*wrong);
    }
    auto* member = member_of(call);
    if (member == nullptr) {
        return refuse(400, "NICKNAME_FAILED", "Failed to set nickname");
    }
    auto& server = *core_.world.server(call.at("guild"));
    auto before = member_json(core_, server, *member);
    (void)core_.world.nick(server, *core_.world.person(call.at("user")), call.text("nickname"),
                           call.who);
    return data(before);
}

HttpReply Rest::member_roles(Call& call) {
    Issues issues(call.body);
    issues.list("add", 250);
    issues.list("remove", 250);
    if (auto wrong = issues.reply()) {
        return std::move(*wrong);
    }
    auto* member = member_of(call);
    if (member == nullptr) {
        return refuse(400, "ROLES_FAILED", "Failed to modify roles");
    }
    auto& server = *core_.world.server(call.at("guild"));
    auto& person = *core_.world.person(call.at("user"));
    auto before = member_json(core_, server, *member);
    for (const auto* key : {"add", "remove"}) {
        for (const auto& role : call.body.value(key, Json::array())) {
            if (role.is_string()) {
                (void)core_.world.give_role(server, person, role.get<std::string>(),
                                            std::string_view(key) == "add", call.who);
            }
        }
    }
    return data(before);
}

HttpReply Rest::timeout(Call& call) {
    const bool given =
        call.has("duration") && call.body["duration"].is_number() && call.body["duration"] != 0;
    if (!given) {
        return refuse(400, "MISSING_DURATION", "Duration is required (in milliseconds)");
    }
    const auto* member = member_of(call);
    return member == nullptr
               ? refuse(400, "TIMEOUT_FAILED", "Failed to timeout member")
               : data(member_json(core_, *core_.world.server(call.at("guild")), *member));
}

HttpReply Rest::end_timeout(Call& call) {
    const auto* member = member_of(call);
    return member == nullptr
               ? refuse(400, "TIMEOUT_REMOVE_FAILED", "Failed to remove timeout")
               : data(member_json(core_, *core_.world.server(call.at("guild")), *member));
}

}  // namespace rookery::sim::holobridge
