// The collections that REST offers: emojis, stickers, sounds, scheduled events, automod rules,
// application emojis and entitlements, each as one table row with its fields.
#include "sim/discord/collection.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

using enum FieldType;

constexpr BucketRule kReads{"expression-reads", 30, Millis{10'000}};
constexpr BucketRule kEmojis{"emojis", 50, Millis{30'000}, true};
constexpr BucketRule kStickers{"stickers", 10, Millis{10'000}};
constexpr BucketRule kSounds{"sounds", 10, Millis{10'000}};
constexpr BucketRule kEvents{"scheduled-events", 10, Millis{10'000}};
constexpr BucketRule kRules{"automod-rules", 10, Millis{10'000}};
constexpr BucketRule kEntitlements{"entitlements", 10, Millis{10'000}};

constexpr std::array kEmojiFields = {Field{"name", text, true, 2, 32}, Field{"image", text},
                                     Field{"roles", list}};
constexpr std::array kStickerFields = {Field{"name", text, true, 2, 30},
                                       Field{"description", text, false, 0, 100},
                                       Field{"tags", text, true, 1, 200}};
constexpr std::array kSoundFields = {Field{"name", text, true, 2, 32}, Field{"sound", text},
                                     Field{"volume", number, false, 0, 1},
                                     Field{"emoji_id", snowflake}, Field{"emoji_name", text}};
constexpr std::array kEventFields = {Field{"name", text, true, 1, 100},
                                     Field{"description", text, false, 1, 1000},
                                     Field{"channel_id", snowflake},
                                     Field{"entity_metadata", object},
                                     Field{"privacy_level", integer, true, 2, 3},
                                     Field{"scheduled_start_time", text, true},
                                     Field{"scheduled_end_time", text},
                                     Field{"entity_type", integer, true, 1, 3},
                                     Field{"status", integer, false, 1, 4},
                                     Field{"image", text},
                                     Field{"recurrence_rule", object}};
constexpr std::array kRuleFields = {
    Field{"name", text, true, 1, 100},          Field{"event_type", integer, true, 1, 2},
    Field{"trigger_type", integer, true, 1, 6}, Field{"trigger_metadata", object},
    Field{"actions", list, true, 1, 5},         Field{"enabled", flag},
    Field{"exempt_roles", list, false, 0, 20},  Field{"exempt_channels", list, false, 0, 50}};
constexpr std::array kEntitlementFields = {Field{"sku_id", snowflake, true},
                                           Field{"owner_id", snowflake, true},
                                           Field{"owner_type", integer, true, 1, 2}};

void defaults(Json& item, const Json& values) {
    for (const auto& [key, value] : values.items()) {
        if (!item.contains(key)) {
            item[key] = value;
        }
    }
}

Json actor_json(const RestCall& call) { return call.core.world.user_json(call.actor); }

bool complete_emoji(RestCall& call, Json& item) {
    const auto image = item.value("image", std::string());
    if (!image.starts_with("data:image/")) {
        call.failure = form_error("image", "IMAGE_INVALID", "Invalid image data");
        return false;
    }
    item.erase("image");
    item.erase("guild_id");
    defaults(item, {{"roles", Json::array()},
                    {"user", actor_json(call)},
                    {"require_colons", true},
                    {"managed", false},
                    {"animated", image.starts_with("data:image/gif")},
                    {"available", true}});
    return true;
}

/// A sticker comes as a form with the image as a file.
bool complete_sticker(RestCall& call, Json& item) {
    if (call.files.empty()) {
        call.failure = form_error("file", "BASE_TYPE_REQUIRED", "This field is required");
        return false;
    }
    defaults(item, {{"description", ""},
                    {"type", 2},
                    {"format_type", 1},
                    {"available", true},
                    {"user", actor_json(call)}});
    return true;
}

bool complete_sound(RestCall& call, Json& item) {
    if (!item.value("sound", std::string()).starts_with("data:audio/")) {
        call.failure = form_error("sound", "BASE_TYPE_REQUIRED", "This field is required");
        return false;
    }
    item.erase("sound");
    defaults(item, {{"volume", 1.0},
                    {"emoji_id", nullptr},
                    {"emoji_name", nullptr},
                    {"available", true},
                    {"user", actor_json(call)}});
    return true;
}

bool complete_event(RestCall& call, Json& item) {
    const bool external = item["entity_type"] == 3;
    FormErrors errors;
    if (external && !item.contains("scheduled_end_time")) {
        errors.add("scheduled_end_time", "BASE_TYPE_REQUIRED", "This field is required");
    }
    if (external && !item.value("entity_metadata", Json::object()).contains("location")) {
        errors.add("entity_metadata.location", "BASE_TYPE_REQUIRED", "This field is required");
    }
    if (!external && item.value("channel_id", Json()).is_null()) {
        errors.add("channel_id", "BASE_TYPE_REQUIRED", "This field is required");
    }
    if (!errors.empty()) {
        call.failure = errors.reply();
        return false;
    }
    defaults(item, {{"channel_id", nullptr},
                    {"creator_id", id_text(call.actor)},
                    {"creator", actor_json(call)},
                    {"description", nullptr},
                    {"scheduled_end_time", nullptr},
                    {"status", 1},
                    {"entity_id", nullptr},
                    {"entity_metadata", nullptr},
                    {"image", nullptr},
                    {"recurrence_rule", nullptr},
                    {"user_count", 0}});
    return true;
}

bool complete_rule(RestCall& call, Json& item) {
    defaults(item, {{"creator_id", id_text(call.actor)},
                    {"trigger_metadata", Json::object()},
                    {"enabled", false},
                    {"exempt_roles", Json::array()},
                    {"exempt_channels", Json::array()}});
    return true;
}

bool complete_entitlement(RestCall& call, Json& item) {
    const bool guild = item["owner_type"] == 1;
    item[guild ? "guild_id" : "user_id"] = item["owner_id"];
    item.erase("owner_id");
    item.erase("owner_type");
    defaults(item, {{"application_id", call.parameters[0]},
                    {"type", 4},
                    {"deleted", false},
                    {"starts_at", nullptr},
                    {"ends_at", nullptr},
                    {"consumed", false}});
    return true;
}

constexpr Collection kGuildEmojis{.kind = "emojis",
                                  .unknown_code = 10014,
                                  .unknown_text = "Unknown Emoji",
                                  .fields = kEmojiFields,
                                  .complete = complete_emoji,
                                  .created_status = 201,
                                  .told_whole = "GUILD_EMOJIS_UPDATE",
                                  .list_key = "emojis",
                                  .audit_create = AuditAction::emoji_create,
                                  .audit_update = AuditAction::emoji_update,
                                  .audit_delete = AuditAction::emoji_delete};
constexpr Collection kApplicationEmojis{.kind = "application-emojis",
                                        .in_guild = false,
                                        .unknown_code = 10014,
                                        .unknown_text = "Unknown Emoji",
                                        .fields = kEmojiFields,
                                        .complete = complete_emoji,
                                        .created_status = 201,
                                        .wrapped = "items"};
constexpr Collection kGuildStickers{.kind = "stickers",
                                    .unknown_code = 10060,
                                    .unknown_text = "Unknown Sticker",
                                    .fields = kStickerFields,
                                    .complete = complete_sticker,
                                    .created_status = 201,
                                    .told_whole = "GUILD_STICKERS_UPDATE",
                                    .list_key = "stickers",
                                    .audit_create = AuditAction::sticker_create,
                                    .audit_update = AuditAction::sticker_update,
                                    .audit_delete = AuditAction::sticker_delete};
constexpr Collection kGuildSounds{.kind = "soundboard-sounds",
                                  .id_key = "sound_id",
                                  .unknown_code = 10097,
                                  .unknown_text = "Unknown Sound",
                                  .fields = kSoundFields,
                                  .complete = complete_sound,
                                  .created_status = 201,
                                  .wrapped = "items",
                                  .on_create = "GUILD_SOUNDBOARD_SOUND_CREATE",
                                  .on_update = "GUILD_SOUNDBOARD_SOUND_UPDATE",
                                  .on_delete = "GUILD_SOUNDBOARD_SOUND_DELETE",
                                  .audit_create = AuditAction::sound_create,
                                  .audit_update = AuditAction::sound_update,
                                  .audit_delete = AuditAction::sound_delete};
constexpr Collection kScheduledEvents{.kind = "scheduled-events",
                                      .unknown_code = 10070,
                                      .unknown_text = "Unknown Guild Scheduled Event",
                                      .fields = kEventFields,
                                      .complete = complete_event,
                                      .on_create = "GUILD_SCHEDULED_EVENT_CREATE",
                                      .on_update = "GUILD_SCHEDULED_EVENT_UPDATE",
                                      .on_delete = "GUILD_SCHEDULED_EVENT_DELETE",
                                      .audit_create = AuditAction::event_create,
                                      .audit_update = AuditAction::event_update,
                                      .audit_delete = AuditAction::event_delete};
constexpr Collection kAutomodRules{.kind = "automod-rules",
                                   .unknown_code = 10066,
                                   .unknown_text = "Unknown Auto Moderation Rule",
                                   .fields = kRuleFields,
                                   .complete = complete_rule,
                                   .on_create = "AUTO_MODERATION_RULE_CREATE",
                                   .on_update = "AUTO_MODERATION_RULE_UPDATE",
                                   .on_delete = "AUTO_MODERATION_RULE_DELETE",
                                   .audit_create = AuditAction::automod_create,
                                   .audit_update = AuditAction::automod_update,
                                   .audit_delete = AuditAction::automod_delete};
constexpr Collection kApplicationEntitlements{.kind = "entitlements",
                                              .in_guild = false,
                                              .unknown_code = 10001,
                                              .unknown_text = "Unknown Entitlement",
                                              .fields = kEntitlementFields,
                                              .complete = complete_entitlement,
                                              .on_create = "ENTITLEMENT_CREATE",
                                              .on_update = "ENTITLEMENT_UPDATE",
                                              .on_delete = "ENTITLEMENT_DELETE"};

HttpReply consume_entitlement(RestCall& call) {
    auto* found = call.core.shelf.find("entitlements", call.id(0), "id", call.parameters[1]);
    if (found == nullptr) {
        return error_reply(404, 10001, "Unknown Entitlement");
    }
    (*found)["consumed"] = true;
    call.actions.announce("ENTITLEMENT_UPDATE", 0, *found);
    return no_content();
}

HttpReply event_subscribers(RestCall& call) {
    const auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto& item : call.core.shelf.list("event-users", call.id(1))) {
        const Id user = parse_id(item.at("user_id").get<std::string>()).value_or(0);
        out.push_back({{"guild_scheduled_event_id", call.parameters[1]},
                       {"user", call.core.world.user_json(user)}});
    }
    return json_reply(out);
}

HttpReply any_sticker(RestCall& call) {
    Id owner = 0;
    const auto* found = call.core.shelf.find_anywhere("stickers", "id", call.parameters[0], owner);
    return found == nullptr ? error_reply(404, 10060, "Unknown Sticker") : json_reply(*found);
}

struct Place {
    const char* path;
    const char* item_path;
    const BucketRule& bucket;
    const Collection& of;
};

constexpr std::array kPlaces = {
    Place{"/guilds/{}/emojis", "/guilds/{}/emojis/{}", kEmojis, kGuildEmojis},
    Place{"/guilds/{}/stickers", "/guilds/{}/stickers/{}", kStickers, kGuildStickers},
    Place{"/guilds/{}/soundboard-sounds", "/guilds/{}/soundboard-sounds/{}", kSounds, kGuildSounds},
    Place{"/guilds/{}/scheduled-events", "/guilds/{}/scheduled-events/{}", kEvents,
          kScheduledEvents},
    Place{"/guilds/{}/auto-moderation/rules", "/guilds/{}/auto-moderation/rules/{}", kRules,
          kAutomodRules},
    Place{"/applications/{}/emojis", "/applications/{}/emojis/{}", kEmojis, kApplicationEmojis},
    Place{"/applications/{}/entitlements", "/applications/{}/entitlements/{}", kEntitlements,
          kApplicationEntitlements},
};

std::vector<Route> make_routes() {
    std::vector<Route> routes;
    for (const auto& [path, item_path, bucket, of] : kPlaces) {
        routes.push_back({"GET", path, kReads, list_items, true, &of});
        routes.push_back({"POST", path, bucket, create_item, true, &of});
        routes.push_back({"GET", item_path, kReads, get_item, true, &of});
        routes.push_back({"PATCH", item_path, bucket, change_item, true, &of});
        routes.push_back({"DELETE", item_path, bucket, delete_item, true, &of});
    }
    routes.push_back(
        {"POST", "/applications/{}/entitlements/{}/consume", kEntitlements, consume_entitlement});
    routes.push_back({"GET", "/guilds/{}/scheduled-events/{}/users", kReads, event_subscribers});
    routes.push_back({"GET", "/stickers/{}", kReads, any_sticker});
    return routes;
}

}  // namespace

std::span<const Route> collection_routes() {
    static const std::vector<Route> routes = make_routes();
    return routes;
}

}  // namespace rookery::sim::discord
