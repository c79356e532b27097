local f = require "http.fields"

local all = "/api/guilds/:guildId/members"
local one = all .. "/:userId"

return {
    group = "Members",
    {
        "GET " .. all, scope = "read:members", operation = "members.list", result = "Member[]", unknown_empty = true,
        query = { f.limit(1000, 1000), f.after }, page = "id", doc = "Its members, by user id.",
    },
    {
        "GET " .. all .. "/search", scope = "read:members", operation = "members.search", result = "Member[]",
        unknown_empty = true, doc = "Members whose name or nickname begins with a text.",
        query = { { "q", "text", required = true, min = 1, max = 100, to = "query", doc = "The beginning." }, f.limit(1000, 20) },
        missing = { "MISSING_QUERY", "Missing query parameter" },
    },
    {
        "GET " .. one, scope = "read:members", operation = "members.get", result = "Member",
        cache = { "members", owner = "guildId", id = "userId" }, doc = "One member.",
        failure = { 404, "MEMBER_NOT_FOUND", "Member not found" },
    },
    {
        "POST " .. one .. "/kick", scope = "write:members", operation = "members.kick", constant = '{"kicked":true}',
        body = { f.reason }, doc = "Removes a member.", failure = { 400, "KICK_FAILED", "Failed to kick member" },
    },
    {
        "POST " .. one .. "/ban", scope = "write:members", operation = "bans.create", constant = '{"banned":true}',
        body = { f.reason, { "deleteMessageSeconds", "integer", min = 0, max = 604800, doc = "Whose messages go, too." } },
        doc = "Bans somebody.", failure = { 400, "BAN_FAILED", "Failed to ban member" },
    },
    {
        "DELETE " .. all .. "/bans/:userId", alias = "DELETE /api/guilds/:guildId/bans/:userId", scope = "write:members",
        operation = "bans.remove", constant = '{"unbanned":true}', body = { f.reason }, doc = "Lifts a ban.",
        failure = { 400, "UNBAN_FAILED", "Failed to unban user" },
    },
    {
        "PATCH " .. one .. "/nickname", scope = "write:members", flow = "member_nickname", operation = "members.setNick",
        result = "Member", doc = "Sets or clears a nickname.",
        body = { { "nickname", "text", nullable = true, max = 32, doc = "Null or nothing clears it." }, f.reason },
        failure = { 400, "NICKNAME_FAILED", "Failed to set nickname" },
    },
    {
        "PATCH " .. one .. "/roles", scope = "write:members", flow = "member_roles", operation = "members.get",
        result = "Member", doc = "Gives roles and takes others; the others stay.",
        body = {
            { "add", "ids", max = 250, doc = "Roles that are given." },
            { "remove", "ids", max = 250, doc = "Roles that are taken." }, f.reason,
        },
        failure = { 400, "ROLES_FAILED", "Failed to modify roles" },
    },
    {
        "POST " .. one .. "/timeout", scope = "write:members", flow = "member_timeout", operation = "members.timeout",
        result = "Member", doc = "Silences a member for a while.",
        body = {
            { "duration", "number", required = true, min = 1, max = 2419200000, doc = "Milliseconds; at most 28 days." },
            f.reason,
        },
        missing = { "MISSING_DURATION", "Duration is required (in milliseconds)" },
        failure = { 400, "TIMEOUT_FAILED", "Failed to timeout member" },
    },
    {
        "DELETE " .. one .. "/timeout", scope = "write:members", operation = "members.removeTimeout", result = "Member",
        body = { f.reason }, doc = "Ends a timeout.", failure = { 400, "TIMEOUT_REMOVE_FAILED", "Failed to remove timeout" },
    },
}
