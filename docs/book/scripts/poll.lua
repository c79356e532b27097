-- [text]
-- Polls with buttons: /poll Lunch? Pizza | Soup | Salad
local rookery = require "rookery"

local function split(text)
    local parts = {}
    for part in text:gmatch("[^|]+") do
        part = part:match("^%s*(.-)%s*$")
        if part ~= "" then parts[#parts + 1] = part end
    end
    return parts
end

local function text_of(poll)
    local lines, counts = { "**" .. rookery.format.escape(poll.question) .. "**" }, {}
    for _, vote in pairs(poll.votes) do counts[vote] = (counts[vote] or 0) + 1 end
    for i, answer in ipairs(poll.answers) do
        lines[#lines + 1] = ("%s: %d"):format(rookery.format.escape(answer), counts[i] or 0)
    end
    local ends = "Ends " .. rookery.format.timestamp(poll.ends, "R") .. "."
    lines[#lines + 1] = poll.closed and "The poll is closed." or ends
    return table.concat(lines, "\n")
end

local function buttons_of(poll)
    local buttons = {}
    if poll.closed then return buttons end
    for i, answer in ipairs(poll.answers) do
        buttons[i] = { button = answer, action = "vote", state = { poll = poll.id, answer = i } }
    end
    return buttons
end
-- [/text]

-- [close]
local function close(id)
    local poll = rookery.kv.transaction(function(tx)
        local found = tx.get("poll/" .. id)
        if not found or found.closed then return nil end
        found.closed = true
        tx.set("poll/" .. id, found, { ttl = 7 * 86400 })
        return found
    end)
    if poll and poll.message then
        rookery.messages.edit(poll.channel, poll.message, { content = text_of(poll), components = {} })
    end
end

local function close_in_time(poll)
    rookery.after(math.max(0, poll.ends - rookery.time.now()), function() close(poll.id) end)
end
-- [/close]

-- [command]
rookery.command {
    name = "poll",
    description = "Asks everybody",
    options = {
        { name = "time", type = "duration", description = "How long", required = true, min = "10s", max = "7d" },
        { name = "question", type = "string", description = "What you ask", required = true, max_length = 200 },
        { name = "answers", type = "string", description = "Two to five, with | between them", required = true,
          max_length = 300 },
    },
    examples = { '1h "What is for lunch?" Pizza | Soup | Salad' },
    cooldown = { per = "user", uses = 3, time = "1m" },
    run = function(ctx, options)
        local answers = split(options.answers)
        if #answers < 2 or #answers > 5 then ctx:fail("Give two to five answers, with | between them.") end
        -- The event's id: were this run a second time after a crash, it would be the same poll.
        local poll = {
            id = ctx.event.id, question = options.question, answers = answers, votes = {}, channel = ctx.channelId,
            ends = math.floor(rookery.time.now()) + options.time,
        }
        rookery.kv.cas("poll/" .. poll.id, nil, poll)
        local message = ctx:reply { content = text_of(poll), components = buttons_of(poll) }
        if not message then return rookery.kv.delete("poll/" .. poll.id) end
        rookery.kv.transaction(function(tx)
            poll = tx.get("poll/" .. poll.id) or poll
            poll.message = message.id
            tx.set("poll/" .. poll.id, poll)
            return true
        end)
        close_in_time(poll)
    end,
}
-- [/command]

-- [vote]
rookery.press("vote", function(press, state)
    local poll = rookery.kv.transaction(function(tx)
        local found = tx.get("poll/" .. state.poll)
        if not found or found.closed then return nil end
        found.votes[press.userId] = state.answer
        tx.set("poll/" .. state.poll, found)
        return found
    end)
    if not poll then press:fail("This poll is closed.") end
    press:update { content = text_of(poll), components = buttons_of(poll) }
end)
-- [/vote]

-- [start]
-- After a restart or a reload: whatever is still open ends when it was to end.
rookery.spawn(function()
    for _, entry in ipairs(rookery.kv.list("poll/") or {}) do
        if not entry.value.closed then close_in_time(entry.value) end
    end
end)
-- [/start]
