#include "sim/guilded/bot_rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::guilded {
namespace {

HttpReply no_server() { return refuse(404, "NotFoundError", "Server not found"); }
HttpReply no_member() { return refuse(404, "NotFoundError", "Member not found"); }
HttpReply no_user() { return refuse(404, "NotFoundError", "User not found"); }
HttpReply no_role() { return refuse(404, "NotFoundError", "Role not found"); }
HttpReply no_ban() { return refuse(404, "NotFoundError", "Ban not found"); }
HttpReply nothing() { return community::json_reply(nullptr, 204); }

const community::Ban* ban_of(const community::Server& server, const std::string& person) {
    const auto found = std::find_if(server.bans.begin(), server.bans.end(),
                                    [&](const auto& ban) { return ban.person == person; });
    return found == server.bans.end() ? nullptr : &*found;
}

}  // namespace

std::span<const BotRest::Route> BotRest::server_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/users/{user}", &BotRest::get_user},
        Route{"GET", "/users/{user}/servers", &BotRest::list_servers},
        Route{"PUT", "/users/{user}/status", &BotRest::set_status},
        Route{"DELETE", "/users/{user}/status", &BotRest::set_status},
        Route{"GET", "/servers/{server}", &BotRest::get_server},
        Route{"GET", "/servers/{server}/members", &BotRest::list_members},
        Route{"GET", "/servers/{server}/members/{user}", &BotRest::get_member},
        Route{"DELETE", "/servers/{server}/members/{user}", &BotRest::kick},
        Route{"PUT", "/servers/{server}/members/{user}/nickname", &BotRest::set_nick},
        Route{"DELETE", "/servers/{server}/members/{user}/nickname", &BotRest::clear_nick},
        Route{"GET", "/servers/{server}/bans", &BotRest::list_bans},
        Route{"GET", "/servers/{server}/bans/{user}", &BotRest::get_ban},
        Route{"POST", "/servers/{server}/bans/{user}", &BotRest::ban},
        Route{"DELETE", "/servers/{server}/bans/{user}", &BotRest::unban},
    };
    return kRoutes;
}

HttpReply BotRest::get_user(Call& call) {
    const auto* person = person_of(call);
    return person == nullptr ? no_user() : wrapped("user", user_json(*person));
}

HttpReply BotRest::list_servers(Call& call) {
    const auto* person = person_of(call);
    if (person == nullptr || person->id != call.who) {
        return refuse(403, "ForbiddenError", "You can only list your own servers");
    }
    Json list = Json::array();
    for (const auto& server : core_.world.servers()) {
        if (server.members.contains(person->id)) {
            list.push_back(server_json(server));
        }
    }
    return wrapped("servers", std::move(list));
}

HttpReply BotRest::set_status(Call& call) {
    const auto* person = person_of(call);
    if (person == nullptr || person->id != call.who) {
        return refuse(403, "ForbiddenError", "You can only set your own status");
    }
    core_.world.presence(*core_.world.person(person->id), call.text("content"));
    return nothing();
}

HttpReply BotRest::get_server(Call& call) {
    const auto* server = core_.world.server(call.at("server"));
    return server == nullptr ? no_server() : wrapped("server", server_json(*server));
}

HttpReply BotRest::list_members(Call& call) {
    const auto* server = core_.world.server(call.at("server"));
    if (server == nullptr) {
        return no_server();
    }
    Json list = Json::array();
    for (const auto& [id, member] : server->members) {
        auto json = member_json(core_, *server, member);
        list.push_back({{"user", summary_json(*core_.world.person(id))},
                        {"roleIds", std::move(json["roleIds"])}});
    }
    return wrapped("members", std::move(list));
}

HttpReply BotRest::get_member(Call& call) {
    const auto* server = core_.world.server(call.at("server"));
    const auto* person = person_of(call);
    if (server == nullptr || person == nullptr || !server->members.contains(person->id)) {
        return server == nullptr ? no_server() : no_member();
    }
    return wrapped("member", member_json(core_, *server, server->members.at(person->id)));
}

HttpReply BotRest::kick(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    auto* person = person_of(call);
    if (server == nullptr || person == nullptr) {
        return server == nullptr ? no_server() : no_member();
    }
    return core_.world.leave(*server, *person, person->id != call.who, call.who) ? nothing()
                                                                                 : no_member();
}

HttpReply BotRest::set_nick(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    auto* person = person_of(call);
    if (server == nullptr || person == nullptr) {
        return server == nullptr ? no_server() : no_member();
    }
    const auto nick = call.text("nickname");
    if (nick.empty() || nick.size() > 32) {
        return refuse(400, "BadRequestError", "nickname must be 1 to 32 characters long");
    }
    return core_.world.nick(*server, *person, nick, call.who) ? wrapped("nickname", nick)
                                                              : no_member();
}

HttpReply BotRest::clear_nick(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    auto* person = person_of(call);
    const bool done =
        server != nullptr && person != nullptr && core_.world.nick(*server, *person, "", call.who);
    return done ? nothing() : no_member();
}

HttpReply BotRest::list_bans(Call& call) {
    const auto* server = core_.world.server(call.at("server"));
    if (server == nullptr) {
        return no_server();
    }
    Json list = Json::array();
    for (const auto& ban : server->bans) {
        list.push_back(ban_json(core_, ban));
    }
    return wrapped("serverMemberBans", std::move(list));
}

HttpReply BotRest::get_ban(Call& call) {
    const auto* server = core_.world.server(call.at("server"));
    const auto* ban = server == nullptr ? nullptr : ban_of(*server, call.at("user"));
    return ban == nullptr ? no_ban() : wrapped("serverMemberBan", ban_json(core_, *ban));
}

HttpReply BotRest::ban(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    auto* person = person_of(call);
    if (server == nullptr || person == nullptr) {
        return server == nullptr ? no_server() : no_user();
    }
    (void)core_.world.ban(*server, *person, call.who, call.text("reason"));
    return wrapped("serverMemberBan", ban_json(core_, *ban_of(*server, person->id)));
}

HttpReply BotRest::unban(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    auto* person = person_of(call);
    const bool done =
        server != nullptr && person != nullptr && core_.world.unban(*server, *person, call.who);
    return done ? nothing() : no_ban();
}

std::span<const BotRest::Route> BotRest::role_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/servers/{server}/roles", &BotRest::list_roles},
        Route{"POST", "/servers/{server}/roles", &BotRest::create_role},
        Route{"GET", "/servers/{server}/roles/{role}", &BotRest::get_role},
        Route{"PATCH", "/servers/{server}/roles/{role}", &BotRest::change_role},
        Route{"DELETE", "/servers/{server}/roles/{role}", &BotRest::remove_role},
        Route{"GET", "/servers/{server}/members/{user}/roles", &BotRest::member_roles},
        Route{"PUT", "/servers/{server}/members/{user}/roles/{role}", &BotRest::give_role},
        Route{"DELETE", "/servers/{server}/members/{user}/roles/{role}", &BotRest::take_role},
    };
    return kRoutes;
}

HttpReply BotRest::list_roles(Call& call) {
    const auto* server = core_.world.server(call.at("server"));
    if (server == nullptr) {
        return no_server();
    }
    Json list = Json::array();
    for (const auto& role : server->roles) {
        list.push_back(role_json(*server, role));
    }
    return wrapped("roles", std::move(list));
}

HttpReply BotRest::create_role(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    if (server == nullptr) {
        return no_server();
    }
    if (call.text("name").empty() || !call.has("permissions")) {
        return refuse(400, "BadRequestError", "name and permissions are required");
    }
    const auto colors = call.has("colors") && call.body["colors"].is_array() &&
                                !call.body["colors"].empty() &&
                                call.body["colors"][0].is_number_unsigned()
                            ? call.body["colors"][0].get<unsigned>()
                            : 0;
    const auto& role = core_.world.add_role(*server, call.text("name"), colors, call.who);
    return wrapped("role", role_json(*server, role));
}

HttpReply BotRest::get_role(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    const auto* role =
        server == nullptr ? nullptr : community::World::role(*server, call.at("role"));
    return role == nullptr ? no_role() : wrapped("role", role_json(*server, *role));
}

HttpReply BotRest::change_role(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    auto* role = server == nullptr ? nullptr : community::World::role(*server, call.at("role"));
    if (role == nullptr) {
        return no_role();
    }
    role->name = call.has("name") ? call.text("name") : role->name;
    core_.world.role_changed(*server, *role, call.who);
    return wrapped("role", role_json(*server, *role));
}

HttpReply BotRest::remove_role(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    auto* role = server == nullptr ? nullptr : community::World::role(*server, call.at("role"));
    if (role == nullptr) {
        return no_role();
    }
    auto json = role_json(*server, *role);
    return core_.world.remove_role(*server, std::string(role->id), call.who)
               ? wrapped("role", std::move(json))
               : refuse(403, "ForbiddenError", "The base role cannot be deleted");
}

HttpReply BotRest::member_roles(Call& call) {
    const auto* server = core_.world.server(call.at("server"));
    const auto* person = person_of(call);
    if (server == nullptr || person == nullptr || !server->members.contains(person->id)) {
        return no_member();
    }
    auto json = member_json(core_, *server, server->members.at(person->id));
    return wrapped("roleIds", std::move(json["roleIds"]));
}

HttpReply BotRest::with_role(Call& call, bool given) {
    auto* server = core_.world.server(call.at("server"));
    auto* person = person_of(call);
    if (server == nullptr || person == nullptr) {
        return server == nullptr ? no_server() : no_member();
    }
    const auto* role = community::World::role(*server, call.at("role"));
    if (role == nullptr) {
        return no_role();
    }
    return core_.world.give_role(*server, *person, role->id, given, call.who) ? nothing()
                                                                              : no_member();
}

HttpReply BotRest::give_role(Call& call) { return with_role(call, true); }
HttpReply BotRest::take_role(Call& call) { return with_role(call, false); }

}  // namespace rookery::sim::guilded
