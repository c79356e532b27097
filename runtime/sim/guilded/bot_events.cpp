#include "sim/guilded/bot_events.hpp"

#include "sim/guilded/bot_objects.hpp"

#include <algorithm>

namespace rookery::sim::guilded {
namespace {

using community::ChannelType;
using community::Happening;
using community::What;

/// One thing on its way to the bots.
struct Telling {
    Core& core;
    BotGateway& gateway;
    const Happening& happening;

    void emit(const char* name, Json data) const {
        data["serverId"] = happening.server == nullptr ? Json() : Json(happening.server->id);
        if (happening.server == nullptr) {
            data.erase("serverId");
        }
        gateway.emit(name, data);
    }
};

void tell_message(const Telling& to) {
    const auto& happening = to.happening;
    const auto& message = *happening.message;
    switch (happening.what) {
        case What::posted:
            return to.emit("ChatMessageCreated", {{"message", message_json(to.core, message)}});
        case What::edited:
            return to.emit("ChatMessageUpdated", {{"message", message_json(to.core, message)}});
        case What::pinned:
            return to.emit("ChannelMessagePinned", {{"message", message_json(to.core, message)}});
        case What::unpinned:
            return to.emit("ChannelMessageUnpinned", {{"message", message_json(to.core, message)}});
        case What::removed: {
            auto json = message_json(to.core, message);
            const auto now = time_text(to.core.world.now());
            json["deletedAt"] = now;
            return to.emit("ChatMessageDeleted",
                           {{"deletedAt", now}, {"message", std::move(json)}});
        }
        case What::reacted:
            return to.emit("ChannelMessageReactionCreated",
                           {{"reaction", reaction_json(to.core, message, happening.person->id,
                                                       happening.detail)}});
        case What::unreacted:
            return to.emit("ChannelMessageReactionDeleted",
                           {{"deletedBy", happening.by},
                            {"reaction", reaction_json(to.core, message, happening.person->id,
                                                       happening.detail)}});
        default: {
            Json data = {{"channelId", message.channel},
                         {"messageId", message.id},
                         {"deletedBy", happening.by},
                         {"count", happening.ids.size()}};
            if (!happening.detail.empty()) {
                data["emote"] = emote_json(to.core, happening.detail);
            }
            return to.emit("ChannelMessageReactionManyDeleted", std::move(data));
        }
    }
}

/// The platform knows no removal of many messages: each has its own event.
void tell_removals(const Telling& to) {
    const auto now = time_text(to.core.world.now());
    for (const auto& id : to.happening.ids) {
        to.emit("ChatMessageDeleted", {{"deletedAt", now},
                                       {"message",
                                        {{"id", id},
                                         {"type", "default"},
                                         {"channelId", to.happening.channel->id},
                                         {"createdAt", now},
                                         {"createdBy", to.happening.by},
                                         {"deletedAt", now}}}});
    }
}

void tell_channel(const Telling& to) {
    const auto& channel = *to.happening.channel;
    const char* suffix = to.happening.what == What::channel_made      ? "Created"
                         : to.happening.what == What::channel_changed ? "Updated"
                                                                      : "Deleted";
    if (to.happening.server == nullptr) {
        return;
    }
    if (channel.type == ChannelType::category) {
        return to.emit((std::string("Category") + suffix).c_str(),
                       {{"category", category_json(*to.happening.server, channel)}});
    }
    to.emit((std::string("ServerChannel") + suffix).c_str(),
            {{"channel", channel_json(to.happening.server, channel, to.happening.by)}});
}

void tell_role(const Telling& to) {
    const char* name = to.happening.what == What::role_made      ? "RoleCreated"
                       : to.happening.what == What::role_changed ? "RoleUpdated"
                                                                 : "RoleDeleted";
    to.emit(name, {{"role", role_json(*to.happening.server, *to.happening.role)}});
}

void tell_member(const Telling& to) {
    const auto& happening = to.happening;
    const auto& server = *happening.server;
    const auto& id = happening.person->id;
    switch (happening.what) {
        case What::joined:
            return to.emit("ServerMemberJoined",
                           {{"member", member_json(to.core, server, server.members.at(id))},
                            {"serverMemberCount", server.members.size()}});
        case What::left:
        case What::kicked:
            return to.emit(
                "ServerMemberRemoved",
                {{"userId", id}, {"isKick", happening.what == What::kicked}, {"isBan", false}});
        case What::banned:
        case What::unbanned: {
            community::Ban ban{id, happening.by, happening.detail, to.core.world.now()};
            const bool banned = happening.what == What::banned;
            to.emit(banned ? "ServerMemberBanned" : "ServerMemberUnbanned",
                    {{"serverMemberBan", ban_json(to.core, ban)}});
            if (banned && server.members.contains(id)) {
                to.emit("ServerMemberRemoved",
                        {{"userId", id}, {"isKick", false}, {"isBan", true}});
            }
            return;
        }
        case What::member_changed: {
            const auto& nick = server.members.at(id).nick;
            return to.emit(
                "ServerMemberUpdated",
                {{"userInfo", {{"id", id}, {"nickname", nick.empty() ? Json() : Json(nick)}}}});
        }
        default: {
            auto json = member_json(to.core, server, server.members.at(id));
            return to.emit(
                "ServerRolesUpdated",
                {{"memberRoleIds", Json::array({{{"userId", id}, {"roleIds", json["roleIds"]}}})}});
        }
    }
}

void tell_server(const Telling& to) {
    const auto& server = *to.happening.server;
    // There is no event for a server that only changed.
    if (to.happening.what == What::server_made) {
        to.gateway.emit("BotServerMembershipCreated",
                        {{"server", server_json(server)}, {"createdBy", to.happening.by}});
    } else if (to.happening.what == What::server_gone) {
        to.gateway.emit("BotServerMembershipDeleted",
                        {{"server", server_json(server)}, {"deletedBy", to.happening.by}});
    }
}

}  // namespace

void tell_bots(Core& core, BotGateway& gateway, const Happening& happening) {
    const Telling to{core, gateway, happening};
    switch (happening.what) {
        case What::posted:
        case What::edited:
        case What::removed:
        case What::reacted:
        case What::unreacted:
        case What::reactions_cleared:
        case What::pinned:
        case What::unpinned:
            return tell_message(to);
        case What::removed_many:
            return tell_removals(to);
        case What::typing:
            return;  // bots are not told
        case What::joined:
        case What::left:
        case What::kicked:
        case What::banned:
        case What::unbanned:
        case What::member_changed:
        case What::roles_given:
            return tell_member(to);
        case What::channel_made:
        case What::channel_changed:
        case What::channel_gone:
            return tell_channel(to);
        case What::role_made:
        case What::role_changed:
        case What::role_gone:
            return tell_role(to);
        case What::server_made:
        case What::server_changed:
        case What::server_gone:
            return tell_server(to);
        case What::presence:
            return gateway.emit(
                "UserStatusCreated",
                {{"userId", happening.person->id},
                 {"userStatus", {{"content", happening.person->status}, {"emoteId", 90'001'164}}}});
    }
}

}  // namespace rookery::sim::guilded
