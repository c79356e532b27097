local f = require "http.fields"

local all = "/api/guilds/:guildId/scheduled-events"
local one = all .. "/:eventId"
local settings = {
    { "scheduledEndTime", "time", nullable = true, doc = "When it ends; an external one must say so." },
    { "privacyLevel", "integer", min = 2, max = 2, to = "-", doc = "2: for the guild alone; there is nothing else." },
    { "channel", "id", nullable = true, to = "channelId", doc = "Its channel." },
    { "channelId", "id", nullable = true, doc = "The same, under its other name." },
    { "description", "text", nullable = true, max = 1000, doc = "About it." },
    {
        "entityMetadata", "object", to = "-", fields = { { "location", "text", min = 1, max = 100 } },
        doc = "Where an external one takes place.",
    },
    { "image", "image", nullable = true, doc = "Its picture." },
    { "recurrenceRule", "any_object", nullable = true, doc = "How it repeats, in the platform's form." },
    f.reason,
}

local function required(list, wanted)
    local out = {}
    for i, field in ipairs(list) do out[i] = f.with(field, { required = wanted }) end
    return out
end

local head = {
    { "name", "text", min = 1, max = 100, doc = "Its name." },
    { "scheduledStartTime", "time", doc = "When it begins." },
    {
        "entityType", "choice", numeric = true, names = { stage = 1, voice = 2, external = 3 },
        doc = "Where it takes place: 1 a stage, 2 a voice channel, 3 elsewhere.",
    },
}

return {
    group = "Scheduled events",
    {
        "GET " .. all, scope = "read:guilds", operation = "scheduledEvents.list", result = "ScheduledEvent[]",
        arguments = '{"withUserCount":true}', unknown_empty = true, doc = "What a guild has planned.",
    },
    {
        "GET " .. one, scope = "read:guilds", operation = "scheduledEvents.get", result = "ScheduledEvent",
        arguments = '{"withUserCount":true}', doc = "One event.", failure = { 404, "EVENT_NOT_FOUND", "Event not found" },
    },
    {
        "POST " .. all, scope = "admin", operation = "scheduledEvents.create", result = "ScheduledEvent", status = 201,
        flow = "scheduled_event", body = f.list(required(head, true), settings), large = true,
        failure = { 400, "EVENT_CREATE_FAILED", "Failed to create event" }, doc = "Plans an event.",
    },
    {
        "PATCH " .. one, scope = "admin", operation = "scheduledEvents.edit", result = "ScheduledEvent",
        flow = "scheduled_event",
        body = f.list(head, settings, {
            {
                "status", "choice", numeric = true, names = { active = 2, completed = 3, canceled = 4 },
                doc = "What becomes of it: 2 active, 3 completed, 4 canceled.",
            },
        }),
        large = true, failure = { 404, "EVENT_UPDATE_FAILED", "Event not found or failed to update" },
        doc = "Changes, starts or ends an event.",
    },
    {
        "DELETE " .. one, scope = "admin", operation = "scheduledEvents.delete", nothing = true,
        failure = { 404, "EVENT_DELETE_FAILED", "Event not found or failed to delete" }, doc = "Deletes an event.",
    },
    {
        "GET " .. one .. "/users", scope = "read:members", flow = "event_users", operation = "scheduledEvents.users",
        result = "User[]", query = { f.limit(100, 100), f.before, f.after }, page = "id", unknown_empty = true,
        doc = "Who is interested in an event, by user id.",
    },
}
