local f = require "http.fields"

local all = "/api/channels/:channelId/messages"
local one = all .. "/:messageId"
local reaction = one .. "/reactions/:emoji"

local function act(route, operation, constant, code, text, doc)
    return {
        route, scope = "write:messages", operation = operation, constant = constant, doc = doc, failure = { 400, code, text },
    }
end

return {
    group = "Messages",
    {
        "GET " .. all, scope = "read:messages", operation = "messages.list", result = "Message[]", unknown_empty = true,
        query = {
            f.with(f.limit(100, 50), { lenient = false }), f.before, f.after, { "around", "id", doc = "Those before and after this one." },
        },
        page = "id", cursor = "before", doc = "Messages of a channel, the newest first.",
    },
    {
        "GET " .. all .. "/pinned", scope = "read:messages", flow = "pinned_messages", operation = "pins.list",
        result = "Message[]", unknown_empty = true, page = "pinnedAt", cursor = "before",
        query = { f.limit(50, 50), { "before", "time", doc = "Only what was pinned earlier." } },
        doc = "What is pinned, the newest first.",
    },
    {
        "GET " .. one, scope = "read:messages", operation = "messages.get", result = "Message",
        cache = { "messages", owner = "channelId", id = "messageId" },
        failure = { 404, "MESSAGE_NOT_FOUND", "Message not found" }, doc = "One message.",
    },
    {
        "POST " .. all, scope = "write:messages", operation = "messages.send", result = "Message", status = 201,
        body = f.list(
            { { "content", "text", max = 2000, doc = "The text; it, or one of the others, must be there." } }, { f.embeds },
            {
                { "replyTo", "id", doc = "The message that this one answers." }, { "tts", "boolean", doc = "Read it out." },
                { "stickerIds", "ids", max = 3, doc = "Stickers." },
                { "poll", "any_object", doc = "A poll, in the platform's form." },
            },
            f.message_parts),
        any_of = { "content", "embeds", "components", "files", "stickerIds", "poll" },
        any_of_text = "Either content or at least one embed is required",
        large = true, failure = { 400, "SEND_FAILED", "Failed to send message" }, doc = "Sends a message.",
    },
    {
        "PATCH " .. one, scope = "write:messages", operation = "messages.edit", result = "Message",
        body = f.list({ { "content", "text", nullable = true, max = 2000, doc = "The text; null takes it away." } }, { f.embeds },
            f.message_parts),
        large = true, failure = { 400, "EDIT_FAILED", "Failed to edit message" }, doc = "Changes a message of the bot.",
    },
    {
        "DELETE " .. one, scope = "write:messages", operation = "messages.delete", constant = '{"deleted":true}',
        body = { f.reason }, failure = { 400, "DELETE_FAILED", "Failed to delete message" }, doc = "Deletes a message.",
    },
    {
        "POST " .. all .. "/bulk-delete", scope = "write:messages", flow = "bulk_delete", operation = "messages.bulkDelete",
        result = "DeletedMessages", body = { { "messageIds", "ids", required = true, max = 1000, doc = "The messages." }, f.reason },
        missing = { "MISSING_MESSAGE_IDS", "messageIds array is required" }, doc = "Deletes several messages.",
    },
    act("POST " .. reaction, "reactions.add", '{"reacted":true}', "REACTION_FAILED", "Failed to add reaction", "Reacts to a message."),
    {
        "DELETE " .. reaction, scope = "write:messages", flow = "reaction_remove", operation = "reactions.remove",
        constant = '{"removed":true}', query = { { "userId", "id", to = "-", doc = "Whose; the bot's own." } },
        failure = { 400, "REACTION_REMOVE_FAILED", "Failed to remove reaction" }, doc = "Takes a reaction back.",
    },
    act("DELETE " .. one .. "/reactions", "reactions.clear", '{"removed":true}', "REACTIONS_REMOVE_FAILED",
        "Failed to remove reactions", "Takes all reactions off a message."),
    {
        "GET " .. reaction .. "/users", scope = "read:messages", operation = "reactions.list", result = "User[]",
        query = { f.limit(100, 100), f.after }, page = "id", unknown_empty = true, doc = "Who reacted so, by user id.",
    },
    act("POST " .. one .. "/pin", "pins.add", '{"pinned":true}', "PIN_FAILED", "Failed to pin message", "Pins a message."),
    act("DELETE " .. one .. "/pin", "pins.remove", '{"unpinned":true}', "UNPIN_FAILED", "Failed to unpin message",
        "Takes a pin off."),
    act("POST " .. one .. "/crosspost", "messages.crosspost", '{"crossposted":true}', "CROSSPOST_FAILED",
        "Failed to crosspost message", "Publishes a message of an announcement channel."),
}
