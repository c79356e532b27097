local p = require "params"

local all, application = "/guilds/{guild_id}/emojis", "/applications/{application_id}/emojis"
local emoji = { "emojiId", "id", doc = "The emoji." }
local name = { "name", "text", min = 2, max = 32, doc = "Its name." }
local image = { "image", "image", required = true, doc = "The picture, at most 256 KiB." }
local roles = { "roles", "ids", nullable = true, doc = "Roles that may use it; none for all." }

return {
    {
        name = "emojis.list", doc = "The emojis of a guild.", params = { p.guild }, result = "Emoji[]",
        discord = { "GET " .. all },
    },
    {
        name = "emojis.get", doc = "One emoji of a guild.", params = { p.guild, emoji }, result = "Emoji",
        discord = { "GET " .. all .. "/{emoji_id}" },
    },
    {
        name = "emojis.create", doc = "Adds an emoji to a guild.", params = { p.guild, p.required(name), image, roles },
        result = "Emoji",
        discord = { "POST " .. all, reason = true },
    },
    {
        name = "emojis.edit", doc = "Changes an emoji of a guild.", params = { p.guild, emoji, name, roles }, result = "Emoji",
        discord = { "PATCH " .. all .. "/{emoji_id}", reason = true },
    },
    {
        name = "emojis.delete", doc = "Deletes an emoji of a guild.", params = { p.guild, emoji },
        discord = { "DELETE " .. all .. "/{emoji_id}", reason = true },
    },
    {
        name = "applicationEmojis.list", doc = "The bot's own emojis: { items }.", params = {},
        discord = { "GET " .. application },
    },
    {
        name = "applicationEmojis.get", doc = "One of the bot's own emojis.", params = { emoji }, result = "Emoji",
        discord = { "GET " .. application .. "/{emoji_id}" },
    },
    {
        name = "applicationEmojis.create", doc = "Adds an emoji of the bot's own.", params = { p.required(name), image },
        result = "Emoji",
        discord = { "POST " .. application },
    },
    {
        name = "applicationEmojis.edit", doc = "Renames one of the bot's own emojis.", params = { emoji, p.required(name) },
        result = "Emoji",
        discord = { "PATCH " .. application .. "/{emoji_id}" },
    },
    {
        name = "applicationEmojis.delete", doc = "Deletes one of the bot's own emojis.", params = { emoji },
        discord = { "DELETE " .. application .. "/{emoji_id}" },
    },
}
