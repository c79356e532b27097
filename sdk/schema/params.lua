-- Parameters that many operations have. Where a parameter goes follows from the route (see the generator's
-- operations.lua) unless `to` says otherwise.

local params = {
    channel = { "channelId", "id", doc = "The channel." },
    message = { "messageId", "id", doc = "The message." },
    guild = { "guildId", "id", doc = "The guild." },
    user = { "userId", "id", doc = "The user." },
    role = { "roleId", "id", doc = "The role." },
    thread = { "threadId", "id", to = "path:channel_id", doc = "The thread." },
    emoji = { "emoji", "emoji", max = 120, doc = 'The character, or "name:id".' },
    content = { "content", "text", nullable = true, max = 2000, doc = "The text." },
    embeds = { "embeds", "list", nullable = true, max = 10, doc = "Embeds, in the platform's form." },
    components = { "components", "list", nullable = true, max = 40, doc = "Buttons and menus: docs/guide/components.md; or components in the platform's form." },
    flags = { "flags", "integer", doc = "Bit set; 4 hides link previews, 4096 is silent, 32768 takes components alone." },
    tts = { "tts", "boolean", doc = "Read it out." },
    poll = { "poll", "object", doc = "A poll, in the platform's form: question, answers, duration in hours." },
    masquerade = {
        "masquerade", "object", to = "nowhere",
        doc = "Shown as somebody else, where the platform can: { name = , avatarUrl = , colour = \"#rrggbb\" }.",
    },
    stickers = { "stickerIds", "ids", max = 3, doc = "Stickers." },
    files = {
        "files", "files", max = 10, to = "files:attachments",
        doc = "Files to attach: { path = } below the bot's upload_dir, or { name =, data = } or { name =, base64 = }; "
            .. "also description.",
    },
    attachments = {
        "attachments", "list", doc = "What is already attached and stays, as { id = }; without it all of it does.",
    },
    mentions = {
        "allowedMentions", "object",
        doc = "Who may be pinged. Without it users are, and roles, @everyone and @here are not.",
    },
    before = { "before", "id", doc = "Only what is older than this id." },
    after = { "after", "id", doc = "Only what is newer than this id." },
    archive_after = {
        "autoArchiveDuration", "integer", doc = "Minutes without a message until it is archived: 60, 1440, 4320 or 10080.",
    },
    slowmode = { "rateLimitPerUser", "integer", min = 0, max = 21600, doc = "Slow mode: seconds between a user's messages." },
    with_member = { "withMember", "boolean", doc = "With each one's member." },
}

-- The same parameter with something changed.
function params.with(param, changes)
    local out = {}
    for key, value in pairs(param) do out[key] = value end
    for key, value in pairs(changes) do out[key] = value end
    return out
end

-- The same, and must be given.
function params.required(param) return params.with(param, { required = true }) end

-- How many at most.
function params.limit(max) return { "limit", "integer", min = 1, max = max, doc = "How many at most." } end

-- A list of parameters: those given, and lists of them, in their order.
function params.list(...)
    local out = {}
    for _, item in ipairs({ ... }) do
        if type(item[1]) == "table" then
            for _, param in ipairs(item) do out[#out + 1] = param end
        elseif item[1] then
            out[#out + 1] = item
        end
    end
    return out
end

-- What a body begins with where a message is written: nobody but users is pinged.
params.safe_mentions = '{"allowed_mentions":{"parse":["users"]}}'
-- What is answered may be gone by then: the answer comes all the same.
params.safe_reply = '{"allowed_mentions":{"parse":["users"]},"message_reference":{"fail_if_not_exists":false}}'

return params
