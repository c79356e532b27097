#include "sim/rest_route.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim {
namespace {

constexpr BucketRule kReads{"guild-reads", 30, Millis{10'000}};
constexpr BucketRule kMemberRoles{"member-roles", 10, Millis{10'000}};
constexpr BucketRule kRoles{"roles", 10, Millis{10'000}};
constexpr BucketRule kMembers{"members", 10, Millis{10'000}};

HttpReply get_guild(RestCall& call) {
    auto* guild = call.guild(0);
    return guild == nullptr ? call.failure : json_reply(call.core.world.guild_json(*guild));
}

HttpReply get_channels(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const Id id : guild->channels) {
        out.push_back(call.core.world.channel_json(*call.core.world.channel(id), true));
    }
    return json_reply(out);
}

HttpReply get_member(RestCall& call) {
    auto* guild = call.guild(0);
    auto* member = guild == nullptr ? nullptr : call.member(*guild, 1);
    return member == nullptr ? call.failure
                             : json_reply(call.core.world.member_json(*member, true));
}

HttpReply list_members(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    const auto after = parse_id(call.request.query_value("after", "0")).value_or(0);
    const auto limit = call.limit(1, 1000);
    Json out = Json::array();
    call.core.world.each_member(*guild, after, [&](const Member& member) {
        out.push_back(call.core.world.member_json(member, true));
        return out.size() < limit;
    });
    return json_reply(out);
}

HttpReply kick_member(RestCall& call) {
    auto* guild = call.guild(0);
    auto* member = guild == nullptr ? nullptr : call.member(*guild, 1);
    if (member == nullptr) {
        return call.failure;
    }
    call.actions.leave(*guild, member->user);
    return no_content();
}

HttpReply change_role(RestCall& call, bool add) {
    auto* guild = call.guild(0);
    auto* member = guild == nullptr ? nullptr : call.member(*guild, 1);
    if (member == nullptr) {
        return call.failure;
    }
    const Id role = call.id(2);
    if (!guild->roles.contains(role)) {
        return error_reply(404, 10011, "Unknown Role");
    }
    const auto removed = std::erase(member->roles, role);
    if (add) {
        member->roles.push_back(role);
    }
    if (add != (removed != 0)) {
        call.actions.member_changed(*guild, *member);
    }
    return no_content();
}

HttpReply add_role(RestCall& call) { return change_role(call, true); }
HttpReply remove_role(RestCall& call) { return change_role(call, false); }

HttpReply list_roles(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto& [id, role] : guild->roles) {
        out.push_back(call.core.world.role_json(role));
    }
    return json_reply(out);
}

HttpReply create_role(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    const auto body = call.body.is_object() ? call.body : Json::object();
    auto& role = call.core.world.add_role(*guild, body.value("name", std::string("new role")),
                                          body.value("color", 0U));
    call.actions.role_event("GUILD_ROLE_CREATE", *guild, role);
    return json_reply(call.core.world.role_json(role));
}

constexpr std::array kRoutes = {
    Route{"GET", "/guilds/{}", kReads, get_guild},
    Route{"GET", "/guilds/{}/channels", kReads, get_channels},
    Route{"GET", "/guilds/{}/members", kMembers, list_members},
    Route{"GET", "/guilds/{}/members/{}", kMembers, get_member},
    Route{"DELETE", "/guilds/{}/members/{}", kMembers, kick_member},
    Route{"PUT", "/guilds/{}/members/{}/roles/{}", kMemberRoles, add_role},
    Route{"DELETE", "/guilds/{}/members/{}/roles/{}", kMemberRoles, remove_role},
    Route{"GET", "/guilds/{}/roles", kReads, list_roles},
    Route{"POST", "/guilds/{}/roles", kRoles, create_role},
};

}  // namespace

std::span<const Route> guild_routes() { return kRoutes; }

}  // namespace rookery::sim
