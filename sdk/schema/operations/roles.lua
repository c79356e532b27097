local p = require "params"

local settings = {
    { "name", "text", min = 1, max = 100, doc = "Its name." },
    { "permissions", "bits", doc = "What its members may do, as a bit set." },
    { "color", "integer", min = 0, max = 16777215, doc = "Its colour." },
    { "colors", "object", doc = "Its colours: primary_color, secondary_color, tertiary_color." },
    { "hoist", "boolean", doc = "Shown apart in the member list." },
    { "icon", "image", nullable = true, doc = "Its picture." },
    { "unicodeEmoji", "text", nullable = true, doc = "A character instead of a picture." },
    { "mentionable", "boolean", doc = "Everybody may ping it." },
}

return {
    {
        name = "roles.list",
        doc = "The roles of a guild.",
        params = { p.guild },
        result = "Role[]",
        discord = { "GET /guilds/{guild_id}/roles" },
    },
    {
        name = "roles.get",
        doc = "One role.",
        params = { p.guild, p.role },
        result = "Role",
        discord = { "GET /guilds/{guild_id}/roles/{role_id}" },
    },
    {
        name = "roles.create",
        doc = "Makes a role.",
        params = p.list(p.guild, settings),
        result = "Role",
        discord = { "POST /guilds/{guild_id}/roles", reason = true },
    },
    {
        name = "roles.edit",
        doc = "Changes a role. What is not given stays.",
        params = p.list(p.guild, p.role, settings),
        result = "Role",
        discord = { "PATCH /guilds/{guild_id}/roles/{role_id}", reason = true },
    },
    {
        name = "roles.delete",
        doc = "Deletes a role.",
        params = { p.guild, p.role },
        discord = { "DELETE /guilds/{guild_id}/roles/{role_id}", reason = true },
    },
    {
        name = "roles.setPositions",
        doc = "Moves several roles of a guild.",
        params = {
            p.guild,
            { "positions", "list", required = true, to = "body:*", doc = "{ id, position } for each that moves." },
        },
        result = "Role[]",
        discord = { "PATCH /guilds/{guild_id}/roles", reason = true },
    },
    {
        name = "roles.memberCounts",
        doc = "How many members each role has, by its id.",
        params = { p.guild },
        discord = { "GET /guilds/{guild_id}/roles/member-counts" },
    },
}
