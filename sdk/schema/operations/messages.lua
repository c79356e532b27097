local p = require "params"

local one = "/channels/{channel_id}/messages/{message_id}"

return {
    {
        name = "messages.send",
        doc = "Sends a message. It needs a content, embeds, components, stickers, a poll or files.",
        params = {
            p.channel, p.content, p.embeds, p.components, p.flags, p.mentions, p.tts,
            { "replyTo", "id", to = "body:message_reference.message_id", doc = "The message that this one answers." },
            p.stickers, p.poll, p.files, p.attachments,
            p.masquerade,
        },
        result = "Message", effect = true,
        discord = { "POST /channels/{channel_id}/messages", body = p.safe_mentions },
    },
    {
        name = "messages.reply",
        doc = "Answers a message: messages.send with a reference.",
        params = {
            p.channel,
            p.with(p.message, {
                to = "body:message_reference.message_id", required = true, doc = "The message that is answered.",
            }),
            p.content, p.embeds, p.components, p.flags, p.mentions, p.tts, p.stickers, p.poll, p.files, p.attachments,
            p.masquerade,
        },
        result = "Message", effect = true,
        discord = { "POST /channels/{channel_id}/messages", body = p.safe_reply },
    },
    {
        name = "messages.forward",
        doc = "Sends a message on to another channel.",
        params = {
            p.channel,
            { "fromChannelId", "id", required = true, to = "body:message_reference.channel_id", doc = "Where it is now." },
            p.with(p.message, { required = true, to = "body:message_reference.message_id" }),
        },
        result = "Message", effect = true,
        discord = { "POST /channels/{channel_id}/messages", body = '{"message_reference":{"type":1}}' },
    },
    {
        name = "messages.edit",
        doc = "Changes a message of the bot. What is not given stays; null takes it away.",
        params = {
            p.channel, p.message, p.content, p.embeds, p.components, p.flags, p.mentions, p.files, p.attachments,
        },
        result = "Message",
        discord = { "PATCH " .. one, body = p.safe_mentions },
    },
    {
        name = "messages.delete",
        doc = "Deletes a message.",
        params = { p.channel, p.message },
        discord = { "DELETE " .. one, reason = true },
    },
    {
        name = "messages.bulkDelete",
        doc = "Deletes several messages, none of them older than 14 days.",
        params = {
            p.channel,
            { "messageIds", "ids", required = true, min = 2, max = 100, to = "body:messages", doc = "The messages." },
        },
        discord = { "POST /channels/{channel_id}/messages/bulk-delete", reason = true },
    },
    {
        name = "messages.get",
        doc = "One message.",
        params = { p.channel, p.message },
        result = "Message",
        discord = { "GET " .. one },
    },
    {
        name = "messages.list",
        doc = "Messages of a channel, the newest first.",
        params = {
            p.channel, p.limit(100), p.before, p.after,
            { "around", "id", doc = "Those before and after this one. Only one of before, after and around may be given." },
        },
        result = "Message[]",
        page = { by = "before", at = "id", most = 100 },
        discord = { "GET /channels/{channel_id}/messages" },
    },
    {
        name = "messages.search",
        doc = "Messages of a guild by what is in them. While the platform is still making its index, the answer has "
            .. "`code` 110000 and `retry_after` instead of messages.",
        params = {
            p.guild,
            { "content", "text", max = 1024, doc = "Words of it." },
            { "authorId", "ids", doc = "Who wrote it." },
            { "channelId", "ids", max = 500, doc = "Where it stands." },
            { "mentions", "ids", doc = "Users that it mentions." },
            { "has", "texts", doc = "image, video, file, link, embed, poll, sound, sticker, snapshot; \"-\" in front: without." },
            { "pinned", "boolean", doc = "Only pinned ones, or only others." },
            { "minId", "id", doc = "Not older than this." },
            { "maxId", "id", doc = "Not newer than this." },
            { "sortBy", "text", doc = "timestamp or relevance." },
            { "sortOrder", "text", doc = "desc or asc." },
            p.limit(25),
            { "offset", "integer", min = 0, max = 9975, doc = "How many to skip." },
            { "query", "object", to = "query:*", doc = "Further keys of the platform's query, as they are." },
        },
        discord = { "GET /guilds/{guild_id}/messages/search" },
    },
    {
        name = "messages.crosspost",
        doc = "Publishes a message of an announcement channel to the channels that follow it.",
        params = { p.channel, p.message },
        result = "Message",
        discord = { "POST " .. one .. "/crosspost" },
    },
}
