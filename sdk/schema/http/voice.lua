local f = require "http.fields"

local stage, voice = "/api/stage-instances/:channelId", "/api/guilds/:guildId/voice"
local level = { "privacyLevel", "integer", min = 2, max = 2, to = "-", doc = "2: for the guild alone; there is nothing else." }

return {
    group = "Stages and voice",
    {
        "GET " .. stage, scope = "read:channels", operation = "stages.get", result = "StageInstance",
        failure = { 404, "STAGE_INSTANCE_NOT_FOUND", "Stage instance not found" }, doc = "What goes on on a stage.",
    },
    {
        "POST /api/stage-instances", scope = "write:channels", operation = "stages.start", result = "StageInstance",
        status = 201,
        body = {
            { "channelId", "id", required = true, doc = "The stage channel." },
            { "topic", "text", required = true, min = 1, max = 120, doc = "What it is about." }, level,
            { "sendStartNotification", "boolean", doc = "Pings everybody." },
            { "guildScheduledEvent", "id", to = "guildScheduledEventId", doc = "The event that this is." }, f.reason,
        },
        missing = { "MISSING_FIELDS", "Missing channelId or topic" },
        failure = { 400, "STAGE_INSTANCE_CREATE_FAILED", "Failed to create stage instance" }, doc = "Opens a stage.",
    },
    {
        "PATCH " .. stage, scope = "write:channels", operation = "stages.edit", result = "StageInstance",
        body = { { "topic", "text", required = true, min = 1, max = 120, doc = "What it is about." }, level, f.reason },
        missing = { "INVALID_REQUEST_BODY", "No valid fields provided" },
        failure = { 404, "STAGE_INSTANCE_UPDATE_FAILED", "Stage instance not found or failed to update" },
        doc = "Changes what a stage is about.",
    },
    {
        "DELETE " .. stage, scope = "write:channels", operation = "stages.close", nothing = true, body = { f.reason },
        failure = { 404, "STAGE_INSTANCE_DELETE_FAILED", "Stage instance not found or failed to delete" },
        doc = "Closes a stage.",
    },
    {
        "GET " .. voice, scope = "read:channels", flow = "voice_status", operation = "voice.getSelf", result = "VoiceStatus",
        doc = "Whether the bot is in voice.",
    },
    {
        "POST " .. voice .. "/join", scope = "write:channels", flow = "voice_join", operation = "voice.update",
        message = "Joined voice channel", invalid = "Validation error",
        body = { { "channelId", "id", required = true, doc = "The voice channel." } },
        failure = { 400, "BAD_REQUEST", "Invalid voice channel" }, doc = "Joins a voice channel.",
    },
    {
        "POST " .. voice .. "/leave", scope = "write:channels", flow = "voice_leave", operation = "voice.update",
        message = "Left voice channel",
        failure = { 400, "BAD_REQUEST", "Not connected to a voice channel in this guild" }, doc = "Leaves voice.",
    },
    {
        "POST " .. voice .. "/play", scope = "write:channels", flow = "voice_play", operation = "voice.getSelf",
        message = "Started playing audio", invalid = "Validation error",
        body = { { "url", "url", required = true, doc = "What would be played." } },
        failure = { 400, "BAD_REQUEST", "Not connected to a voice channel" },
        doc = "Answers 501 `NOT_SUPPORTED`: the runtime takes part in voice without sending audio.",
    },
}
