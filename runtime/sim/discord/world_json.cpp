#include "sim/discord/events.hpp"
#include "sim/discord/world.hpp"

#include <algorithm>

namespace rookery::sim::discord {
namespace {

constexpr std::size_t kMostForMemberList = 75'000;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// The object with the further fields over it.
Json with_more(Json json, const Json& more) {
    if (more.is_object()) {
        json.update(more);
    }
    return json;
}

}  // namespace

Json World::user_json(Id id) const {
    const auto found = person(id);
    Json json = {{"id", id_text(id)},
                 {"username", found.username},
                 {"discriminator", "0"},
                 {"global_name", found.bot ? Json() : Json(found.display)},
                 {"avatar", text_or_null(found.avatar)},
                 {"public_flags", 0},
                 {"avatar_decoration_data", nullptr},
                 {"collectibles", nullptr},
                 {"primary_guild", nullptr}};
    if (found.bot) {
        json["bot"] = true;
    }
    return with_more(std::move(json), found.more);
}

Json World::self_json(const BotAccount& bot) {
    auto json = user_json(bot.user);
    json.update({{"mfa_enabled", true},
                 {"verified", true},
                 {"email", nullptr},
                 {"flags", 0},
                 {"bio", ""},
                 {"locale", "en-US"}});
    return json;
}

Json World::member_json(const Member& member, bool with_user) const {
    Json roles = Json::array();
    for (const Id role : member.roles) {
        roles.push_back(id_text(role));
    }
    Json json = {{"roles", std::move(roles)},
                 {"nick", text_or_null(member.nick)},
                 {"avatar", nullptr},
                 {"banner", nullptr},
                 {"joined_at", member.joined_at},
                 {"premium_since", nullptr},
                 {"deaf", false},
                 {"mute", false},
                 {"flags", 0},
                 {"pending", false},
                 {"communication_disabled_until", nullptr},
                 {"unusual_dm_activity_until", nullptr}};
    if (with_user) {
        json["user"] = user_json(member.user);
    }
    return with_more(std::move(json), member.more);
}

Json World::role_json(const Role& role) const {
    Json json = {{"id", id_text(role.id)},
                 {"name", role.name},
                 {"color", role.color},
                 {"colors",
                  {{"primary_color", role.color},
                   {"secondary_color", nullptr},
                   {"tertiary_color", nullptr}}},
                 {"hoist", role.hoist},
                 {"icon", nullptr},
                 {"unicode_emoji", nullptr},
                 {"position", role.position},
                 {"permissions", std::to_string(role.permissions)},
                 {"managed", false},
                 {"mentionable", false},
                 {"flags", 0}};
    return with_more(std::move(json), role.more);
}

Json World::channel_json(const Channel& channel, bool with_guild) {
    Json json = {{"id", id_text(channel.id)},
                 {"type", static_cast<int>(channel.type)},
                 {"last_message_id",
                  channel.last_message == 0 ? Json() : Json(id_text(channel.last_message))},
                 {"flags", 0}};
    if (channel.type == ChannelType::direct) {
        json["recipients"] = Json::array({user_json(channel.recipient)});
        return json;
    }
    json["name"] = channel.name;
    json["rate_limit_per_user"] = 0;
    if (!channel.is_thread()) {
        json.update({{"topic", text_or_null(channel.topic)},
                     {"position", channel.position},
                     {"parent_id", nullptr},
                     {"nsfw", false},
                     {"permission_overwrites", Json::array()}});
    }
    if (channel.is_voice()) {
        json.update({{"bitrate", 64000}, {"user_limit", 0}, {"rtc_region", nullptr}});
    }
    // Threads name their guild everywhere.
    if (with_guild || channel.is_thread()) {
        json["guild_id"] = id_text(channel.guild);
    }
    json = with_more(std::move(json), channel.more);
    if (channel.is_thread()) {
        json["member_count"] = std::min<std::size_t>(channel.thread_members.size(), 50);
        json["message_count"] = channel.messages.size();
        json["total_message_sent"] = channel.messages.size();
    }
    return json;
}

Json World::guild_json(const Guild& guild) {
    Json roles = Json::array();
    for (const auto& [id, role] : guild.roles) {
        roles.push_back(role_json(role));
    }
    Json json = {{"id", id_text(guild.id)},
                 {"name", guild.name},
                 {"icon", nullptr},
                 {"splash", nullptr},
                 {"discovery_splash", nullptr},
                 {"owner_id", id_text(guild.owner)},
                 {"region", "deprecated"},
                 {"afk_channel_id", nullptr},
                 {"afk_timeout", 300},
                 {"verification_level", 1},
                 {"default_message_notifications", 1},
                 {"explicit_content_filter", 2},
                 {"roles", std::move(roles)},
                 {"emojis", Json::array()},
                 {"stickers", Json::array()},
                 {"features", {"COMMUNITY", "NEWS"}},
                 {"mfa_level", 0},
                 {"application_id", nullptr},
                 {"system_channel_id",
                  guild.channels.empty() ? Json() : Json(id_text(guild.channels.front()))},
                 {"system_channel_flags", 0},
                 {"rules_channel_id", nullptr},
                 {"max_members", 500'000},
                 {"max_presences", nullptr},
                 {"vanity_url_code", nullptr},
                 {"description", nullptr},
                 {"banner", nullptr},
                 {"premium_tier", 0},
                 {"premium_subscription_count", 0},
                 {"preferred_locale", "en-US"},
                 {"public_updates_channel_id", nullptr},
                 {"max_video_channel_users", 25},
                 {"nsfw_level", 0},
                 {"nsfw", false},
                 {"premium_progress_bar_enabled", false},
                 {"safety_alerts_channel_id", nullptr},
                 {"incidents_data", nullptr}};
    if (collections_) {
        collections_(guild.id, json);
    }
    return with_more(std::move(json), guild.more);
}

Json World::guild_create_json(const Guild& guild, std::uint64_t intents,
                              std::size_t large_threshold) {
    auto json = guild_json(guild);
    Json channels = Json::array();
    for (const Id id : guild.channels) {
        channels.push_back(channel_json(*channel(id), false));
    }
    Json threads = Json::array();
    for (const Id id : guild.threads) {
        if (!channel(id)->archived()) {
            threads.push_back(channel_json(*channel(id), false));
        }
    }
    const bool large = guild.member_count() > large_threshold;
    const bool presences_wanted =
        (intents & intent::kGuildPresences) != 0 && guild.member_count() <= kMostForMemberList;
    Json members = Json::array();
    Json presences = Json::array();
    Json voice_states = Json::array();
    const auto tell = [&](const Member& member) {
        const bool online = member.status != "offline";
        const bool marked = online || !member.roles.empty() || !member.nick.empty();
        const bool always = member.voice_channel != 0 || bot_by_user(member.user) != nullptr;
        if (always || (presences_wanted && (!large || marked))) {
            members.push_back(member_json(member, true));
        }
        if (presences_wanted && online) {
            auto presence = presence_json(member, guild.id);
            presence.erase("guild_id");
            presences.push_back(std::move(presence));
        }
        if (member.voice_channel != 0) {
            auto state = voice_state_json(member, guild.id);
            state.erase("guild_id");
            voice_states.push_back(std::move(state));
        }
        return true;
    };
    if (presences_wanted) {
        each_member(guild, 0, tell);
    } else {
        for (const auto& [id, member] : guild.members) {
            tell(member);
        }
    }
    json.update({{"joined_at", guild.joined_at},
                 {"large", large},
                 {"unavailable", false},
                 {"member_count", guild.member_count()},
                 {"voice_states", std::move(voice_states)},
                 {"members", std::move(members)},
                 {"channels", std::move(channels)},
                 {"threads", std::move(threads)},
                 {"presences", std::move(presences)},
                 {"stage_instances", Json::array()},
                 {"guild_scheduled_events", Json::array()},
                 {"soundboard_sounds", Json::array()}});
    if (collections_) {
        collections_(guild.id, json);
    }
    return json;
}

Json World::voice_state_json(const Member& member, Id guild) {
    Json json = {
        {"guild_id", id_text(guild)},
        {"channel_id", member.voice_channel == 0 ? Json() : Json(id_text(member.voice_channel))},
        {"user_id", id_text(member.user)},
        {"member", member_json(member, true)},
        {"session_id", "voice-" + id_text(member.user)},
        {"deaf", false},
        {"mute", false},
        {"self_deaf", false},
        {"self_mute", false},
        {"self_video", false},
        {"suppress", false},
        {"request_to_speak_timestamp", nullptr}};
    return with_more(std::move(json), member.voice);
}

Json World::presence_json(const Member& member, Id guild) const {
    Json client = Json::object();
    if (member.status != "offline") {
        client["desktop"] = member.status;
    }
    return {{"user", {{"id", id_text(member.user)}}},
            {"guild_id", id_text(guild)},
            {"status", member.status},
            {"activities", member.activities},
            {"client_status", std::move(client)}};
}

Json World::application_json(const BotAccount& bot) {
    const auto* owner = user_named("alice");
    return {{"id", id_text(bot.application)},
            {"name", user(bot.user)->username},
            {"icon", nullptr},
            {"description", "The bot of the simulator"},
            {"summary", ""},
            {"bot_public", true},
            {"bot_require_code_grant", false},
            {"verify_key", std::string(64, '0')},
            {"team", nullptr},
            {"owner", owner == nullptr ? Json() : user_json(owner->id)},
            {"bot", user_json(bot.user)},
            {"flags", (1U << 13U) | (1U << 15U) | (1U << 19U)},
            {"tags", Json::array()},
            {"redirect_uris", Json::array()},
            {"interactions_endpoint_url", nullptr}};
}

Json World::reactions_json(const Message& message, Id viewer) const {
    Json out = Json::array();
    for (const auto& reaction : message.reactions) {
        const auto& users = reaction.users;
        out.push_back({{"emoji", reaction.emoji},
                       {"count", users.size()},
                       {"count_details", {{"burst", 0}, {"normal", users.size()}}},
                       {"burst_colors", Json::array()},
                       {"me_burst", false},
                       {"burst_me", false},
                       {"me", std::find(users.begin(), users.end(), viewer) != users.end()}});
    }
    return out;
}

Json World::message_json(const Message& message, Id viewer) {
    Json mentions = Json::array();
    for (const Id id : message.mentions) {
        mentions.push_back(user_json(id));
    }
    const auto ms = static_cast<std::int64_t>(message.id >> 22U) + kEpochMs;
    Json json = {{"id", id_text(message.id)},
                 {"type", message.type},
                 {"channel_id", id_text(message.channel)},
                 {"author", user_json(message.author)},
                 {"content", message.content},
                 {"timestamp", iso_time(WallTime(Millis(ms)))},
                 {"edited_timestamp", message.edited ? Json(*message.edited) : Json()},
                 {"tts", false},
                 {"mention_everyone", message.mentions_everyone},
                 {"mentions", std::move(mentions)},
                 {"mention_roles", Json::array()},
                 {"attachments", Json::array()},
                 {"embeds", Json::array()},
                 {"components", Json::array()},
                 {"pinned", !message.pinned_at.empty()},
                 {"flags", message.flags}};
    if (!message.reactions.empty()) {
        json["reactions"] = reactions_json(message, viewer);
    }
    if (message.reply_to != 0) {
        json["message_reference"] = {{"type", 0},
                                     {"channel_id", id_text(message.channel)},
                                     {"message_id", id_text(message.reply_to)}};
        auto* home = channel(message.channel);
        if (home != nullptr && home->guild != 0) {
            json["message_reference"]["guild_id"] = id_text(home->guild);
        }
        // One level only: a reply to a reply does not carry the chain.
        auto* origin = home == nullptr ? nullptr : this->message(*home, message.reply_to);
        if (origin != nullptr) {
            auto copy = *origin;
            copy.reply_to = 0;
            json["referenced_message"] = message_json(copy, viewer);
        } else {
            json["referenced_message"] = nullptr;
        }
    }
    if (message.extra.is_object()) {
        json.update(message.extra);
    }
    return json;
}

}  // namespace rookery::sim::discord
