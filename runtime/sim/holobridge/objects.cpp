#include "sim/holobridge/objects.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace rookery::sim::holobridge {
namespace {

using community::ChannelType;

constexpr std::int64_t kEpochMs = 1'420'070'400'000;
constexpr std::uint64_t kFixedStep = 86'400'017;
constexpr std::uint64_t kFixedEpoch = 200'000'000'000;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::pair<int, const char*> type_of(const community::Channel& channel) {
    switch (channel.type) {
        case ChannelType::voice:
            return {2, "voice"};
        case ChannelType::category:
            return {4, "category"};
        case ChannelType::thread:
            return {11, "publicThread"};
        case ChannelType::direct:
            return {1, "dm"};
        default:
            return {0, "text"};
    }
}

/// What stands between '<' and '>' in a text, one after the other.
std::vector<std::string> marks(const std::string& text) {
    std::vector<std::string> found;
    for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
        const auto end = text.find('>', at);
        if (end == std::string::npos) {
            break;
        }
        found.push_back(text.substr(at + 1, end - at - 1));
    }
    return found;
}

Json mentions_json(Core& core, const community::Message& message) {
    Json users = Json::array();
    Json roles = Json::array();
    Json channels = Json::array();
    for (const auto& mark : marks(message.text)) {
        if (mark.starts_with("@&")) {
            roles.push_back(mark.substr(2));
        } else if (mark.starts_with("@") && core.world.person(mark.substr(1)) != nullptr) {
            users.push_back(mark.substr(1));
        } else if (mark.starts_with("#") && core.world.channel(mark.substr(1)) != nullptr) {
            channels.push_back(mark.substr(1));
        }
    }
    const bool everyone = message.text.find("@everyone") != std::string::npos;
    return {{"users", users}, {"roles", roles}, {"channels", channels}, {"everyone", everyone}};
}

std::string clean_content(Core& core, const community::Message& message) {
    auto text = message.text;
    for (const auto& mark : marks(message.text)) {
        std::string plain;
        if (mark.starts_with("@") && core.world.person(mark.substr(1)) != nullptr) {
            plain = "@" + core.world.person(mark.substr(1))->display;
        } else if (mark.starts_with("#") && core.world.channel(mark.substr(1)) != nullptr) {
            plain = "#" + core.world.channel(mark.substr(1))->name;
        } else {
            continue;
        }
        if (const auto at = text.find("<" + mark + ">"); at != std::string::npos) {
            text.replace(at, mark.size() + 2, plain);
        }
    }
    return text;
}

/// An embed as the bridge gives it: every key is there, in camel case.
Json embed_json(const Json& given) {
    Json json = Json::object();
    for (const auto* key : {"title", "description", "url", "color", "timestamp", "footer", "image",
                            "thumbnail", "author"}) {
        json[key] = given.is_object() && given.contains(key) ? given[key] : Json();
        if (json[key].is_object() && json[key].contains("icon_url")) {
            json[key]["iconUrl"] = json[key]["icon_url"];
            json[key].erase("icon_url");
        }
    }
    json["fields"] = given.is_object() ? given.value("fields", Json::array()) : Json::array();
    for (auto& field : json["fields"]) {
        if (field.is_object()) {
            field["inline"] = field.value("inline", false);
        }
    }
    return json;
}

}  // namespace

std::string snowflake(const Clock& clock, community::IdOf kind, std::uint64_t number) {
    auto ms = kFixedEpoch + number * kFixedStep;
    if (kind == community::IdOf::message) {
        const auto wall =
            std::chrono::duration_cast<Millis>(clock.wall().time_since_epoch()).count();
        ms = static_cast<std::uint64_t>(wall - kEpochMs);
    }
    return std::to_string((ms << 22U) | (number & 0x3FFFFFU));
}

std::string time_text(WallTime time) {
    const auto ms = std::chrono::duration_cast<Millis>(time.time_since_epoch()).count();
    const std::time_t seconds = ms / 1'000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + length, text.size() - length, ".%03dZ",
                  static_cast<int>(ms % 1'000));
    return text.data();
}

std::string made_at(const std::string& id) {
    std::uint64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    return time_text(WallTime(Millis(static_cast<std::int64_t>(number >> 22U) + kEpochMs)));
}

Json user_json(const community::Person& person) {
    return {{"id", person.id},
            {"username", person.name},
            {"discriminator", "0"},
            {"globalName", person.bot ? Json() : Json(person.display)},
            {"avatar", nullptr},
            {"avatarUrl", "https://cdn.discordapp.com/embed/avatars/0.png"},
            {"bot", person.bot},
            {"system", false},
            {"createdAt", made_at(person.id)}};
}

Json member_json(Core& core, const community::Server& server, const community::Member& member) {
    const auto& person = *core.world.person(member.person);
    Json roles = Json::array({server.id});
    for (const auto& role : member.roles) {
        roles.push_back(role);
    }
    return {{"id", person.id},
            {"displayName", member.nick.empty() ? person.display : member.nick},
            {"nickname", text_or_null(member.nick)},
            {"avatar", nullptr},
            {"displayAvatarUrl", "https://cdn.discordapp.com/embed/avatars/0.png"},
            {"joinedAt", time_text(member.joined)},
            {"premiumSince", nullptr},
            {"roles", std::move(roles)},
            {"pending", false},
            {"communicationDisabledUntil", nullptr},
            {"user", user_json(person)},
            {"permissions", {"ViewChannel", "SendMessages", "ReadMessageHistory"}}};
}

Json emoji_json(const std::string& emoji) {
    const auto colon = emoji.rfind(':');
    if (colon == std::string::npos) {
        return {{"id", nullptr},
                {"name", emoji},
                {"identifier", emoji},
                {"animated", false},
                {"url", nullptr}};
    }
    const auto id = emoji.substr(colon + 1);
    return {{"id", id},
            {"name", emoji.substr(0, colon)},
            {"identifier", emoji},
            {"animated", false},
            {"url", "https://cdn.discordapp.com/emojis/" + id + ".png"}};
}

Json reaction_json(Core& core, const community::Reaction& reaction) {
    const auto& me = core.world.bot().id;
    const bool mine = std::find(reaction.by.begin(), reaction.by.end(), me) != reaction.by.end();
    return {{"emoji", emoji_json(reaction.emoji)}, {"count", reaction.by.size()}, {"me", mine}};
}

Json message_json(Core& core, const community::Message& message) {
    auto* channel = core.world.channel(message.channel);
    const auto* server = channel == nullptr ? nullptr : core.world.server_of(*channel);
    Json member;
    if (server != nullptr && server->members.contains(message.author)) {
        member = member_json(core, *server, server->members.at(message.author));
        member.erase("user");
    }
    Json embeds = Json::array();
    for (const auto& embed : message.extra.value("embeds", Json::array())) {
        embeds.push_back(embed_json(embed));
    }
    Json reactions = Json::array();
    for (const auto& reaction : message.reactions) {
        reactions.push_back(reaction_json(core, reaction));
    }
    const int type = message.replies_to.empty() ? 0 : 19;
    return {{"id", message.id},
            {"channelId", message.channel},
            {"guildId", server == nullptr ? Json() : Json(server->id)},
            {"author", user_json(*core.world.person(message.author))},
            {"member", std::move(member)},
            {"content", message.text},
            {"cleanContent", clean_content(core, message)},
            {"createdAt", made_at(message.id)},
            {"editedAt", message.edited ? Json(time_text(*message.edited)) : Json()},
            {"embeds", std::move(embeds)},
            {"attachments", message.extra.value("attachments", Json::array())},
            {"reactions", std::move(reactions)},
            {"pinned", message.pinned},
            {"tts", message.extra.value("tts", false)},
            {"type", type},
            {"typeName", std::to_string(type)},
            {"replyTo", message.replies_to.empty() ? Json() : Json(message.replies_to.front())},
            {"mentions", mentions_json(core, message)}};
}

Json channel_json(Core& core, const community::Channel& channel) {
    const auto [type, name] = type_of(channel);
    Json json = {{"id", channel.id},
                 {"name", text_or_null(channel.name)},
                 {"type", type},
                 {"typeName", name},
                 {"parentId", text_or_null(channel.parent)},
                 {"createdAt", made_at(channel.id)}};
    const auto* server = core.world.server_of(channel);
    if (server != nullptr && channel.type != ChannelType::thread) {
        const auto at = std::find(server->channels.begin(), server->channels.end(), channel.id);
        json["position"] = at - server->channels.begin();
    }
    if (type == 0) {
        json["topic"] = text_or_null(channel.topic);
        json["nsfw"] = false;
        json["rateLimitPerUser"] = 0;
    } else if (type == 2) {
        json["nsfw"] = false;
        json["rateLimitPerUser"] = 0;
        json["bitrate"] = 64'000;
        json["userLimit"] = 0;
    }
    return json;
}

Json role_json(const community::Server& server, const community::Role& role) {
    const auto members =
        role.everyone
            ? server.members.size()
            : static_cast<std::size_t>(
                  std::count_if(server.members.begin(), server.members.end(), [&](const auto& m) {
                      const auto& roles = m.second.roles;
                      return std::find(roles.begin(), roles.end(), role.id) != roles.end();
                  }));
    std::array<char, 16> color{};
    std::snprintf(color.data(), color.size(), "#%06x", role.color & 0xFFFFFFU);
    const auto position = std::find_if(server.roles.begin(), server.roles.end(),
                                       [&](const auto& r) { return r.id == role.id; }) -
                          server.roles.begin();
    return {{"id", role.id},
            {"name", role.everyone ? "@everyone" : role.name},
            {"color", role.color},
            {"hexColor", color.data()},
            {"hoist", false},
            {"position", position},
            {"permissions", std::to_string(role.permissions)},
            {"managed", false},
            {"mentionable", !role.everyone},
            {"icon", nullptr},
            {"unicodeEmoji", nullptr},
            {"createdAt", made_at(role.id)},
            {"memberCount", members}};
}

Json guild_json(const community::Server& server) {
    Json json = {{"id", server.id},
                 {"name", server.name},
                 {"ownerId", server.owner},
                 {"memberCount", server.members.size()},
                 {"createdAt", made_at(server.id)},
                 {"joinedAt", time_text(server.created)},
                 {"features", Json::array()},
                 {"premiumTier", 0},
                 {"premiumSubscriptionCount", 0},
                 {"verificationLevel", 1},
                 {"explicitContentFilter", 0},
                 {"defaultMessageNotifications", 0},
                 {"afkTimeout", 300},
                 {"preferredLocale", "en-US"},
                 {"available", true}};
    for (const auto* key : {"icon", "iconUrl", "banner", "bannerUrl", "splash", "description",
                            "vanityUrlCode", "systemChannelId", "rulesChannelId", "afkChannelId"}) {
        json[key] = nullptr;
    }
    return json;
}

}  // namespace rookery::sim::holobridge
