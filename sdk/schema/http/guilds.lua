local f = require "http.fields"

local g = "/api/guilds/:guildId"

return {
    group = "Guilds",
    {
        "GET /api/guilds", scope = "read:guilds", flow = "guilds", operation = "guilds.list", result = "Guild[]",
        doc = "The guilds that the bot is in; of a key that is limited to guilds, those.",
        query = { f.limit(200), f.after },
        page = "id",
    },
    {
        "GET " .. g, scope = "read:guilds", operation = "guilds.get", result = "Guild", cache = { "guilds", id = "guildId" },
        doc = "One guild.", failure = { 404, "GUILD_NOT_FOUND", "Guild not found" },
    },
    {
        "GET " .. g .. "/channels", scope = "read:channels", flow = "guild_channels", operation = "channels.list",
        result = "Channel[]", unknown_empty = true, doc = "Its channels and the threads that are going on.",
    },
    {
        "GET " .. g .. "/roles", scope = "read:guilds", flow = "guild_roles", operation = "roles.list", result = "Role[]",
        unknown_empty = true, doc = "Its roles, the highest first.",
    },
    {
        "GET " .. g .. "/emojis", scope = "read:guilds", operation = "emojis.list", result = "Emoji[]",
        cache = { "emojis", owner = "guildId" }, unknown_empty = true, doc = "Its emojis.",
    },
    {
        "GET " .. g .. "/bans", scope = "read:members", operation = "bans.list", result = "GuildBan[]",
        query = { f.limit(1000), f.before, f.after }, page = "userId", unknown_empty = true, doc = "Who is banned, by user id.",
    },
    {
        "GET " .. g .. "/invites", scope = "read:guilds", operation = "invites.listGuild", result = "GuildInvite[]",
        unknown_empty = true, doc = "Its invites.",
    },
}
