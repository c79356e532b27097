-- What a bot can be asked to do. Parameters in the order in which scripts give them; `to` says where the
-- platform wants each: a key in the path, a (dotted) place in the body, a key of the query. `effect`: doing it
-- twice shows, so the runtime makes sure that a repeated call is one.

local content_max = 2000

local channel = { "channelId", "id", required = true, to = "path:channel_id", doc = "The channel." }
local message = { "messageId", "id", required = true, to = "path:message_id", doc = "The message." }
local content = { "content", "text", max = content_max, to = "body:content", doc = "The text." }
local embeds = { "embeds", "json", to = "body:embeds", doc = "List of embeds, in the platform's form." }
local components = { "components", "json", to = "body:components", doc = "List of components, in the platform's form." }
local flags = { "flags", "integer", to = "body:flags", doc = "Bit set; 4 hides link previews, 4096 is silent." }
local mentions = {
    "allowedMentions", "json", to = "body:allowed_mentions",
    doc = "Who may be pinged. Without it users are, and roles, @everyone and @here are not.",
}
local emoji = { "emoji", "emoji", required = true, max = 120, to = "path:emoji", doc = 'The character, or "name:id".' }
local guild = { "guildId", "id", required = true, to = "path:guild_id", doc = "The guild." }
local user = { "userId", "id", required = true, to = "path:user_id", doc = "The user." }
local role = { "roleId", "id", required = true, to = "path:role_id", doc = "The role." }

local safe_mentions = '{"allowed_mentions":{"parse":["users"]}}'

return {
    {
        name = "messages.send",
        doc = "Sends a message. It needs a content, embeds, components or stickers.",
        params = {
            channel, content, embeds, components, flags, mentions,
            { "tts", "boolean", to = "body:tts", doc = "Read it out." },
            { "replyTo", "id", to = "body:message_reference.message_id", doc = "The message that this one answers." },
            { "stickerIds", "json", to = "body:sticker_ids", doc = "List of up to three stickers." },
        },
        result = "Message", scope = "messages:write", effect = true,
        discord = { method = "POST", path = "/channels/{channel_id}/messages", body = safe_mentions },
    },
    {
        name = "messages.reply",
        doc = "Answers a message: messages.send with a reference.",
        params = {
            channel,
            { "messageId", "id", required = true, to = "body:message_reference.message_id", doc = "The message that is answered." },
            content, embeds, components, flags, mentions,
            { "tts", "boolean", to = "body:tts", doc = "Read it out." },
        },
        result = "Message", scope = "messages:write", effect = true,
        discord = { method = "POST", path = "/channels/{channel_id}/messages", body = safe_mentions },
    },
    {
        name = "messages.edit",
        doc = "Changes a message of the bot. What is not given stays.",
        params = { channel, message, content, embeds, components, flags, mentions },
        result = "Message", scope = "messages:write", effect = false,
        discord = { method = "PATCH", path = "/channels/{channel_id}/messages/{message_id}", body = safe_mentions },
    },
    {
        name = "messages.delete",
        doc = "Deletes a message.",
        params = { channel, message },
        scope = "messages:write", effect = false,
        discord = { method = "DELETE", path = "/channels/{channel_id}/messages/{message_id}" },
    },
    {
        name = "reactions.add",
        doc = "Reacts to a message.",
        params = { channel, message, emoji },
        scope = "reactions:write", effect = false,
        discord = { method = "PUT", path = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me" },
    },
    {
        name = "reactions.remove",
        doc = "Takes the bot's own reaction back.",
        params = { channel, message, emoji },
        scope = "reactions:write", effect = false,
        discord = { method = "DELETE", path = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me" },
    },
    {
        name = "members.addRole",
        doc = "Gives a role to a member.",
        params = { guild, user, role },
        scope = "members:write", effect = false,
        discord = { method = "PUT", path = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}" },
    },
    {
        name = "members.removeRole",
        doc = "Takes a role from a member.",
        params = { guild, user, role },
        scope = "members:write", effect = false,
        discord = { method = "DELETE", path = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}" },
    },
    {
        name = "channels.typing",
        doc = "Shows that the bot is typing, for ten seconds or until it sends something.",
        params = { channel },
        scope = "messages:write", effect = false,
        discord = { method = "POST", path = "/channels/{channel_id}/typing" },
    },
}
