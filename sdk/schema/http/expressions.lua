local f = require "http.fields"

local stickers, emojis = "/api/guilds/:guildId/stickers", "/api/guilds/:guildId/emojis"
local sticker, emoji = stickers .. "/:stickerId", emojis .. "/:emojiId"
local roles = { "roles", "ids", nullable = true, doc = "Who may use it; empty: everybody." }

return {
    group = "Stickers and emojis",
    {
        "GET " .. stickers, scope = "read:guilds", operation = "stickers.list", result = "Sticker[]",
        cache = { "stickers", owner = "guildId" }, unknown_empty = true, doc = "The stickers of a guild.",
    },
    {
        "GET " .. sticker, scope = "read:guilds", operation = "stickers.getGuild", result = "Sticker",
        cache = { "stickers", owner = "guildId", id = "stickerId" }, doc = "One sticker.",
        failure = { 404, "STICKER_NOT_FOUND", "Sticker not found" },
    },
    {
        "POST " .. stickers, scope = "admin", operation = "stickers.create", result = "Sticker", status = 201, large = true,
        flow = "sticker_create",
        body = {
            { "file", "image", required = true, doc = "The picture." },
            { "name", "text", required = true, min = 2, max = 30, doc = "Its name." },
            { "tags", "text", required = true, min = 1, max = 200, doc = "Words that suggest it." },
            { "description", "text", nullable = true, max = 100, doc = "About it." }, f.reason,
        },
        failure = { 400, "STICKER_CREATE_FAILED", "Failed to create sticker" }, doc = "Adds a sticker.",
    },
    {
        "PATCH " .. sticker, scope = "admin", operation = "stickers.edit", result = "Sticker",
        body = {
            { "name", "text", min = 2, max = 30, doc = "Its name." },
            { "description", "text", nullable = true, max = 100, doc = "About it." },
            { "tags", "text", max = 200, doc = "Words that suggest it." }, f.reason,
        },
        failure = { 404, "STICKER_UPDATE_FAILED", "Sticker not found or failed to update" }, doc = "Changes a sticker.",
    },
    {
        "DELETE " .. sticker, scope = "admin", operation = "stickers.delete", nothing = true, body = { f.reason },
        failure = { 404, "STICKER_DELETE_FAILED", "Sticker not found or failed to delete" }, doc = "Deletes a sticker.",
    },
    {
        "GET " .. emoji, scope = "read:guilds", operation = "emojis.get", result = "Emoji",
        cache = { "emojis", owner = "guildId", id = "emojiId" }, doc = "One emoji.",
        failure = { 404, "EMOJI_NOT_FOUND", "Emoji not found" },
    },
    {
        "POST " .. emojis, scope = "admin", operation = "emojis.create", result = "Emoji", status = 201, large = true,
        body = {
            { "attachment", "image", required = true, to = "image", doc = "The picture, at most 256 KiB." },
            { "name", "text", required = true, min = 2, max = 32, doc = "Its name." }, roles, f.reason,
        },
        failure = { 400, "EMOJI_CREATE_FAILED", "Failed to create emoji" }, doc = "Adds an emoji.",
    },
    {
        "PATCH " .. emoji, scope = "admin", operation = "emojis.edit", result = "Emoji",
        body = { { "name", "text", min = 2, max = 32, doc = "Its name." }, roles, f.reason },
        failure = { 404, "EMOJI_UPDATE_FAILED", "Emoji not found or failed to update" }, doc = "Changes an emoji.",
    },
    {
        "DELETE " .. emoji, scope = "admin", operation = "emojis.delete", nothing = true, body = { f.reason },
        failure = { 404, "EMOJI_DELETE_FAILED", "Emoji not found or failed to delete" }, doc = "Deletes an emoji.",
    },
}
