-- How a bridge carries out an operation: nearly all are a message to a chat, whose content the adapter writes.

local channel = { channelId = "adapter" }

local function with(...)
    local out = {}
    for _, part in ipairs({ ... }) do
        for key, value in pairs(part) do out[key] = value end
    end
    return out
end

local one = with(channel, { messageId = "adapter" })
local written = { content = "adapter", embeds = "adapter" }
local sent = with(channel, written, {
    files = "adapter", poll = "adapter", masquerade = "adapter", extra = "adapter",
})
-- What other platforms have in a message: a script that gives it is served without it.
local unknown = { "components", "flags", "tts", "allowedMentions", "stickerIds", "attachments" }
local how = "Content is turned into WhatsApp's marks, embeds into text. A first file has the content as its caption, further "
    .. "ones follow as messages of their own; { url = } is fetched by the bridge. A masquerade's name stands in front."

return {
    ["messages.send"] = {
        "POST /messages", params = with(sent, { replyTo = "adapter" }), drop = unknown, result = "Message", doc = how,
    },
    ["messages.reply"] = {
        "POST /messages", params = with(sent, { messageId = "adapter" }), drop = unknown, result = "Message",
        doc = "As messages.send; what is answered is quoted by its id alone.",
    },
    ["messages.edit"] = {
        "POST /messages", params = with(one, written, { extra = "adapter" }),
        drop = { "components", "flags", "allowedMentions", "attachments" }, result = "Message",
        doc = "Of the account's own messages, for about 15 minutes; text only.",
    },
    ["messages.delete"] = {
        "POST /messages", params = one, drop = { "reason" },
        doc = "For everyone. Of others' messages as an admin of the group alone.",
    },
    ["messages.bulkDelete"] = {
        "ADAPTER", params = with(channel, { messageIds = "adapter" }), drop = { "reason" }, doc = "One by one.",
    },
    ["messages.get"] = {
        "GET /messages", params = one, result = "Message", doc = "Among the newest 100 of the chat that the bridge keeps.",
    },
    ["messages.list"] = {
        "GET /messages", params = with(channel, { limit = "adapter" }), result = "Message[]",
        doc = "The newest that the bridge keeps.",
    },
    ["reactions.add"] = {
        "POST /messages", params = with(one, { emoji = "adapter" }),
        doc = "An account has one reaction to a message: another one takes its place.",
    },
    ["reactions.remove"] = {
        "POST /messages", params = with(one, { emoji = "adapter" }), doc = "Whatever the reaction was.",
    },
    ["pins.add"] = { "POST /messages", params = one, drop = { "reason" }, doc = "For seven days." },
    ["pins.remove"] = { "POST /messages", params = one, drop = { "reason" } },
    ["users.get"] = { "GET /contacts/{jid}", params = { userId = "adapter" }, result = "User", holes = { "jid" } },
    ["users.me"] = { "ADAPTER", params = {}, result = "User", doc = "Known once the bridge has said who it is." },
    ["dms.open"] = {
        "ADAPTER", params = { userId = "adapter" }, result = "Channel", doc = "A person's id is the chat's id: nothing is asked.",
    },
}
