-- Reminders: a timer for each, and a state that survives a reload of this script.
--
--   !remind 10s tea            in ten seconds: "@you tea"
--   !remind 1h30m the oven     s, m, h and d; a bare number is minutes
--
-- In the configuration, all optional:
--
--   [scripts.remind]
--   most_per_user = 10         how many reminders one person may have waiting
--   longest_days = 30

local rookery = require "rookery"
local duration = require "duration"

local most_per_user = rookery.config.most_per_user or 10
local longest = (rookery.config.longest_days or 30) * 86400

local pending = {} -- by number: { due = seconds since 1970, user = id, channel = id, text = ... }
local next_number = 1

local function remind(number)
    local reminder = pending[number]
    pending[number] = nil
    local sent, problem = rookery.messages.send(reminder.channel, "<@" .. reminder.user .. "> " .. reminder.text)
    if not sent then rookery.log.warn("a reminder was not delivered:", problem) end
end

local function start_timer(number)
    local seconds = math.max(0, pending[number].due - os.time())
    rookery.after(seconds, function() remind(number) end)
end

local function count_of(user)
    local count = 0
    for _, reminder in pairs(pending) do
        if reminder.user == user then count = count + 1 end
    end
    return count
end

local usage = "write it like `!remind 10s tea`"

rookery.on("messageCreate", function(ev)
    local request = ev.content:match("^!remind%f[%s%z](.*)$")
    if not request or ev.author.bot then return end

    local time, text = request:match("^%s*(%S+)%s+(.-)%s*$")
    if not time or text == "" then return ev:reply("When, and of what? " .. usage) end

    local seconds, problem = duration.parse(time)
    if not seconds then return ev:reply(problem .. "; " .. usage) end
    if seconds > longest then
        return ev:reply("I do not plan further ahead than " .. duration.format(longest) .. ".")
    end
    if count_of(ev.author.id) >= most_per_user then
        return ev:reply("You have " .. most_per_user .. " reminders waiting already.")
    end

    local number = next_number
    next_number = number + 1
    pending[number] = { due = os.time() + seconds, user = ev.author.id, channel = ev.channelId, text = text }
    start_timer(number)
    ev:reply("I will remind you in " .. duration.format(seconds) .. ".")
end)

-- When this script is reloaded, the old version's `save` is asked for what it knows, and the new
-- version's `load` gets it. Timers do not come along: they are started again.
rookery.save(function()
    return { pending = pending, next_number = next_number }
end)

rookery.load(function(state)
    pending, next_number = state.pending, state.next_number
    for number in pairs(pending) do start_timer(number) end
end)
