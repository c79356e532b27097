local f = require "http.fields"

local one = "/api/channels/:channelId"
local name = { "name", "text", min = 1, max = 100, doc = "Its name." }
local settings = {
    { "topic", "text", nullable = true, max = 4096, doc = "Its topic; at most 1024 characters but in forums." },
    { "parentId", "id", nullable = true, doc = "The category that it lies in." },
    { "position", "integer", min = 0, max = 65535, doc = "Its place among its like." },
    { "nsfw", "boolean", doc = "For adults only." },
    { "rateLimitPerUser", "integer", min = 0, max = 21600, doc = "Seconds between a user's messages." },
    { "bitrate", "integer", min = 8000, max = 384000, doc = "Of a voice channel, in bits a second." },
    { "userLimit", "integer", min = 0, max = 10000, doc = "How many may join a voice channel; 0 for no limit." },
    f.overwrites, f.reason,
}

local function thread(method, verb, operation, constant, code, text, doc)
    return {
        method .. " " .. one .. "/" .. verb, scope = "write:channels", operation = operation, constant = constant, doc = doc,
        path = { channelId = "threadId" }, failure = { 400, code, text },
    }
end

return {
    group = "Channels",
    {
        "GET " .. one, scope = "read:channels", operation = "channels.get", result = "Channel", flow = "channel",
        failure = { 404, "CHANNEL_NOT_FOUND", "Channel not found" }, doc = "One channel, or thread.",
    },
    {
        "POST /api/channels/guilds/:guildId/channels", alias = "POST /api/guilds/:guildId/channels",
        scope = "write:channels", operation = "channels.create", result = "Channel", status = 201,
        body = f.list({
            f.with(name, { required = true }),
            {
                "type", "choice", required = true, doc = "Its kind.",
                names = { text = 0, voice = 2, category = 4, announcement = 5, stage = 13, forum = 15, media = 16 },
            },
        }, settings),
        failure = { 400, "CREATE_FAILED", "Failed to create channel" }, doc = "Makes a channel.",
    },
    {
        "PATCH " .. one, scope = "write:channels", operation = "channels.edit", result = "Channel",
        body = f.list({ name }, settings),
        failure = { 400, "EDIT_FAILED", "Failed to edit channel" }, doc = "Changes a channel.",
    },
    {
        "DELETE " .. one, scope = "write:channels", operation = "channels.delete", constant = '{"deleted":true}',
        body = { f.reason }, failure = { 400, "DELETE_FAILED", "Failed to delete channel" }, doc = "Deletes a channel.",
    },
    {
        "POST " .. one .. "/threads", scope = "write:channels", flow = "thread_create", operation = "threads.create",
        result = "Channel", status = 201,
        query = { { "messageId", "id", to = "-", doc = "The message that it starts from." } },
        body = {
            f.with(name, { required = true }),
            {
                "autoArchiveDuration", "choice", numeric = true, doc = "Minutes without a message, as text.",
                names = { ["60"] = 60, ["1440"] = 1440, ["4320"] = 4320, ["10080"] = 10080 },
            },
            { "type", "choice", names = { announcement = 10, public = 11, private = 12 }, doc = "Its kind; public." },
            { "invitable", "boolean", doc = "Whether members of a private thread may add others." },
            { "rateLimitPerUser", "integer", min = 0, max = 21600, doc = "Seconds between a user's messages." },
            f.reason,
        },
        failure = { 400, "THREAD_CREATE_FAILED", "Failed to create thread" }, doc = "Starts a thread.",
    },
    {
        "GET " .. one .. "/threads", scope = "read:channels", flow = "channel_threads", operation = "threads.active",
        result = "Channel[]", unknown_empty = true, doc = "The threads of a channel that are going on.",
    },
    thread("POST", "archive", "threads.archive", '{"archived":true}', "ARCHIVE_FAILED", "Failed to archive thread",
        "Archives a thread."),
    thread("DELETE", "archive", "threads.unarchive", '{"archived":false}', "UNARCHIVE_FAILED",
        "Failed to unarchive thread", "Brings a thread back."),
    thread("POST", "lock", "threads.lock", '{"locked":true}', "LOCK_FAILED", "Failed to lock thread", "Locks a thread."),
    thread("DELETE", "lock", "threads.unlock", '{"locked":false}', "UNLOCK_FAILED", "Failed to unlock thread",
        "Unlocks a thread."),
    {
        "POST " .. one .. "/clone", scope = "write:channels", flow = "channel_clone", operation = "channels.create",
        result = "Channel", status = 201,
        body = { { "name", "text", min = 1, max = 100, doc = "Of the new one; the same." }, f.reason },
        failure = { 400, "CLONE_FAILED", "Failed to clone channel" }, doc = "Makes a channel like this one, without its messages.",
    },
    {
        "GET " .. one .. "/webhooks", scope = "write:channels", operation = "webhooks.listChannel",
        result = "ChannelWebhook[]", unknown_empty = true, doc = "The webhooks of a channel.",
    },
}
