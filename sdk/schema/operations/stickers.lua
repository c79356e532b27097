local p = require "params"

local all = "/guilds/{guild_id}/stickers"
local one = all .. "/{sticker_id}"
local sticker = { "stickerId", "id", doc = "The sticker." }
local name = { "name", "text", min = 2, max = 30, doc = "Its name." }
local about = { "description", "text", nullable = true, max = 100, doc = "About it: empty, or 2 to 100 characters." }
local tags = { "tags", "text", max = 200, doc = "Words that suggest it." }

return {
    { name = "stickers.get", doc = "Any sticker.", params = { sticker }, result = "Sticker", discord = { "GET /stickers/{sticker_id}" } },
    { name = "stickers.packs", doc = "The packs that come with the platform.", params = {}, discord = { "GET /sticker-packs" } },
    {
        name = "stickers.pack", doc = "One pack.", params = { { "packId", "id", doc = "The pack." } },
        discord = { "GET /sticker-packs/{pack_id}" },
    },
    { name = "stickers.list", doc = "The stickers of a guild.", params = { p.guild }, result = "Sticker[]", discord = { "GET " .. all } },
    {
        name = "stickers.getGuild", doc = "One sticker of a guild.", params = { p.guild, sticker },
        result = "Sticker", discord = { "GET " .. one },
    },
    {
        name = "stickers.create",
        doc = "Adds a sticker to a guild.",
        params = {
            p.guild, p.required(name), p.required(p.with(about, { nullable = false })), p.required(tags),
            {
                "file", "files", required = true, max = 1, to = "form:file",
                doc = "The picture, at most 512 KiB: as files of messages.send.",
            },
        },
        result = "Sticker", discord = { "POST " .. all, reason = true },
    },
    {
        name = "stickers.edit", doc = "Changes a sticker of a guild.", params = { p.guild, sticker, name, about, tags },
        result = "Sticker", discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "stickers.delete", doc = "Deletes a sticker of a guild.", params = { p.guild, sticker },
        discord = { "DELETE " .. one, reason = true },
    },
}
