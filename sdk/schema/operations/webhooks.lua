local p = require "params"

local one, open = "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/{webhook_token}"
local message = open .. "/messages/{message_id}"
local webhook = { "webhookId", "id", doc = "The webhook." }
local token = { "webhookToken", "text", max = 300, doc = "Its token." }
local name = { "name", "text", min = 1, max = 80, doc = "Its name." }
local avatar = { "avatar", "image", nullable = true, doc = "Its picture." }
local thread = { "threadId", "id", to = "query:thread_id", doc = "The thread of its channel." }
local with_components = {
    "withComponents", "boolean", to = "query:with_components", doc = "Components of a webhook that no application owns.",
}

return {
    {
        name = "webhooks.create",
        doc = "Makes a webhook in a channel.",
        params = { p.channel, p.required(name), avatar },
        discord = { "POST /channels/{channel_id}/webhooks", reason = true },
    },
    {
        name = "webhooks.listChannel", doc = "The webhooks of a channel.", params = { p.channel },
        discord = { "GET /channels/{channel_id}/webhooks" },
    },
    {
        name = "webhooks.listGuild", doc = "The webhooks of a guild.", params = { p.guild },
        discord = { "GET /guilds/{guild_id}/webhooks" },
    },
    { name = "webhooks.get", doc = "One webhook.", params = { webhook }, discord = { "GET " .. one } },
    {
        name = "webhooks.getByToken", doc = "One webhook, by its token.", params = { webhook, token },
        discord = { "GET " .. open },
    },
    {
        name = "webhooks.edit",
        doc = "Changes a webhook.",
        params = { webhook, name, avatar, { "channelId", "id", doc = "The channel to move it to." } },
        discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "webhooks.editByToken", doc = "Changes a webhook, by its token.", params = { webhook, token, name, avatar },
        discord = { "PATCH " .. open },
    },
    {
        name = "webhooks.delete", doc = "Deletes a webhook.", params = { webhook },
        discord = { "DELETE " .. one, reason = true },
    },
    {
        name = "webhooks.deleteByToken", doc = "Deletes a webhook, by its token.", params = { webhook, token },
        discord = { "DELETE " .. open },
    },
    {
        name = "webhooks.execute",
        doc = "Writes a message through a webhook.",
        params = {
            webhook, token, p.content, p.embeds, p.components, p.flags, p.mentions, p.tts,
            { "username", "text", min = 1, max = 80, doc = "Another name for this message." },
            { "avatarUrl", "text", max = 2048, doc = "Another picture for this message." },
            thread,
            { "threadName", "text", min = 1, max = 100, doc = "Starts a post of that name in a forum." },
            { "appliedTags", "ids", max = 5, doc = "Tags of that post." },
            p.poll, p.files, with_components,
        },
        result = "Message",
        discord = { "POST " .. open .. "?wait=true", body = p.safe_mentions },
    },
    {
        name = "webhooks.getMessage", doc = "A message of a webhook.", params = { webhook, token, p.message, thread },
        result = "Message",
        discord = { "GET " .. message },
    },
    {
        name = "webhooks.editMessage",
        doc = "Changes a message of a webhook.",
        params = {
            webhook, token, p.message, p.content, p.embeds, p.components, p.flags, p.mentions, p.files, p.attachments,
            thread, with_components,
        },
        result = "Message",
        discord = { "PATCH " .. message, body = p.safe_mentions },
    },
    {
        name = "webhooks.deleteMessage", doc = "Deletes a message of a webhook.", params = { webhook, token, p.message, thread },
        discord = { "DELETE " .. message },
    },
}
