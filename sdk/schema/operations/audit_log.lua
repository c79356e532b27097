local p = require "params"

return {
    {
        name = "auditLog.list",
        doc = "What was done in a guild, the latest first; with `after` the earliest first. Beside audit_log_entries the "
            .. "answer has the users, threads, webhooks and so on that are named.",
        params = {
            p.guild, p.limit(100), p.before, p.after,
            { "userId", "id", doc = "Who did it." },
            { "targetId", "id", doc = "To whom or what." },
            { "actionType", "integer", min = 1, max = 1000, doc = "What was done, as the platform's number." },
        },
        page = { by = "before", items = "audit_log_entries", at = "id", most = 100 },
        discord = { "GET /guilds/{guild_id}/audit-logs" },
    },
}
