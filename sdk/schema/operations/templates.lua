local p = require "params"

local all = "/guilds/{guild_id}/templates"
local one = all .. "/{code}"
local code = { "code", "text", max = 100, doc = "The template's code." }
local name = { "name", "text", min = 1, max = 100, doc = "Its name." }
local about = { "description", "text", nullable = true, max = 120, doc = "About it." }

return {
    {
        name = "templates.get", doc = "A template by its code.", params = { code },
        discord = { "GET /guilds/templates/{code}" },
    },
    { name = "templates.list", doc = "The templates of a guild.", params = { p.guild }, discord = { "GET " .. all } },
    {
        name = "templates.create", doc = "Makes a template of a guild.", params = { p.guild, p.required(name), about },
        discord = { "POST " .. all },
    },
    {
        name = "templates.sync", doc = "Brings a template up to date.", params = { p.guild, code },
        discord = { "PUT " .. one },
    },
    {
        name = "templates.edit", doc = "Changes a template.", params = { p.guild, code, name, about },
        discord = { "PATCH " .. one },
    },
    {
        name = "templates.delete", doc = "Deletes a template.", params = { p.guild, code },
        discord = { "DELETE " .. one },
    },
}
