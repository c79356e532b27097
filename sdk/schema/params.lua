-- Parameters that many operations have. Where a parameter goes follows from the route (see operations.lua of the
-- generator) unless `to` says otherwise.

local params = {
    channel = { "channelId", "id", doc = "The channel." },
    message = { "messageId", "id", doc = "The message." },
    guild = { "guildId", "id", doc = "The guild." },
    user = { "userId", "id", doc = "The user." },
    role = { "roleId", "id", doc = "The role." },
    emoji = { "emoji", "emoji", max = 120, doc = 'The character, or "name:id".' },
    content = { "content", "text", max = 2000, doc = "The text." },
    embeds = { "embeds", "json", doc = "List of embeds, in the platform's form." },
    components = { "components", "json", doc = "List of components, in the platform's form." },
    flags = { "flags", "integer", doc = "Bit set; 4 hides link previews, 4096 is silent." },
    tts = { "tts", "boolean", doc = "Read it out." },
    mentions = {
        "allowedMentions", "json",
        doc = "Who may be pinged. Without it users are, and roles, @everyone and @here are not.",
    },
}

-- The same parameter with something changed.
function params.with(param, changes)
    local out = {}
    for key, value in pairs(param) do out[key] = value end
    for key, value in pairs(changes) do out[key] = value end
    return out
end

-- What a body begins with where a message is written: nobody but users is pinged.
params.safe_mentions = '{"allowed_mentions":{"parse":["users"]}}'

return params
