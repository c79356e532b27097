// Channels, their overwrites and invites.
#include "sim/discord/collection.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

using enum FieldType;

constexpr BucketRule kChannels{"channels", 10, Millis{10'000}};
constexpr BucketRule kNaming{"channel-naming", 2, Millis{600'000}};
constexpr BucketRule kOverwrites{"overwrites", 10, Millis{10'000}};
constexpr BucketRule kInvites{"invites", 5, Millis{5'000}};
constexpr BucketRule kReads{"channel-reads", 30, Millis{10'000}};
constexpr std::size_t kMostChannels = 500;

constexpr std::array kFields = {
    Field{"name", text, true, 1, 100}, Field{"type", integer}, Field{"topic", text, false, 0, 4096},
    Field{"bitrate", integer, false, 8'000, 384'000},
    Field{"user_limit", integer, false, 0, 10'000},
    Field{"rate_limit_per_user", integer, false, 0, 21'600}, Field{"position", integer},
    Field{"permission_overwrites", list}, Field{"parent_id", snowflake}, Field{"nsfw", flag},
    Field{"rtc_region", text}, Field{"video_quality_mode", integer, false, 1, 2},
    Field{"default_auto_archive_duration", integer}, Field{"default_reaction_emoji", object},
    Field{"available_tags", list, false, 0, 20}, Field{"default_sort_order", integer},
    Field{"default_forum_layout", integer}, Field{"default_thread_rate_limit_per_user", integer},
    Field{"flags", integer},
    // Of a thread.
    Field{"archived", flag}, Field{"locked", flag}, Field{"invitable", flag},
    Field{"auto_archive_duration", integer}, Field{"applied_tags", list, false, 0, 5}};
constexpr std::array kThreadStates = {"archived", "locked", "invitable", "auto_archive_duration"};

bool fits(RestCall& call, bool partial) {
    FormErrors errors;
    check_fields(call.body, kFields, partial, errors);
    if (!errors.empty()) {
        call.failure = errors.reply();
    }
    return errors.empty();
}

void apply(RestCall& call, Channel& channel, const Json& changes) {
    for (const auto& [key, value] : changes.items()) {
        if (key == "name") {
            channel.name = value.get<std::string>();
        } else if (key == "topic") {
            channel.topic = value.is_null() ? "" : value.get<std::string>();
        } else if (key == "position" && value.is_number()) {
            channel.position = value.get<int>();
        } else if (key == "type") {
            channel.type = static_cast<ChannelType>(value.get<int>());
        } else if (std::find(kThreadStates.begin(), kThreadStates.end(), key) !=
                   kThreadStates.end()) {
            channel.more["thread_metadata"][key] = value;
            if (key == "archived") {
                channel.more["thread_metadata"]["archive_timestamp"] = call.core.world.now_text();
            }
        } else {
            channel.more[key] = value;
        }
    }
}

HttpReply create_channel(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr || !fits(call, false)) {
        return call.failure;
    }
    if (guild->channels.size() >= kMostChannels) {
        return error_reply(400, 30013, "Maximum number of guild channels reached (500)");
    }
    auto& channel =
        call.core.world.add_channel(*guild, call.body["name"].get<std::string>(),
                                    static_cast<ChannelType>(call.body.value("type", 0)));
    apply(call, channel, known_keys(call.body, kFields));
    call.actions.channel_event("CHANNEL_CREATE", channel);
    audit(call, guild->id, AuditAction::channel_create, id_text(channel.id),
          changes_between(nullptr, known_keys(call.body, kFields)));
    return json_reply(call.core.world.channel_json(channel, true), 201);
}

HttpReply edit_channel(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr || !fits(call, true)) {
        return call.failure;
    }
    // Beside the route's own bucket, a second one that shows only when it is spent.
    if ((call.body.contains("name") || call.body.contains("topic")) && !channel->is_thread() &&
        !call.sub_limit(kNaming, id_text(channel->id))) {
        return call.failure;
    }
    auto& world = call.core.world;
    const auto before = world.channel_json(*channel, true);
    const auto wanted = known_keys(call.body, kFields);
    apply(call, *channel, wanted);
    const bool thread = channel->is_thread();
    call.actions.channel_event(thread ? "THREAD_UPDATE" : "CHANNEL_UPDATE", *channel);
    audit(call, channel->guild, thread ? AuditAction::thread_update : AuditAction::channel_update,
          id_text(channel->id), changes_between(before, wanted));
    return json_reply(world.channel_json(*channel, true));
}

/// What was filed under a category stands alone when the category goes.
void orphan_children(RestCall& call, Guild& guild, Id category) {
    for (const Id child_id : guild.channels) {
        auto& child = *call.core.world.channel(child_id);
        if (child.parent() == category) {
            child.more["parent_id"] = nullptr;
            call.actions.channel_event("CHANNEL_UPDATE", child);
        }
    }
}

HttpReply delete_channel(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    auto& world = call.core.world;
    const auto gone = world.channel_json(*channel, true);
    if (channel->guild == 0) {
        return json_reply(gone);  // a direct message is closed, not deleted
    }
    auto& guild = *world.guild(channel->guild);
    const Id id = channel->id;
    if (channel->is_thread()) {
        call.actions.announce("THREAD_DELETE", guild.id,
                              {{"id", id_text(id)},
                               {"guild_id", id_text(guild.id)},
                               {"parent_id", id_text(channel->parent())},
                               {"type", static_cast<int>(channel->type)}});
        world.remove_channel(id);
        audit(call, guild.id, AuditAction::thread_delete, id_text(id));
        return json_reply(gone);
    }
    for (const Id thread : std::vector(guild.threads)) {
        if (world.channel(thread)->parent() == id) {
            world.remove_channel(thread);
        }
    }
    call.actions.channel_event("CHANNEL_DELETE", *channel);
    world.remove_channel(id);
    orphan_children(call, guild, id);
    audit(call, guild.id, AuditAction::channel_delete, id_text(id));
    return json_reply(gone);
}

HttpReply move_channels(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    for (const auto& item : call.body) {
        auto* channel =
            call.core.world.channel(parse_id(item.at("id").get<std::string>()).value_or(0));
        if (channel == nullptr || channel->guild != guild->id) {
            return error_reply(404, 10003, "Unknown Channel");
        }
        auto changes = item;
        changes.erase("id");
        changes.erase("lock_permissions");
        apply(call, *channel, changes);
        call.actions.channel_event("CHANNEL_UPDATE", *channel);
    }
    return no_content();
}

Json& overwrites_of(Channel& channel) {
    auto& list_of = channel.more["permission_overwrites"];
    if (!list_of.is_array()) {
        list_of = Json::array();
    }
    return list_of;
}

HttpReply put_overwrite(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    static constexpr std::array kBody = {Field{"type", integer, true, 0, 1}, Field{"allow", any},
                                         Field{"deny", any}};
    FormErrors errors;
    check_fields(call.body, kBody, false, errors);
    if (!errors.empty()) {
        return errors.reply();
    }
    const auto bits = [&](const char* key) {
        const auto value = call.body.value(key, Json());
        return value.is_string()   ? value.get<std::string>()
               : value.is_number() ? value.dump()
                                   : "0";
    };
    const Json overwrite = {{"id", call.parameters[1]},
                            {"type", call.body["type"]},
                            {"allow", bits("allow")},
                            {"deny", bits("deny")}};
    auto& all = overwrites_of(*channel);
    const auto same = std::find_if(
        all.begin(), all.end(), [&](const Json& item) { return item["id"] == call.parameters[1]; });
    const bool fresh = same == all.end();
    const Json before = fresh ? Json() : *same;
    fresh ? all.push_back(overwrite) : void(*same = overwrite);
    call.actions.channel_event("CHANNEL_UPDATE", *channel);
    audit(call, channel->guild,
          fresh ? AuditAction::overwrite_create : AuditAction::overwrite_update,
          id_text(channel->id), changes_between(before, overwrite),
          {{"id", call.parameters[1]}, {"type", call.body["type"].dump()}});
    return no_content();
}

HttpReply delete_overwrite(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    auto& all = overwrites_of(*channel);
    const auto same = std::find_if(
        all.begin(), all.end(), [&](const Json& item) { return item["id"] == call.parameters[1]; });
    if (same == all.end()) {
        return error_reply(404, 10009, "Unknown Permission Overwrite");
    }
    all.erase(same);
    call.actions.channel_event("CHANNEL_UPDATE", *channel);
    audit(call, channel->guild, AuditAction::overwrite_delete, id_text(channel->id), nullptr,
          {{"id", call.parameters[1]}});
    return no_content();
}

HttpReply set_voice_status(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    const auto status = call.body.value("status", Json());
    channel->info["status"] = status;
    call.actions.announce(
        "VOICE_CHANNEL_STATUS_UPDATE", channel->guild,
        {{"id", id_text(channel->id)}, {"guild_id", id_text(channel->guild)}, {"status", status}});
    audit(call, channel->guild,
          status.is_null() ? AuditAction::voice_status_cleared : AuditAction::voice_status_set,
          id_text(channel->id), nullptr, {{"channel_id", id_text(channel->id)}});
    return no_content();
}

HttpReply send_sound(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    call.actions.announce("VOICE_CHANNEL_EFFECT_SEND", channel->guild,
                          {{"channel_id", id_text(channel->id)},
                           {"guild_id", id_text(channel->guild)},
                           {"user_id", id_text(call.actor)},
                           {"sound_id", call.body.at("sound_id")},
                           {"sound_volume", 1.0}});
    return no_content();
}

Json partial(const Json& whole, std::initializer_list<const char*> keys) {
    Json out = Json::object();
    for (const char* key : keys) {
        if (whole.contains(key)) {
            out[key] = whole[key];
        }
    }
    return out;
}

HttpReply create_invite(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    auto& world = call.core.world;
    const auto body = call.body.is_object() ? call.body : Json::object();
    const auto max_age = body.value("max_age", 86'400);
    const auto expires =
        max_age == 0 ? Json()
                     : Json(iso_time(call.core.clock.wall() + std::chrono::seconds(max_age)));
    const auto code = "sim" + id_text(world.next_id() % 1'000'000'007);
    const auto& guild = *world.guild(channel->guild);
    const Json invite = {
        {"type", 0},
        {"code", code},
        {"guild", partial(world.guild_json(guild), {"id", "name", "icon", "features"})},
        {"channel", partial(world.channel_json(*channel, true), {"id", "name", "type"})},
        {"inviter", world.user_json(call.actor)},
        {"max_age", max_age},
        {"max_uses", body.value("max_uses", 0)},
        {"temporary", body.value("temporary", false)},
        {"uses", 0},
        {"created_at", world.now_text()},
        {"expires_at", expires}};
    call.core.shelf.add("invites", guild.id, invite);
    auto event = partial(invite, {"code", "created_at", "inviter", "max_age", "max_uses",
                                  "temporary", "uses", "expires_at"});
    event["channel_id"] = id_text(channel->id);
    event["guild_id"] = id_text(guild.id);
    call.actions.announce("INVITE_CREATE", guild.id, event);
    audit(call, guild.id, AuditAction::invite_create, "",
          changes_between(nullptr, {{"code", code}, {"channel_id", id_text(channel->id)}}));
    return json_reply(invite);
}

HttpReply channel_invites(RestCall& call) {
    const auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto& invite : call.core.shelf.list("invites", channel->guild)) {
        if (invite["channel"]["id"] == call.parameters[0]) {
            out.push_back(invite);
        }
    }
    return json_reply(out);
}

HttpReply guild_invites(RestCall& call) {
    const auto* guild = call.guild(0);
    return guild == nullptr ? call.failure : json_reply(call.core.shelf.list("invites", guild->id));
}

HttpReply get_invite(RestCall& call) {
    Id guild = 0;
    const auto* invite =
        call.core.shelf.find_anywhere("invites", "code", call.parameters[0], guild);
    if (invite == nullptr) {
        return error_reply(404, 10006, "Unknown Invite");
    }
    auto out = *invite;
    if (call.request.query_value("with_counts") == "true") {
        out["approximate_member_count"] = call.core.world.guild(guild)->member_count();
        out["approximate_presence_count"] = 1;
    }
    return json_reply(out);
}

HttpReply delete_invite(RestCall& call) {
    Id guild = 0;
    const auto* invite =
        call.core.shelf.find_anywhere("invites", "code", call.parameters[0], guild);
    if (invite == nullptr) {
        return error_reply(404, 10006, "Unknown Invite");
    }
    const auto gone = *invite;
    call.core.shelf.remove("invites", guild, "code", call.parameters[0]);
    call.actions.announce("INVITE_DELETE", guild,
                          {{"channel_id", gone["channel"]["id"]},
                           {"guild_id", id_text(guild)},
                           {"code", gone["code"]}});
    audit(call, guild, AuditAction::invite_delete, "", changes_between(gone, {{"code", nullptr}}));
    return json_reply(gone);
}

constexpr std::array kRoutes = {
    Route{"POST", "/guilds/{}/channels", kChannels, create_channel},
    Route{"PATCH", "/guilds/{}/channels", kChannels, move_channels},
    Route{"PATCH", "/channels/{}", kChannels, edit_channel},
    Route{"DELETE", "/channels/{}", kChannels, delete_channel},
    Route{"PUT", "/channels/{}/permissions/{}", kOverwrites, put_overwrite},
    Route{"DELETE", "/channels/{}/permissions/{}", kOverwrites, delete_overwrite},
    Route{"PUT", "/channels/{}/voice-status", kChannels, set_voice_status},
    Route{"POST", "/channels/{}/send-soundboard-sound", kChannels, send_sound},
    Route{"POST", "/channels/{}/invites", kInvites, create_invite},
    Route{"GET", "/channels/{}/invites", kReads, channel_invites},
    Route{"GET", "/guilds/{}/invites", kReads, guild_invites},
    Route{"GET", "/invites/{}", kInvites, get_invite, false},
    Route{"DELETE", "/invites/{}", kInvites, delete_invite},
};

}  // namespace

std::span<const Route> channel_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
