#include "sim/guilded/bot_objects.hpp"

#include <algorithm>
#include <charconv>

namespace rookery::sim::guilded {
namespace {

using community::ChannelType;

const char* type_name(ChannelType type) { return type == ChannelType::voice ? "voice" : "chat"; }

/// The people, channels and roles that `<@id>`, `<#id>` and `<@&id>` in a text name.
Json mentions_json(Core& core, const community::Message& message) {
    Json mentions = Json::object();
    const auto& text = message.text;
    for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
        const auto end = text.find('>', at);
        if (end == std::string::npos) {
            break;
        }
        const auto inside = std::string_view(text).substr(at + 1, end - at - 1);
        if (inside.starts_with("@&")) {
            mentions["roles"].push_back({{"id", role_number(std::string(inside.substr(2)))}});
        } else if (inside.starts_with("@") && core.world.person(inside.substr(1)) != nullptr) {
            mentions["users"].push_back({{"id", core.world.person(inside.substr(1))->id}});
        } else if (inside.starts_with("#") && core.world.channel(inside.substr(1)) != nullptr) {
            mentions["channels"].push_back({{"id", core.world.channel(inside.substr(1))->id}});
        }
    }
    if (text.find("@everyone") != std::string::npos) {
        mentions["everyone"] = true;
    }
    if (text.find("@here") != std::string::npos) {
        mentions["here"] = true;
    }
    return mentions;
}

}  // namespace

Json role_number(const std::string& id) {
    std::int64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    return number;
}

std::string home_group(const community::Server& server) {
    auto id = server.id;
    std::reverse(id.begin(), id.end());
    return id;
}

Json user_json(const community::Person& person) {
    return {{"id", person.id},
            {"type", person.bot ? "bot" : "user"},
            {"name", person.display},
            {"avatar", "https://img.guildedcdn.com/UserAvatar/" + person.id + "-Large.png"},
            {"createdAt", "2021-06-15T20:15:00.706Z"}};
}

Json summary_json(const community::Person& person) {
    auto json = user_json(person);
    json.erase("createdAt");
    return json;
}

Json server_json(const community::Server& server) {
    Json json = {{"id", server.id},
                 {"ownerId", server.owner},
                 {"type", "community"},
                 {"name", server.name},
                 {"url", "rookery-" + server.id},
                 {"about", server.about},
                 {"isVerified", false},
                 {"createdAt", time_text(server.created)}};
    if (!server.channels.empty()) {
        json["defaultChannelId"] = server.channels.front();
    }
    return json;
}

Json channel_json(const community::Server* server, const community::Channel& channel,
                  const std::string& by) {
    Json json = {{"id", channel.id},
                 {"type", type_name(channel.type)},
                 {"name", channel.name},
                 {"createdAt", time_text(channel.created)},
                 {"createdBy", by.empty() && server != nullptr ? server->owner : by},
                 {"serverId", channel.server},
                 {"groupId", server == nullptr ? "" : home_group(*server)}};
    if (!channel.topic.empty()) {
        json["topic"] = channel.topic;
    }
    if (!channel.parent.empty()) {
        json["parentId"] = channel.parent;
        json["rootId"] = channel.parent;
    }
    return json;
}

Json category_json(const community::Server& server, const community::Channel& channel) {
    return {{"id", std::hash<std::string>{}(channel.id) % 10'000'000},
            {"serverId", server.id},
            {"groupId", home_group(server)},
            {"name", channel.name},
            {"createdAt", time_text(channel.created)}};
}

Json message_json(Core& core, const community::Message& message) {
    auto* channel = core.world.channel(message.channel);
    Json json = {{"id", message.id},
                 {"type", "default"},
                 {"channelId", message.channel},
                 {"isPrivate", false},
                 {"isSilent", false},
                 {"isPinned", message.pinned},
                 {"createdAt", time_text(message.created)},
                 {"createdBy", message.author}};
    if (channel != nullptr && !channel->server.empty()) {
        json["serverId"] = channel->server;
        json["groupId"] = home_group(*core.world.server_of(*channel));
    }
    if (!message.text.empty()) {
        json["content"] = message.text;
    }
    if (!message.replies_to.empty()) {
        json["replyMessageIds"] = message.replies_to;
    }
    if (message.edited) {
        json["updatedAt"] = time_text(*message.edited);
    }
    if (auto mentions = mentions_json(core, message); !mentions.empty()) {
        json["mentions"] = std::move(mentions);
    }
    json.update(message.extra);
    return json;
}

Json member_json(Core& core, const community::Server& server, const community::Member& member) {
    Json roles = Json::array();
    for (const auto& role : server.roles) {
        const bool has = role.everyone || std::find(member.roles.begin(), member.roles.end(),
                                                    role.id) != member.roles.end();
        if (has) {
            roles.push_back(role_number(role.id));
        }
    }
    Json json = {{"user", user_json(*core.world.person(member.person))},
                 {"roleIds", std::move(roles)},
                 {"joinedAt", time_text(member.joined)},
                 {"isOwner", server.owner == member.person}};
    if (!member.nick.empty()) {
        json["nickname"] = member.nick;
    }
    return json;
}

Json role_json(const community::Server& server, const community::Role& role) {
    Json json = {{"id", role_number(role.id)},
                 {"serverId", server.id},
                 {"name", role.name},
                 {"isDisplayedSeparately", false},
                 {"isSelfAssignable", false},
                 {"isMentionable", !role.everyone},
                 {"permissions", {"CanReadChats", "CanCreateChats"}},
                 {"isBase", role.everyone},
                 {"createdAt", time_text(server.created)}};
    if (role.color != 0) {
        json["colors"] = {role.color};
    }
    return json;
}

Json ban_json(Core& core, const community::Ban& ban) {
    Json json = {{"user", summary_json(*core.world.person(ban.person))},
                 {"createdBy", ban.by},
                 {"createdAt", time_text(ban.since)}};
    if (!ban.reason.empty()) {
        json["reason"] = ban.reason;
    }
    return json;
}

Json emote_json(const Core& core, const std::string& id) {
    const auto named = core.emotes.find(id);
    return {{"id", role_number(id)},
            {"name", named == core.emotes.end() ? "emote" + id : named->second},
            {"url", "https://img.guildedcdn.com/asset/Emojis/" + id + ".webp"}};
}

Json reaction_json(const Core& core, const community::Message& message, const std::string& person,
                   const std::string& emote) {
    return {{"channelId", message.channel},
            {"messageId", message.id},
            {"createdBy", person},
            {"emote", emote_json(core, emote)}};
}

}  // namespace rookery::sim::guilded
