local p = require "params"

local code = { "code", "text", max = 100, doc = "The invite's code." }

return {
    {
        name = "invites.get",
        doc = "What an invite leads to.",
        params = {
            code, { "withCounts", "boolean", doc = "With approximate numbers of members." },
            { "guildScheduledEventId", "id", doc = "With this event." },
        },
        discord = { "GET /invites/{code}" },
    },
    {
        name = "invites.delete", doc = "Takes an invite back.", params = { code },
        discord = { "DELETE /invites/{code}", reason = true },
    },
    {
        name = "invites.listGuild", doc = "The invites of a guild.", params = { p.guild },
        discord = { "GET /guilds/{guild_id}/invites" },
    },
    {
        name = "invites.listChannel", doc = "The invites of a channel.", params = { p.channel },
        discord = { "GET /channels/{channel_id}/invites" },
    },
    {
        name = "invites.create",
        doc = "Makes an invite.",
        params = {
            p.channel,
            { "maxAge", "integer", min = 0, max = 604800, doc = "Seconds that it lasts; 0 for ever, a day by default." },
            { "maxUses", "integer", min = 0, max = 100, doc = "How often it can be used; 0 for no limit." },
            { "temporary", "boolean", doc = "Who leaves without a role is no member." },
            { "unique", "boolean", doc = "Never one that exists already." },
            { "targetType", "choice", names = { stream = 1, embeddedApplication = 2 }, doc = "What it leads to." },
            { "targetUserId", "id", doc = "Whose stream." },
            { "targetApplicationId", "id", doc = "Which application." },
            { "roleIds", "ids", doc = "Roles that it gives." },
        },
        discord = { "POST /channels/{channel_id}/invites", body = "{}", reason = true },
    },
    {
        name = "invites.targetUsers", doc = "For whom an invite is, as text with one id in each line.", params = { code },
        discord = { "GET /invites/{code}/target-users" },
    },
    {
        name = "invites.setTargetUsers",
        doc = "Sets for whom an invite is.",
        params = {
            code,
            {
                "file", "files", required = true, max = 1, to = "form:target_users_file",
                doc = "A CSV file with one column, user_id: as files of messages.send.",
            },
        },
        discord = { "PUT /invites/{code}/target-users" },
    },
    {
        name = "invites.targetUsersStatus", doc = "How far setTargetUsers has come.", params = { code },
        discord = { "GET /invites/{code}/target-users/job-status" },
    },
}
