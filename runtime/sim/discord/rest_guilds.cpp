// A guild itself, its roles, its audit log and its settings.
#include "sim/discord/collection.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

using enum FieldType;

constexpr BucketRule kReads{"guild-reads", 30, Millis{10'000}};
constexpr BucketRule kGuild{"guild", 10, Millis{10'000}};
constexpr BucketRule kRoles{"roles", 10, Millis{10'000}};
constexpr std::size_t kMostRoles = 250;

constexpr std::array kGuildFields = {Field{"name", text, true, 2, 100},
                                     Field{"description", text, false, 0, 300},
                                     Field{"verification_level", integer, false, 0, 4},
                                     Field{"default_message_notifications", integer, false, 0, 1},
                                     Field{"explicit_content_filter", integer, false, 0, 2},
                                     Field{"afk_channel_id", snowflake},
                                     Field{"afk_timeout", integer},
                                     Field{"icon", text},
                                     Field{"splash", text},
                                     Field{"banner", text},
                                     Field{"system_channel_id", snowflake},
                                     Field{"system_channel_flags", integer},
                                     Field{"rules_channel_id", snowflake},
                                     Field{"public_updates_channel_id", snowflake},
                                     Field{"safety_alerts_channel_id", snowflake},
                                     Field{"preferred_locale", text},
                                     Field{"features", list},
                                     Field{"premium_progress_bar_enabled", flag}};
constexpr std::array kRoleFields = {Field{"name", text, false, 0, 100},
                                    Field{"permissions", any},
                                    Field{"color", integer},
                                    Field{"colors", object},
                                    Field{"hoist", flag},
                                    Field{"icon", text},
                                    Field{"unicode_emoji", text},
                                    Field{"mentionable", flag}};

bool fits(RestCall& call, std::span<const Field> fields) {
    FormErrors errors;
    check_fields(call.body, fields, true, errors);
    if (!errors.empty()) {
        call.failure = errors.reply();
    }
    return errors.empty();
}

HttpReply get_guild(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    auto out = call.core.world.guild_json(*guild);
    if (call.request.query_value("with_counts") == "true") {
        out["approximate_member_count"] = guild->member_count();
        out["approximate_presence_count"] = 1;
    }
    return json_reply(out);
}

HttpReply edit_guild(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr || !fits(call, kGuildFields)) {
        return call.failure;
    }
    const auto before = call.core.world.guild_json(*guild);
    const auto wanted = known_keys(call.body, kGuildFields);
    guild->name = wanted.value("name", guild->name);
    guild->more.is_null() ? void(guild->more = wanted) : guild->more.update(wanted);
    const auto after = call.core.world.guild_json(*guild);
    call.actions.announce("GUILD_UPDATE", guild->id, after);
    audit(call, guild->id, AuditAction::guild_update, id_text(guild->id),
          changes_between(before, wanted));
    return json_reply(after);
}

HttpReply preview(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    auto out = known_keys(
        call.core.world.guild_json(*guild),
        std::array{Field{"id", any}, Field{"name", any}, Field{"icon", any}, Field{"splash", any},
                   Field{"discovery_splash", any}, Field{"emojis", any}, Field{"features", any},
                   Field{"description", any}, Field{"stickers", any}});
    out["approximate_member_count"] = guild->member_count();
    out["approximate_presence_count"] = 1;
    return json_reply(out);
}

HttpReply get_channels(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const Id channel : guild->channels) {
        out.push_back(call.core.world.channel_json(*call.core.world.channel(channel), true));
    }
    return json_reply(out);
}

Role* role_of(RestCall& call, Guild& guild) {
    const auto found = guild.roles.find(call.id(1));
    if (found == guild.roles.end()) {
        call.failure = error_reply(404, 10011, "Unknown Role");
        return nullptr;
    }
    return &found->second;
}

HttpReply list_roles(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto& [role_id, role] : guild->roles) {
        out.push_back(call.core.world.role_json(role));
    }
    return json_reply(out);
}

HttpReply get_role(RestCall& call) {
    auto* guild = call.guild(0);
    const auto* role = guild == nullptr ? nullptr : role_of(call, *guild);
    return role == nullptr ? call.failure : json_reply(call.core.world.role_json(*role));
}

HttpReply count_roles(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    Json out = Json::object();
    for (const auto& [role_id, role] : guild->roles) {
        out[id_text(role_id)] = 0;
    }
    for (const auto& [user, member] : guild->members) {
        for (const Id role : member.roles) {
            out[id_text(role)] = out.value(id_text(role), 0) + 1;
        }
    }
    out.erase(id_text(guild->id));
    return json_reply(out);
}

/// False with call.failure set when the permissions are not a number.
bool apply(RestCall& call, Role& role, const Json& wanted) {
    if (wanted.contains("permissions") && !wanted["permissions"].is_null()) {
        const auto& given = wanted["permissions"];
        const auto bits = parse_id(given.is_string() ? given.get<std::string>() : given.dump());
        if (!bits) {
            call.failure = form_error("permissions", "NUMBER_TYPE_COERCE", "Value is not int.");
            return false;
        }
        role.permissions = *bits;
    }
    role.name =
        wanted.value("name", Json()).is_string() ? wanted["name"].get<std::string>() : role.name;
    role.hoist =
        wanted.value("hoist", Json()).is_boolean() ? wanted["hoist"].get<bool>() : role.hoist;
    if (wanted.value("color", Json()).is_number_unsigned()) {
        role.color = wanted["color"].get<unsigned>();
    }
    for (const char* key : {"colors", "unicode_emoji", "mentionable", "icon"}) {
        if (wanted.contains(key) && !wanted[key].is_null()) {
            role.more[key] = wanted[key];
        }
    }
    return true;
}

HttpReply create_role(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    call.body = call.body.is_object() ? call.body : Json::object();
    if (!fits(call, kRoleFields)) {
        return call.failure;
    }
    if (guild->roles.size() >= kMostRoles) {
        return error_reply(400, 30005, "Maximum number of guild roles reached (250)");
    }
    auto& role = call.core.world.add_role(*guild, "new role", 0);
    if (!apply(call, role, call.body)) {
        guild->roles.erase(role.id);
        return call.failure;
    }
    call.actions.role_event("GUILD_ROLE_CREATE", *guild, role);
    audit(call, guild->id, AuditAction::role_create, id_text(role.id),
          changes_between(nullptr, {{"name", role.name}}));
    return json_reply(call.core.world.role_json(role));
}

HttpReply edit_role(RestCall& call) {
    auto* guild = call.guild(0);
    auto* role = guild == nullptr ? nullptr : role_of(call, *guild);
    if (role == nullptr || !fits(call, kRoleFields)) {
        return call.failure;
    }
    const auto before = call.core.world.role_json(*role);
    if (!apply(call, *role, call.body)) {
        return call.failure;
    }
    const auto after = call.core.world.role_json(*role);
    call.actions.role_event("GUILD_ROLE_UPDATE", *guild, *role);
    audit(call, guild->id, AuditAction::role_update, id_text(role->id),
          changes_between(before, known_keys(after, kRoleFields)));
    return json_reply(after);
}

HttpReply move_roles(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    for (const auto& item : call.body) {
        const auto found =
            guild->roles.find(parse_id(item.at("id").get<std::string>()).value_or(0));
        if (found == guild->roles.end()) {
            return error_reply(404, 10011, "Unknown Role");
        }
        found->second.position = item.value("position", found->second.position);
        call.actions.role_event("GUILD_ROLE_UPDATE", *guild, found->second);
    }
    return list_roles(call);
}

HttpReply delete_role(RestCall& call) {
    auto* guild = call.guild(0);
    const auto* role = guild == nullptr ? nullptr : role_of(call, *guild);
    if (role == nullptr) {
        return call.failure;
    }
    const auto gone = *role;
    if (gone.id == guild->id) {
        return error_reply(400, 50028, "Invalid Role");
    }
    guild->roles.erase(gone.id);
    for (auto& [user, member] : guild->members) {
        std::erase(member.roles, gone.id);
    }
    call.actions.role_event("GUILD_ROLE_DELETE", *guild, gone);
    audit(call, guild->id, AuditAction::role_delete, id_text(gone.id),
          changes_between({{"name", gone.name}}, {{"name", nullptr}}));
    return no_content();
}

HttpReply audit_log(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    const auto& request = call.request;
    const auto before = parse_id(request.query_value("before"));
    const auto after = parse_id(request.query_value("after"));
    const auto limit = call.limit(50, 100);
    Json entries = Json::array();
    Json users = Json::array();
    std::set<std::string> seen;
    auto log = call.core.shelf.list("audit-log", guild->id).get<Json::array_t>();
    if (!after) {
        std::reverse(log.begin(), log.end());  // newest first, but ascending from `after`
    }
    const auto differs = [&](const Json& entry, const char* query, const char* key) {
        const auto wanted = request.query_value(query);
        const auto value = entry.value(key, Json());
        return !wanted.empty() &&
               wanted != (value.is_string() ? value.get<std::string>() : value.dump());
    };
    for (const auto& entry : log) {
        const Id entry_id = parse_id(entry["id"].get<std::string>()).value_or(0);
        if ((before && entry_id >= *before) || (after && entry_id <= *after) ||
            differs(entry, "user_id", "user_id") || differs(entry, "target_id", "target_id") ||
            differs(entry, "action_type", "action_type") || entries.size() >= limit) {
            continue;
        }
        entries.push_back(entry);
        const auto user = entry["user_id"].get<std::string>();
        if (seen.insert(user).second) {
            users.push_back(call.core.world.user_json(parse_id(user).value_or(0)));
        }
    }
    Json out = {{"audit_log_entries", std::move(entries)}, {"users", std::move(users)}};
    for (const char* key : {"application_commands", "auto_moderation_rules",
                            "guild_scheduled_events", "integrations", "threads", "webhooks"}) {
        out[key] = Json::array();
    }
    return json_reply(out);
}

HttpReply list_integrations(RestCall& call) {
    const auto* guild = call.guild(0);
    return guild == nullptr ? call.failure
                            : json_reply(call.core.shelf.list("integrations", guild->id));
}

HttpReply delete_integration(RestCall& call) {
    const auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    if (!call.core.shelf.remove("integrations", guild->id, "id", call.parameters[1])) {
        return error_reply(404, 10005, "Unknown Integration");
    }
    call.actions.announce("INTEGRATION_DELETE", guild->id,
                          {{"id", call.parameters[1]}, {"guild_id", id_text(guild->id)}});
    call.actions.announce("GUILD_INTEGRATIONS_UPDATE", guild->id,
                          {{"guild_id", id_text(guild->id)}});
    audit(call, guild->id, AuditAction::integration_delete, call.parameters[1]);
    return no_content();
}

HttpReply regions(RestCall&) {
    return json_reply(Json::array({{{"id", "rotterdam"},
                                    {"name", "Rotterdam"},
                                    {"optimal", true},
                                    {"deprecated", false},
                                    {"custom", false}}}));
}

HttpReply vanity_url(RestCall& call) {
    return call.guild(0) == nullptr ? call.failure : json_reply({{"code", nullptr}, {"uses", 0}});
}

/// A setting of a guild that is read and written as one object.
struct Document {
    const char* kind;
    Json (*initial)(const std::string& guild);
};

constexpr std::array kDocuments = {
    Document{"widget",
             [](const std::string&) {
                 return Json{{"enabled", false}, {"channel_id", nullptr}};
             }},
    Document{"welcome-screen",
             [](const std::string&) {
                 return Json{{"description", nullptr}, {"welcome_channels", Json::array()}};
             }},
    Document{"onboarding",
             [](const std::string& guild) {
                 return Json{{"guild_id", guild},
                             {"prompts", Json::array()},
                             {"default_channel_ids", Json::array()},
                             {"enabled", false},
                             {"mode", 0}};
             }},
    Document{"incident-actions", [](const std::string&) {
                 return Json{{"invites_disabled_until", nullptr}, {"dms_disabled_until", nullptr}};
             }}};

/// The document that the last segment of the path names; null with call.failure set.
Json* document(RestCall& call) {
    const auto* guild = call.guild(0);
    if (guild == nullptr) {
        return nullptr;
    }
    const std::string_view path = call.route->path;
    const auto kind = path.substr(path.rfind('/') + 1);
    auto& held = call.core.shelf.items(kind, guild->id);
    if (held.empty()) {
        const auto found = std::find_if(kDocuments.begin(), kDocuments.end(),
                                        [&](const Document& one) { return one.kind == kind; });
        held.push_back(found->initial(id_text(guild->id)));
    }
    return &held.front();
}

HttpReply get_document(RestCall& call) {
    const auto* found = document(call);
    return found == nullptr ? call.failure : json_reply(*found);
}

HttpReply put_document(RestCall& call) {
    auto* found = document(call);
    if (found == nullptr) {
        return call.failure;
    }
    if (!call.body.is_object()) {
        return form_error("", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType.");
    }
    found->update(call.body);
    const auto& guild = *call.guild(0);
    call.actions.announce("GUILD_UPDATE", guild.id, call.core.world.guild_json(guild));
    return json_reply(*found);
}

constexpr std::array kRoutes = {
    Route{"GET", "/guilds/{}", kReads, get_guild},
    Route{"PATCH", "/guilds/{}", kGuild, edit_guild},
    Route{"GET", "/guilds/{}/preview", kReads, preview},
    Route{"GET", "/guilds/{}/channels", kReads, get_channels},
    Route{"GET", "/guilds/{}/roles", kReads, list_roles},
    Route{"POST", "/guilds/{}/roles", kRoles, create_role},
    Route{"PATCH", "/guilds/{}/roles", kRoles, move_roles},
    Route{"GET", "/guilds/{}/roles/member-counts", kReads, count_roles},
    Route{"GET", "/guilds/{}/roles/{}", kReads, get_role},
    Route{"PATCH", "/guilds/{}/roles/{}", kRoles, edit_role},
    Route{"DELETE", "/guilds/{}/roles/{}", kRoles, delete_role},
    Route{"GET", "/guilds/{}/audit-logs", kReads, audit_log},
    Route{"GET", "/guilds/{}/integrations", kReads, list_integrations},
    Route{"DELETE", "/guilds/{}/integrations/{}", kGuild, delete_integration},
    Route{"GET", "/guilds/{}/regions", kReads, regions},
    Route{"GET", "/voice/regions", kReads, regions},
    Route{"GET", "/guilds/{}/vanity-url", kReads, vanity_url},
    Route{"GET", "/guilds/{}/widget", kReads, get_document},
    Route{"PATCH", "/guilds/{}/widget", kGuild, put_document},
    Route{"GET", "/guilds/{}/welcome-screen", kReads, get_document},
    Route{"PATCH", "/guilds/{}/welcome-screen", kGuild, put_document},
    Route{"GET", "/guilds/{}/onboarding", kReads, get_document},
    Route{"PUT", "/guilds/{}/onboarding", kGuild, put_document},
    Route{"PUT", "/guilds/{}/incident-actions", kGuild, put_document},
};

}  // namespace

std::span<const Route> guild_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
