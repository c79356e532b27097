local p = require "params"

local all = "/guilds/{guild_id}/scheduled-events"
local one = all .. "/{event_id}"
local event = { "eventId", "id", doc = "The event." }
local counts = { "withUserCount", "boolean", doc = "With the number of those who are interested." }
local kind = { "entityType", "choice", names = { stage = 1, voice = 2, external = 3 }, doc = "Where it takes place." }
local name = { "name", "text", min = 1, max = 100, doc = "Its name." }
local start = { "scheduledStartTime", "time", doc = "When it begins." }
local settings = {
    { "scheduledEndTime", "time", nullable = true, doc = "When it ends; an external one must say so." },
    { "channelId", "id", nullable = true, doc = "Its channel; null for an external one." },
    {
        "location", "text", min = 1, max = 100, to = "body:entity_metadata.location", doc = "Where an external one takes place.",
    },
    { "description", "text", nullable = true, max = 1000, doc = "About it." },
    { "image", "image", nullable = true, doc = "Its picture." },
    { "recurrenceRule", "object", nullable = true, doc = "How it repeats, in the platform's form." },
}

return {
    {
        name = "scheduledEvents.list", doc = "The events of a guild.", params = { p.guild, counts },
        result = "ScheduledEvent[]", discord = { "GET " .. all },
    },
    {
        name = "scheduledEvents.get", doc = "One event.", params = { p.guild, event, counts },
        result = "ScheduledEvent", discord = { "GET " .. one },
    },
    {
        name = "scheduledEvents.create",
        doc = "Plans an event.",
        params = p.list(p.guild, p.required(name), p.required(kind), p.required(start), settings),
        result = "ScheduledEvent", discord = { "POST " .. all, body = '{"privacy_level":2}', reason = true },
    },
    {
        name = "scheduledEvents.edit",
        doc = "Changes, starts or ends an event.",
        params = p.list(p.guild, event, name, kind, start, settings, {
            "status", "choice", names = { active = 2, completed = 3, canceled = 4 }, doc = "What becomes of it.",
        }),
        result = "ScheduledEvent", discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "scheduledEvents.delete", doc = "Deletes an event.", params = { p.guild, event },
        discord = { "DELETE " .. one },
    },
    {
        name = "scheduledEvents.users",
        doc = "Who is interested in an event, by user id: { user, member } each.",
        params = { p.guild, event, p.limit(100), p.with_member, p.before, p.after },
        page = { by = "after", at = "user.id", most = 100 },
        discord = { "GET " .. one .. "/users" },
    },
    {
        name = "scheduledEvents.userCounts",
        doc = "How many are interested in an event, and in each of its changed dates.",
        params = {
            p.guild, event,
            { "exceptionIds", "ids", to = "query:guild_scheduled_event_exception_ids", doc = "The changed dates." },
        },
        discord = { "GET " .. one .. "/users/counts" },
    },
    {
        name = "scheduledEvents.exceptionUsers",
        doc = "Who is interested in a changed date of an event, by user id.",
        params = {
            p.guild, event, { "exceptionId", "id", doc = "The changed date." }, p.limit(100), p.with_member, p.before, p.after,
        },
        page = { by = "after", at = "user.id", most = 100 },
        discord = { "GET " .. one .. "/{exception_id}/users" },
    },
    {
        name = "scheduledEvents.addException",
        doc = "Changes one date of an event that repeats.",
        params = {
            p.guild, event, { "exception", "object", required = true, to = "body:*", doc = "In the platform's form." },
        },
        discord = { "POST " .. one .. "/exceptions" },
    },
    {
        name = "scheduledEvents.editException",
        doc = "Changes that change.",
        params = {
            p.guild, event, { "exceptionId", "id", doc = "The changed date." },
            { "exception", "object", required = true, to = "body:*", doc = "In the platform's form." },
        },
        discord = { "PATCH " .. one .. "/exceptions/{exception_id}" },
    },
    {
        name = "scheduledEvents.deleteException",
        doc = "Takes that change back.",
        params = { p.guild, event, { "exceptionId", "id", doc = "The changed date." } },
        discord = { "DELETE " .. one .. "/exceptions/{exception_id}" },
    },
}
