local p = require "params"

local all = "/guilds/{guild_id}/auto-moderation/rules"
local one = all .. "/{rule_id}"
local rule = { "ruleId", "id", doc = "The rule." }
local name = { "name", "text", min = 1, max = 100, doc = "Its name." }
local event = { "eventType", "choice", names = { messageSend = 1, memberUpdate = 2 }, doc = "When it is looked at." }
local actions = { "actions", "list", max = 5, doc = "What is done, in the platform's form." }
local settings = {
    { "triggerMetadata", "object", doc = "What sets it off, in the platform's form." },
    { "enabled", "boolean", doc = "Whether it is on." },
    { "exemptRoles", "ids", max = 20, doc = "Roles that it is not for." },
    { "exemptChannels", "ids", max = 50, doc = "Channels that it is not for." },
}

return {
    { name = "autoModeration.list", doc = "The rules of a guild.", params = { p.guild }, result = "AutoModRule[]", discord = { "GET " .. all } },
    { name = "autoModeration.get", doc = "One rule.", params = { p.guild, rule }, result = "AutoModRule", discord = { "GET " .. one } },
    {
        name = "autoModeration.create",
        doc = "Makes a rule.",
        params = p.list(p.guild, p.required(name), p.required(event), {
            "triggerType", "choice", required = true,
            names = { keyword = 1, spam = 3, keywordPreset = 4, mentionSpam = 5, memberProfile = 6 },
            doc = "What kind of rule it is.",
        }, p.required(actions), settings),
        result = "AutoModRule", discord = { "POST " .. all, reason = true },
    },
    {
        name = "autoModeration.edit",
        doc = "Changes a rule.",
        params = p.list(p.guild, rule, name, event, actions, settings),
        result = "AutoModRule", discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "autoModeration.delete", doc = "Deletes a rule.", params = { p.guild, rule },
        discord = { "DELETE " .. one, reason = true },
    },
}
