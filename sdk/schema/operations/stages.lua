local p = require "params"

local one = "/stage-instances/{channel_id}"
local topic = { "topic", "text", min = 1, max = 120, doc = "What it is about." }

return {
    { name = "stages.get", doc = "What goes on on a stage.", params = { p.channel }, result = "StageInstance", discord = { "GET " .. one } },
    {
        name = "stages.start",
        doc = "Opens a stage.",
        params = {
            p.required(p.channel), p.required(topic),
            { "sendStartNotification", "boolean", doc = "Pings everybody." },
            { "guildScheduledEventId", "id", doc = "The event that this is." },
        },
        result = "StageInstance", discord = { "POST /stage-instances", body = '{"privacy_level":2}', reason = true },
    },
    {
        name = "stages.edit", doc = "Changes what a stage is about.", params = { p.channel, p.required(topic) },
        result = "StageInstance", discord = { "PATCH " .. one, reason = true },
    },
    { name = "stages.close", doc = "Closes a stage.", params = { p.channel }, discord = { "DELETE " .. one, reason = true } },
}
