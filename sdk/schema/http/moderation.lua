local f = require "http.fields"

local all = "/api/guilds/:guildId/auto-moderation/rules"
local one = all .. "/:ruleId"

local function rule(required)
    return {
        { "name", "text", required = required, min = 1, max = 100, doc = "Its name." },
        { "eventType", "integer", required = required, min = 1, max = 2, doc = "1: messages, 2: profiles." },
        { "triggerType", "integer", required = required, min = 1, max = 6, to = not required and "-" or nil, doc = "What kind of rule." },
        {
            "actions", "objects", required = required, min = 1, max = 5, snake = true, doc = "What is done.",
            fields = {
                { "type", "integer", required = true, min = 1, max = 4 },
                {
                    "metadata", "object",
                    fields = {
                        { "channelId", "id" },
                        { "durationSeconds", "integer", min = 0, max = 2419200 },
                        { "customMessage", "text", max = 150 },
                    },
                },
            },
        },
        {
            "triggerMetadata", "object", snake = true, doc = "What sets it off.",
            fields = {
                { "keywordFilter", "texts", max = 1000, each = 60 },
                { "regexPatterns", "texts", max = 10, each = 260 },
                { "presets", "integers", max = 3, each = 3 },
                { "allowList", "texts", max = 1000, each = 60 },
                { "mentionTotalLimit", "integer", min = 1, max = 50 },
                { "mentionRaidProtectionEnabled", "boolean" },
            },
        },
        { "enabled", "boolean", doc = "Whether it is on." },
        { "exemptRoles", "ids", max = 20, doc = "Roles that it is not for." },
        { "exemptChannels", "ids", max = 50, doc = "Channels that it is not for." },
        f.reason,
    }
end

return {
    group = "Auto moderation",
    {
        "GET " .. all, scope = "read:guilds", operation = "autoModeration.list", result = "AutoModRule[]",
        unknown_empty = true, doc = "The rules of a guild.",
    },
    {
        "GET " .. one, scope = "read:guilds", operation = "autoModeration.get", result = "AutoModRule",
        failure = { 404, "RULE_NOT_FOUND", "Rule not found" }, doc = "One rule.",
    },
    {
        "POST " .. all, scope = "admin", operation = "autoModeration.create", result = "AutoModRule", status = 201,
        body = rule(true), arguments = '{"enabled":true}', invalid = "Validation failed", issues = true,
        failure = { 400, "RULE_CREATE_FAILED", "Failed to create rule" }, doc = "Makes a rule.",
    },
    {
        "PATCH " .. one, scope = "admin", operation = "autoModeration.edit", result = "AutoModRule", body = rule(false),
        failure = { 404, "RULE_UPDATE_FAILED", "Rule not found or failed to update" }, doc = "Changes a rule.",
    },
    {
        "DELETE " .. one, scope = "admin", operation = "autoModeration.delete", nothing = true, body = { f.reason },
        failure = { 404, "RULE_DELETE_FAILED", "Rule not found or failed to delete" }, doc = "Deletes a rule.",
    },
}
