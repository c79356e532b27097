local p = require "params"

return {
    {
        name = "messages.send",
        doc = "Sends a message. It needs a content, embeds, components or stickers.",
        params = {
            p.channel, p.content, p.embeds, p.components, p.flags, p.mentions, p.tts,
            { "replyTo", "id", to = "body:message_reference.message_id", doc = "The message that this one answers." },
            { "stickerIds", "json", doc = "List of up to three stickers." },
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
            p.content, p.embeds, p.components, p.flags, p.mentions, p.tts,
        },
        result = "Message", effect = true,
        discord = { "POST /channels/{channel_id}/messages", body = p.safe_mentions },
    },
    {
        name = "messages.edit",
        doc = "Changes a message of the bot. What is not given stays.",
        params = { p.channel, p.message, p.content, p.embeds, p.components, p.flags, p.mentions },
        result = "Message",
        discord = { "PATCH /channels/{channel_id}/messages/{message_id}", body = p.safe_mentions },
    },
    {
        name = "messages.delete",
        doc = "Deletes a message.",
        params = { p.channel, p.message },
        discord = { "DELETE /channels/{channel_id}/messages/{message_id}" },
    },
}
