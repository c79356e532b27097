// Members, their roles and timeouts, and bans.
#include "sim/discord/collection.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

using enum FieldType;

constexpr BucketRule kReads{"member-reads", 30, Millis{10'000}};
constexpr BucketRule kMembers{"members", 10, Millis{10'000}};
constexpr BucketRule kMemberRoles{"member-roles", 10, Millis{10'000}};
constexpr BucketRule kBans{"bans", 10, Millis{10'000}};
constexpr std::size_t kMostBulkBans = 200;

constexpr std::array kFields = {Field{"nick", text, false, 0, 32},
                                Field{"roles", list},
                                Field{"mute", flag},
                                Field{"deaf", flag},
                                Field{"channel_id", snowflake},
                                Field{"communication_disabled_until", text},
                                Field{"flags", integer}};

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

/// In any case.
bool begins_with(std::string_view name, std::string_view query) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return name.size() >= query.size() &&
           std::equal(query.begin(), query.end(), name.begin(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

HttpReply search_members(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    const auto query = call.request.query_value("query");
    if (query.empty()) {
        return form_error("query", "BASE_TYPE_REQUIRED", "This field is required");
    }
    const auto limit = call.limit(1, 1000);
    Json out = Json::array();
    call.core.world.each_member(*guild, 0, [&](const Member& member) {
        if (begins_with(call.core.world.person(member.user).username, query) ||
            begins_with(member.nick, query)) {
            out.push_back(call.core.world.member_json(member, true));
        }
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
    const Id user = member->user;
    call.actions.leave(*guild, user);
    audit(call, guild->id, AuditAction::member_kick, id_text(user));
    return no_content();
}

/// False with call.failure set when a role is not one of the guild's.
bool read_roles(RestCall& call, const Guild& guild, const Json& wanted, std::vector<Id>& roles) {
    for (const auto& item : wanted) {
        const Id role = item.is_string() ? parse_id(item.get<std::string>()).value_or(0) : 0;
        if (!guild.roles.contains(role)) {
            call.failure = error_reply(404, 10011, "Unknown Role");
            return false;
        }
        roles.push_back(role);
    }
    return true;
}

/// The state that a moderator may set in a voice channel, and where the member is.
bool change_voice(RestCall& call, Guild& guild, Member& member) {
    const auto& body = call.body;
    const bool any_of =
        body.contains("mute") || body.contains("deaf") || body.contains("channel_id");
    if (!any_of) {
        return true;
    }
    if (member.voice_channel == 0) {
        call.failure = error_reply(400, 40032, "Target user is not connected to voice.");
        return false;
    }
    for (const char* key : {"mute", "deaf"}) {
        if (body.contains(key) && body[key].is_boolean()) {
            member.voice[key] = body[key];
            member.more[key] = body[key];
        }
    }
    const auto moved = body.value("channel_id", Json(id_text(member.voice_channel)));
    const Id to = moved.is_string() ? parse_id(moved.get<std::string>()).value_or(0) : 0;
    if (to != member.voice_channel) {
        const auto action = to == 0 ? AuditAction::member_disconnect : AuditAction::member_move;
        audit(call, guild.id, action, "", nullptr,
              to == 0 ? Json{{"count", "1"}} : Json{{"count", "1"}, {"channel_id", id_text(to)}});
    }
    call.actions.set_voice(guild, member.user, to);
    return true;
}

HttpReply edit_member(RestCall& call) {
    auto* guild = call.guild(0);
    auto* member = guild == nullptr ? nullptr : call.member(*guild, 1);
    if (member == nullptr) {
        return call.failure;
    }
    FormErrors errors;
    check_fields(call.body, kFields, true, errors);
    if (!errors.empty()) {
        return errors.reply();
    }
    auto& world = call.core.world;
    const auto before = world.member_json(*member, false);
    std::vector<Id> roles;
    const bool new_roles = call.body.contains("roles") && call.body["roles"].is_array();
    if ((new_roles && !read_roles(call, *guild, call.body["roles"], roles)) ||
        !change_voice(call, *guild, *member)) {
        return call.failure;
    }
    if (new_roles) {
        member->roles = roles;
    }
    if (call.body.contains("nick")) {
        member->nick = call.body["nick"].is_null() ? "" : call.body["nick"].get<std::string>();
    }
    for (const char* key : {"communication_disabled_until", "flags"}) {
        if (call.body.contains(key)) {
            member->more[key] = call.body[key];
        }
    }
    auto changes = changes_between(before, known_keys(call.body, kFields));
    std::erase_if(changes.get_ref<Json::array_t&>(),
                  [](const Json& change) { return change["key"] == "channel_id"; });
    if (!changes.empty()) {
        call.actions.member_changed(*guild, *member);
        audit(call, guild->id,
              new_roles ? AuditAction::member_role_update : AuditAction::member_update,
              id_text(member->user), changes);
    }
    return json_reply(world.member_json(*member, true));
}

HttpReply edit_own_nick(RestCall& call) {
    call.parameters.push_back("@me");
    const auto reply = edit_member(call);
    return reply.status == 200 ? json_reply({{"nick", call.body.value("nick", Json())}}) : reply;
}

HttpReply edit_me(RestCall& call) {
    call.parameters.push_back("@me");
    return edit_member(call);
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
    const bool had = std::erase(member->roles, role) != 0;
    if (add) {
        member->roles.push_back(role);
    }
    if (add != had) {
        call.actions.member_changed(*guild, *member);
        const Json named =
            Json::array({{{"id", id_text(role)}, {"name", guild->roles[role].name}}});
        audit(call, guild->id, AuditAction::member_role_update, id_text(member->user),
              Json::array({{{"key", add ? "$add" : "$remove"}, {"new_value", named}}}));
    }
    return no_content();
}

HttpReply add_role(RestCall& call) { return change_role(call, true); }
HttpReply remove_role(RestCall& call) { return change_role(call, false); }

/// Bans; false when that user was banned before.
bool ban(RestCall& call, Guild& guild, Id user) {
    auto& shelf = call.core.shelf;
    if (shelf.find("bans", guild.id, "user_id", id_text(user)) != nullptr) {
        return false;
    }
    const auto reason = percent_decoded(call.request.header("x-audit-log-reason"));
    shelf.add("bans", guild.id,
              {{"user_id", id_text(user)}, {"reason", reason.empty() ? Json() : Json(reason)}});
    call.actions.leave(guild, user);
    call.actions.announce(
        "GUILD_BAN_ADD", guild.id,
        {{"guild_id", id_text(guild.id)}, {"user", call.core.world.user_json(user)}});
    audit(call, guild.id, AuditAction::member_ban_add, id_text(user));
    return true;
}

HttpReply put_ban(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    static constexpr std::array kBody = {
        Field{"delete_message_seconds", integer, false, 0, 604'800},
        Field{"delete_message_days", integer, false, 0, 7}};
    FormErrors errors;
    check_fields(call.body.is_object() ? call.body : Json::object(), kBody, true, errors);
    if (!errors.empty()) {
        return errors.reply();
    }
    if (call.core.world.person(call.id(1)).username == "deleted") {
        return error_reply(404, 10013, "Unknown User");
    }
    ban(call, *guild, call.id(1));
    return no_content();
}

HttpReply bulk_ban(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    static constexpr std::array kBody = {Field{"user_ids", list, true, 1, kMostBulkBans}};
    FormErrors errors;
    check_fields(call.body, kBody, false, errors);
    if (!errors.empty()) {
        return errors.reply();
    }
    Json banned = Json::array();
    Json failed = Json::array();
    for (const auto& item : call.body["user_ids"]) {
        const auto user = item.is_string() ? parse_id(item.get<std::string>()).value_or(0) : 0;
        const bool known = call.core.world.person(user).username != "deleted";
        (known && ban(call, *guild, user) ? banned : failed).push_back(item);
    }
    if (banned.empty()) {
        return error_reply(500, 500000, "Failed to ban users");
    }
    return json_reply({{"banned_users", banned}, {"failed_users", failed}});
}

Json ban_json(const RestCall& call, const Json& entry) {
    const Id user = parse_id(entry["user_id"].get<std::string>()).value_or(0);
    return {{"reason", entry["reason"]}, {"user", call.core.world.user_json(user)}};
}

HttpReply get_ban(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    const auto* entry = call.core.shelf.find("bans", guild->id, "user_id", call.parameters[1]);
    return entry == nullptr ? error_reply(404, 10026, "Unknown Ban")
                            : json_reply(ban_json(call, *entry));
}

HttpReply list_bans(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    const auto after = parse_id(call.request.query_value("after", "0")).value_or(0);
    const auto limit = call.limit(1000, 1000);
    Json out = Json::array();
    for (const auto& entry : call.core.shelf.list("bans", guild->id)) {
        const Id user = parse_id(entry["user_id"].get<std::string>()).value_or(0);
        if (user > after && out.size() < limit) {
            out.push_back(ban_json(call, entry));
        }
    }
    return json_reply(out);
}

HttpReply remove_ban(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    if (!call.core.shelf.remove("bans", guild->id, "user_id", call.parameters[1])) {
        return error_reply(404, 10026, "Unknown Ban");
    }
    call.actions.announce(
        "GUILD_BAN_REMOVE", guild->id,
        {{"guild_id", id_text(guild->id)}, {"user", call.core.world.user_json(call.id(1))}});
    audit(call, guild->id, AuditAction::member_ban_remove, call.parameters[1]);
    return no_content();
}

HttpReply count_prune(RestCall& call) {
    return call.guild(0) == nullptr ? call.failure : json_reply({{"pruned", 0}});
}

constexpr std::array kRoutes = {
    Route{"GET", "/guilds/{}/members", kMembers, list_members},
    Route{"GET", "/guilds/{}/members/search", kMembers, search_members},
    Route{"GET", "/guilds/{}/members/{}", kReads, get_member},
    Route{"PATCH", "/guilds/{}/members/@me", kMembers, edit_me},
    Route{"PATCH", "/guilds/{}/members/@me/nick", kMembers, edit_own_nick},
    Route{"PATCH", "/guilds/{}/members/{}", kMembers, edit_member},
    Route{"DELETE", "/guilds/{}/members/{}", kMembers, kick_member},
    Route{"PUT", "/guilds/{}/members/{}/roles/{}", kMemberRoles, add_role},
    Route{"DELETE", "/guilds/{}/members/{}/roles/{}", kMemberRoles, remove_role},
    Route{"GET", "/guilds/{}/bans", kReads, list_bans},
    Route{"GET", "/guilds/{}/bans/{}", kReads, get_ban},
    Route{"PUT", "/guilds/{}/bans/{}", kBans, put_ban},
    Route{"DELETE", "/guilds/{}/bans/{}", kBans, remove_ban},
    Route{"POST", "/guilds/{}/bulk-ban", kBans, bulk_ban},
    // The seeded people are all active: nobody is ever pruned.
    Route{"GET", "/guilds/{}/prune", kReads, count_prune},
    Route{"POST", "/guilds/{}/prune", kMembers, count_prune},
};

}  // namespace

std::span<const Route> member_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
