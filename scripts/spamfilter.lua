-- Spam filter: keeps floods from everybody else, the other scripts and plugins included.
--
-- A message is deleted, and stopped before others see it, when its author says the same thing again and again, or
-- mentions too many at once. In rookery.toml, with what holds when it is left out:
--
--   [scripts.spamfilter]
--   repeats = 3      # so often the same text may be said ...
--   seconds = 10     # ... within so many seconds
--   mentions = 8     # users and roles in one message
--
-- An interceptor decides before others get the event, and their queue waits for it: it should be quick. So the
-- deleting, which takes a round trip to the platform, is done beside it.

local rookery = require "rookery"

local repeats = rookery.config.repeats or 3
local seconds = rookery.config.seconds or 10
local mentions = rookery.config.mentions or 8

local said = {} -- by author: the last text, since when, how often

local function is_repeated(ev)
    local now, last = os.time(), said[ev.author.id]
    if not last or last.text ~= ev.content or now - last.since > seconds then
        said[ev.author.id] = { text = ev.content, since = now, times = 1 }
        return false
    end
    last.times = last.times + 1
    return last.times > repeats
end

rookery.every(60, function()
    local now = os.time()
    for author, last in pairs(said) do
        if now - last.since > seconds then said[author] = nil end
    end
end)

rookery.intercept("messageCreate", { bot = false, priority = 100 }, function(ev)
    local why
    if #ev.mentions.users + #ev.mentions.roles > mentions then
        why = "too many mentions"
    elseif ev.content ~= "" and is_repeated(ev) then
        why = "the same again"
    else
        return
    end
    rookery.log.info("stopped a message of", ev.author.username .. ":", why)
    local channel, message = ev.channelId, ev.id
    rookery.spawn(function()
        local deleted, problem = rookery.messages.delete(channel, message)
        if not deleted then rookery.log.warn("could not delete it:", problem) end
    end)
    return "stop"
end)
