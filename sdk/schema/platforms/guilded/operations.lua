-- The routes are those of the bot API. In the user flavour the adapter has its own for the operations that the clients
-- of people knew (runtime/platform/guilded/user_routes.cpp); the others answer `unsupported` there.

local server = "/servers/{server}"
local channel = "/channels/{channel}"
local message = channel .. "/messages/{message}"
local member = server .. "/members/{user}"
local role = server .. "/roles/{role}"

local place = { channelId = "path:channel", messageId = "path:message" }
local of_server, of_member = { guildId = "path:server" }, { guildId = "path:server", userId = "path:user" }
local of_role = { guildId = "path:server", roleId = "path:role" }

local function with(params, more)
    local out = {}
    for key, value in pairs(params) do out[key] = value end
    for key, value in pairs(more) do out[key] = value end
    return out
end

-- What other platforms have and a message here has not; it is left out, so that the same script runs.
local dropped = { "components", "allowedMentions", "tts", "masquerade" }
local reaction = with(place, { emoji = "adapter" })
local write = { channelId = "path:channel", content = "adapter", embeds = "adapter", flags = "adapter", files = "adapter" }
local on = { channelId = "path:channel", threadId = "path:channel" }
local settings = {
    name = "body:name", hoist = "body:isDisplayedSeparately", mentionable = "body:isMentionable", color = "adapter",
}

local reply_doc = "Content and embeds as elsewhere; bit 4096 of the flags sends it silently. Files only in the user flavour."

return {
    ["messages.send"] = {
        "POST " .. channel .. "/messages", params = with(write, { replyTo = "adapter" }), drop = dropped,
        result = "Message", doc = reply_doc,
    },
    ["messages.reply"] = {
        "POST " .. channel .. "/messages", params = with(write, { messageId = "adapter" }), drop = dropped,
        result = "Message", doc = reply_doc,
    },
    ["messages.edit"] = {
        "PUT " .. message, params = with(write, { messageId = "path:message" }), drop = { "components", "allowedMentions" },
        result = "Message",
    },
    ["messages.delete"] = { "DELETE " .. message, params = place, drop = { "reason" } },
    ["messages.get"] = { "GET " .. message, params = place, result = "Message" },
    ["messages.list"] = {
        "GET " .. channel .. "/messages",
        params = { channelId = "path:channel", limit = "query:limit", before = "adapter", after = "adapter" },
        result = "Message[]", doc = "The platform counts by time: before and after are ids of messages that the bot has seen, "
            .. "or times.",
    },
    ["reactions.add"] = { "PUT " .. message .. "/emotes/{emote}", params = reaction, holes = { "emote" } },
    ["reactions.remove"] = { "DELETE " .. message .. "/emotes/{emote}", params = reaction, holes = { "emote" } },
    ["reactions.removeUser"] = {
        "DELETE " .. message .. "/emotes/{emote}", params = with(reaction, { userId = "query:userId" }), holes = { "emote" },
    },
    ["reactions.clear"] = { "DELETE " .. message .. "/emotes", params = place },
    ["reactions.clearEmoji"] = { "DELETE " .. message .. "/emotes", params = reaction },
    ["pins.add"] = { "POST " .. message .. "/pin", params = place, drop = { "reason" } },
    ["pins.remove"] = { "DELETE " .. message .. "/pin", params = place, drop = { "reason" } },

    ["channels.get"] = { "GET " .. channel, params = { channelId = "path:channel" }, result = "Channel" },
    ["channels.create"] = {
        "POST /channels",
        params = {
            guildId = "body:serverId", name = "body:name", topic = "body:topic", type = "adapter", parentId = "adapter",
        },
        drop = { "reason" }, result = "Channel", doc = "The parent is a category. Kinds: text, voice, stage, announcement, "
            .. "forum, media, and category.",
    },
    ["channels.edit"] = {
        "PATCH " .. channel,
        params = { channelId = "path:channel", name = "body:name", topic = "body:topic", position = "body:priority" },
        drop = { "reason" }, result = "Channel",
    },
    ["channels.delete"] = { "DELETE " .. channel, params = { channelId = "path:channel" }, drop = { "reason" } },
    ["channels.typing"] = {
        "SOCKET", params = { channelId = "adapter" }, doc = "In the user flavour; a bot has no way to show it.",
    },
    ["dms.open"] = {
        "ADAPTER", params = { userId = "adapter" }, result = "Channel", doc = "In the user flavour.",
    },
    ["threads.create"] = {
        "POST /channels", params = { channelId = "body:parentId", name = "body:name" }, body = '{"type":"chat"}',
        drop = { "type", "invitable", "autoArchiveDuration", "rateLimitPerUser", "reason" }, result = "ThreadChannel",
    },
    ["threads.createFromMessage"] = {
        "POST /channels", params = { channelId = "body:parentId", messageId = "body:messageId", name = "body:name" },
        body = '{"type":"chat"}', drop = { "autoArchiveDuration", "rateLimitPerUser", "reason" }, result = "ThreadChannel",
    },
    ["threads.archive"] = { "PUT " .. channel .. "/archive", params = { threadId = on.threadId }, drop = { "reason" } },
    ["threads.unarchive"] = { "DELETE " .. channel .. "/archive", params = { threadId = on.threadId }, drop = { "reason" } },
    ["threads.delete"] = { "DELETE " .. channel, params = { threadId = on.threadId }, drop = { "reason" } },

    ["guilds.get"] = { "GET " .. server, params = of_server, drop = { "withCounts" }, result = "Guild" },
    ["guilds.list"] = {
        "GET /users/@me/servers", drop = { "limit", "before", "after", "withCounts" }, result = "Guild[]",
    },
    ["users.get"] = { "GET /users/{user}", params = { userId = "path:user" }, result = "User" },
    ["users.me"] = { "GET /users/@me", result = "User" },
    ["members.get"] = { "GET " .. member, params = of_member, result = "Member" },
    ["members.list"] = {
        "GET " .. server .. "/members", params = of_server, drop = { "limit", "after" }, result = "Member[]",
        doc = "All of them, in one answer.",
    },
    ["members.kick"] = { "DELETE " .. member, params = of_member, drop = { "reason" } },
    ["members.addRole"] = {
        "PUT " .. member .. "/roles/{role}", params = with(of_member, { roleId = "path:role" }), drop = { "reason" },
    },
    ["members.removeRole"] = {
        "DELETE " .. member .. "/roles/{role}", params = with(of_member, { roleId = "path:role" }), drop = { "reason" },
    },
    ["members.edit"] = {
        "ADAPTER", params = { guildId = "adapter", userId = "adapter", nick = "adapter" }, drop = { "reason" },
        doc = "The nickname.",
    },
    ["bans.list"] = { "GET " .. server .. "/bans", params = of_server, drop = { "limit", "before", "after" } },
    ["bans.get"] = { "GET " .. server .. "/bans/{user}", params = of_member },
    ["bans.create"] = {
        "POST " .. server .. "/bans/{user}", params = with(of_member, { reason = "body:reason" }),
        drop = { "deleteMessageSeconds" },
    },
    ["bans.remove"] = { "DELETE " .. server .. "/bans/{user}", params = of_member, drop = { "reason" } },
    ["roles.list"] = { "GET " .. server .. "/roles", params = of_server, result = "Role[]" },
    ["roles.get"] = { "GET " .. role, params = of_role, result = "Role" },
    ["roles.create"] = {
        "POST " .. server .. "/roles", params = with(of_server, settings), body = '{"permissions":[]}', drop = { "reason" },
        result = "Role",
    },
    ["roles.edit"] = { "PATCH " .. role, params = with(of_role, settings), drop = { "reason" }, result = "Role" },
    ["roles.delete"] = { "DELETE " .. role, params = of_role, drop = { "reason" } },

    ["webhooks.create"] = {
        "ADAPTER", params = { channelId = "adapter", name = "adapter" }, drop = { "avatar", "reason" },
        doc = "The channel's server is asked for first.",
    },
    ["webhooks.listGuild"] = { "GET " .. server .. "/webhooks", params = of_server },
    ["webhooks.execute"] = {
        "ADAPTER",
        params = {
            webhookId = "adapter", webhookToken = "adapter", content = "adapter", embeds = "adapter", username = "adapter",
            avatarUrl = "adapter",
        },
        drop = { "components", "allowedMentions", "tts", "flags" }, result = "Message",
        doc = "Over the media host (cdn_url), without authorisation.",
    },

    ["scheduledEvents.delete"] = { "ADAPTER", params = { guildId = "adapter", eventId = "adapter" },
        doc = "Of an event that the bot has heard of: its channel must be known." },
    ["api.request"] = {
        "ADAPTER", params = { method = "raw:method", path = "raw:path", body = "raw:body" }, drop = { "reason" },
    },
}
