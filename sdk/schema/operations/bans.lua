local p = require "params"

local one = "/guilds/{guild_id}/bans/{user_id}"
local clean = { "deleteMessageSeconds", "integer", min = 0, max = 604800, doc = "Delete messages of the last seconds." }

return {
    {
        name = "bans.list",
        doc = "The bans of a guild, by user id: { reason, user } each.",
        params = { p.guild, p.limit(1000), p.before, p.after },
        page = { by = "after", at = "user.id", most = 1000 },
        discord = { "GET /guilds/{guild_id}/bans" },
    },
    {
        name = "bans.get",
        doc = "One ban: { reason, user }.",
        params = { p.guild, p.user },
        discord = { "GET " .. one },
    },
    {
        name = "bans.create",
        doc = "Bans a user, who need not be a member.",
        params = { p.guild, p.user, clean },
        discord = { "PUT " .. one, reason = true },
    },
    {
        name = "bans.remove",
        doc = "Lifts a ban.",
        params = { p.guild, p.user },
        discord = { "DELETE " .. one, reason = true },
    },
    {
        name = "bans.bulk",
        doc = "Bans several users: { banned_users, failed_users }.",
        params = { p.guild, { "userIds", "ids", required = true, min = 1, max = 200, doc = "The users." }, clean },
        discord = { "POST /guilds/{guild_id}/bulk-ban", reason = true },
    },
}
