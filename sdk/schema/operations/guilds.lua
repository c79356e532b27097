local p = require "params"

local g = "/guilds/{guild_id}"

local function read(verb, path, doc, more)
    local out = { name = "guilds." .. verb, doc = doc, params = { p.guild }, discord = { "GET " .. g .. path } }
    for key, value in pairs(more or {}) do out[key] = value end
    return out
end

local prune = {
    { "days", "integer", min = 1, max = 30, doc = "Days without a visit; 7." },
    { "includeRoles", "ids", doc = "Also members with these roles." },
}

return {
    read("get", "", "One guild.", {
        params = { p.guild, { "withCounts", "boolean", doc = "With the approximate numbers of members and of those online." } },
        result = "Guild",
    }),
    {
        name = "guilds.list",
        doc = "The guilds that the bot is in, shortened, by id.",
        params = {
            p.limit(200), p.before, p.after,
            { "withCounts", "boolean", doc = "With the approximate numbers of members." },
        },
        page = { by = "after", at = "id", most = 200 },
        discord = { "GET /users/@me/guilds" },
    },
    {
        name = "guilds.edit",
        doc = "Changes a guild. What is not given stays; null takes it away.",
        params = {
            p.guild,
            { "name", "text", min = 2, max = 100, doc = "Its name." },
            { "description", "text", nullable = true, max = 300, doc = "About it." },
            { "icon", "image", nullable = true, doc = "Its picture." },
            { "banner", "image", nullable = true, doc = "Its banner." },
            { "splash", "image", nullable = true, doc = "The picture behind its invites." },
            { "discoverySplash", "image", nullable = true, doc = "Its picture in the directory." },
            { "verificationLevel", "integer", nullable = true, min = 0, max = 4, doc = "Who may write." },
            {
                "defaultMessageNotifications", "integer", nullable = true, min = 0, max = 1,
                doc = "0 for all messages, 1 for mentions.",
            },
            { "explicitContentFilter", "integer", nullable = true, min = 0, max = 2, doc = "Whose pictures are checked." },
            { "afkChannelId", "id", nullable = true, doc = "Voice channel for those who are away." },
            { "afkTimeout", "integer", min = 60, max = 3600, doc = "Seconds until somebody counts as away." },
            { "systemChannelId", "id", nullable = true, doc = "Where the guild's own messages go." },
            { "systemChannelFlags", "integer", doc = "Bit set of what does not go there." },
            { "rulesChannelId", "id", nullable = true, doc = "Where the rules are." },
            { "publicUpdatesChannelId", "id", nullable = true, doc = "Where notices for moderators go." },
            { "safetyAlertsChannelId", "id", nullable = true, doc = "Where safety alerts go." },
            { "preferredLocale", "text", nullable = true, doc = "Language." },
            { "features", "texts", doc = "All features that can be changed and are to be on." },
            { "premiumProgressBarEnabled", "boolean", doc = "Shows the boosts." },
        },
        result = "Guild",
        discord = { "PATCH " .. g, reason = true },
    },
    {
        name = "guilds.leave",
        doc = "The bot leaves a guild.",
        params = { p.guild },
        discord = { "DELETE /users/@me/guilds/{guild_id}" },
    },
    read("preview", "/preview", "A public guild as it is shown to those who are not in it."),
    read("welcomeScreen", "/welcome-screen", "What new members see first."),
    {
        name = "guilds.editWelcomeScreen",
        doc = "Changes what new members see first.",
        params = {
            p.guild,
            { "enabled", "boolean", nullable = true, doc = "Whether it is shown." },
            { "welcomeChannels", "list", nullable = true, max = 5, doc = "{ channel_id, description, emoji_id, emoji_name } each." },
            { "description", "text", nullable = true, max = 140, doc = "About the guild." },
        },
        discord = { "PATCH " .. g .. "/welcome-screen", reason = true },
    },
    read("newMemberWelcome", "/new-member-welcome", "The guide for new members."),
    read("onboarding", "/onboarding", "The questions for new members."),
    {
        name = "guilds.setOnboarding",
        doc = "Sets the questions for new members.",
        params = {
            p.guild,
            { "prompts", "list", max = 15, doc = "The questions, in the platform's form." },
            { "defaultChannelIds", "ids", doc = "Channels that everybody sees." },
            { "enabled", "boolean", doc = "Whether they are asked." },
            { "mode", "integer", min = 0, max = 1, doc = "What counts for the least number of channels." },
        },
        discord = { "PUT " .. g .. "/onboarding", reason = true },
    },
    read("widgetSettings", "/widget", "Whether the widget is on, and the channel that it invites to."),
    {
        name = "guilds.editWidget",
        doc = "Changes the widget's settings.",
        params = {
            p.guild, { "enabled", "boolean", doc = "Whether it is on." },
            { "channelId", "id", nullable = true, doc = "The channel that it invites to." },
        },
        discord = { "PATCH " .. g .. "/widget", reason = true },
    },
    read("widget", "/widget.json", "The widget's content."),
    read("vanityUrl", "/vanity-url", "The guild's own invite: { code, uses }."),
    read("voiceRegions", "/regions", "The voice regions that the guild may use."),
    read("integrations", "/integrations", "What is connected to the guild.", { result = "Integration[]" }),
    {
        name = "guilds.deleteIntegration",
        doc = "Disconnects something from the guild; its bot leaves.",
        params = { p.guild, { "integrationId", "id", doc = "The integration." } },
        discord = { "DELETE " .. g .. "/integrations/{integration_id}", reason = true },
    },
    read("pruneCount", "/prune", "How many members a prune would remove: { pruned }.", {
        params = p.list(p.guild, prune[1], p.with(prune[2], { list = "comma" })),
    }),
    {
        name = "guilds.prune",
        doc = "Removes members who have not come for a while: { pruned }.",
        params = p.list(p.guild, prune, {
            "computePruneCount", "boolean", doc = "False for large guilds: the answer has no number.",
        }),
        discord = { "POST " .. g .. "/prune", reason = true },
    },
    {
        name = "guilds.setIncidentActions",
        doc = "Closes invites or direct messages for a while.",
        params = {
            p.guild,
            { "invitesDisabledUntil", "time", nullable = true, doc = "At most 24 hours away." },
            { "dmsDisabledUntil", "time", nullable = true, doc = "At most 24 hours away." },
        },
        discord = { "PUT " .. g .. "/incident-actions" },
    },
    read("joinRequests", "/requests", "Requests to join.", {
        params = {
            p.guild, { "status", "text", doc = "SUBMITTED, APPROVED or REJECTED." }, p.limit(100), p.before, p.after,
        },
    }),
    {
        name = "guilds.answerJoinRequest",
        doc = "Lets somebody join, or not.",
        params = {
            p.guild, { "requestId", "id", doc = "The request." },
            { "action", "text", required = true, doc = "APPROVED or REJECTED." },
            { "rejectionReason", "text", max = 160, doc = "Why not." },
        },
        discord = { "PATCH " .. g .. "/requests/{request_id}" },
    },
}
