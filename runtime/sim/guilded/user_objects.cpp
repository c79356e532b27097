#include "sim/guilded/user_objects.hpp"

#include "sim/guilded/slate.hpp"

#include <algorithm>

namespace rookery::sim::guilded {

Json client_message_json(Core& core, const community::Message& message) {
    Json json = {{"id", message.id},
                 {"createdBy", message.author},
                 {"content",
                  is_document(message.content) ? message.content : document_of(core, message.text)},
                 {"repliesToIds", message.replies_to},
                 {"repliesTo", nullptr},
                 {"type", "default"},
                 {"createdAt", time_text(message.created)},
                 {"isSilent", message.extra.value("isSilent", false)},
                 {"isPrivate", message.extra.value("isPrivate", false)},
                 {"webhookId", nullptr},
                 {"botId", nullptr}};
    if (message.edited) {
        json["editedAt"] = time_text(*message.edited);
    }
    return json;
}

Json client_channel_json(const community::Server* server, const community::Channel& channel) {
    const bool direct = channel.type == community::ChannelType::direct;
    Json json = {{"id", channel.id},
                 {"type", direct ? "DM" : "Team"},
                 {"name", channel.name},
                 {"description", channel.topic},
                 {"contentType", channel.type == community::ChannelType::voice ? "voice" : "chat"},
                 {"createdAt", time_text(channel.created)},
                 {"createdBy", server == nullptr ? "" : server->owner},
                 {"updatedAt", nullptr},
                 {"archivedAt", nullptr},
                 {"deletedAt", nullptr}};
    if (direct) {
        json["users"] = Json::array();
        for (const auto& person : channel.people) {
            json["users"].push_back({{"id", person}});
        }
        return json;
    }
    json["teamId"] = channel.server;
    json["groupId"] = server == nullptr ? "" : home_group(*server);
    json["channelCategoryId"] = nullptr;
    json["parentChannelId"] = channel.parent.empty() ? Json() : Json(channel.parent);
    json["isPublic"] = false;
    return json;
}

Json client_member_json(Core& core, const community::Server& server,
                        const community::Member& member) {
    const auto& person = *core.world.person(member.person);
    Json roles = Json::array();
    for (const auto& role : member.roles) {
        roles.push_back(role_number(role));
    }
    return {{"id", person.id},
            {"name", person.display},
            {"nickname", member.nick.empty() ? Json() : Json(member.nick)},
            {"membershipRole", server.owner == person.id ? "owner" : "member"},
            {"profilePicture", nullptr},
            {"joinDate", time_text(member.joined)},
            {"userPresenceStatus", person.status == "online" ? 1 : 4},
            {"roleIds", std::move(roles)},
            {"teamXp", 0}};
}

Json client_role_json(const community::Server& server, const community::Role& role) {
    return {{"id", role_number(role.id)},
            {"name", role.name},
            {"color", role.color == 0 ? "transparent" : std::to_string(role.color)},
            {"isBase", role.everyone},
            {"isMentionable", !role.everyone},
            {"isSelfAssignable", false},
            {"isDisplayedSeparately", false},
            {"priority", role.everyone ? 0 : 1},
            {"permissions", {{"chat", 31}}},
            {"teamId", server.id},
            {"createdAt", time_text(server.created)},
            {"updatedAt", nullptr}};
}

Json team_json(const community::Server& server) {
    Json roles = Json::object();
    for (const auto& role : server.roles) {
        roles[role.id] = client_role_json(server, role);
    }
    return {{"id", server.id},
            {"name", server.name},
            {"ownerId", server.owner},
            {"subdomain", nullptr},
            {"profilePicture", nullptr},
            {"bio", server.about},
            {"baseGroup", {{"id", home_group(server)}, {"name", server.name}}},
            {"rolesById", std::move(roles)},
            {"memberCount", server.members.size()},
            {"createdAt", time_text(server.created)}};
}

Json account_json(const community::Person& person) {
    return {{"id", person.id},           {"name", person.display},
            {"subdomain", person.name},  {"email", person.name + "@example.invalid"},
            {"profilePicture", nullptr}, {"joinDate", "2021-06-15T20:15:00.706Z"}};
}

Json client_reaction_json(const Core& core, const std::string& emote, const std::string& by) {
    const auto whole = emote_json(core, emote);
    return {{"customReactionId", whole["id"]},
            {"customReaction",
             {{"id", whole["id"]},
              {"name", whole["name"]},
              {"png", nullptr},
              {"webp", whole["url"]},
              {"apng", nullptr}}},
            {"createdBy", by}};
}

}  // namespace rookery::sim::guilded
