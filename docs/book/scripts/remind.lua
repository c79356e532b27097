-- Reminders: /remind 2h tea
--
--   [scripts.remind]
--   most_per_user = 10    how many somebody may have waiting
local rookery = require "rookery"

local most = rookery.config.most_per_user or 10

-- [due]
local function remind(key)
    local reminder = rookery.kv.get(key)
    if not reminder then return end
    local sent, problem = rookery.messages.send(reminder.channel, {
        content = rookery.format.user(reminder.user) .. " " .. reminder.what,
        allowedMentions = { users = { reminder.user } },
    })
    if not sent then rookery.log.warn("a reminder was not delivered:", problem) end
    rookery.kv.delete(key)
end

local waiting = {} -- by key: a command that comes again after a crash finds its reminder waiting already

local function wait_for(key, due)
    if waiting[key] then return end
    waiting[key] = rookery.after(math.max(0, due - rookery.time.now()), function() remind(key) end)
end
-- [/due]

-- [command]
rookery.command {
    name = "remind",
    description = "Reminds you of something",
    options = {
        { name = "in", type = "duration", description = "When: 10m, 2h", required = true, min = "1s", max = "30d" },
        { name = "what", type = "string", description = "Of what", required = true, max_length = 200,
          autocomplete = function() return { "tea", "bread in the oven", "stretch" } end },
    },
    examples = { "2h tea" },
    run = function(ctx, options)
        local prefix = "due/" .. ctx.userId .. "/"
        local key = prefix .. ctx.event.id
        local mine = rookery.kv.list(prefix, { limit = most }) or {}
        if #mine >= most and not rookery.kv.get(key) then
            ctx:fail("You have " .. most .. " reminders waiting already.")
        end
        local due = rookery.time.now() + options["in"]
        rookery.kv.set(key, { due = due, user = ctx.userId, channel = ctx.channelId, what = options.what })
        wait_for(key, due)
        return "I will remind you in " .. rookery.time.format_duration(options["in"]) .. "."
    end,
}
-- [/command]

-- [start]
rookery.spawn(function()
    for _, entry in ipairs(rookery.kv.list("due/") or {}) do wait_for(entry.key, entry.value.due) end
end)
-- [/start]
