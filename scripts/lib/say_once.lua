-- Says something exactly once, also when the process is killed in the middle. For what nobody has asked for just now: a
-- reminder that is due, an entry of a feed. (What answers an event needs no such care: the runtime sends it once.)
--
--   local sent, problem = say_once("reminder/7", bot, channel, { content = "Tea!" }, function(tx, id)
--       tx.delete("reminder/7")             -- done in one step with noting that it was said
--   end)
--
-- Before it is sent, a note says that it is about to be. Who finds the note after a restart looks whether it had got
-- through: the same text, by a bot, since then. Where more than 1,000 messages have come meanwhile, or the platform
-- keeps fewer (WhatsApp), it may be said a second time: better twice than not at all.

local rookery = require "rookery"

local function trim(text) return (text:match("^%s*(.-)%s*$")) end

-- The newest come first, a hundred at a time. Not to be able to look is a problem, unless nobody can here.
local function find(acts, channel, saying)
    local before
    for _ = 1, 10 do
        local page, problem, kind, details = acts.messages.list(channel, { limit = 100, before = before })
        if not page and kind ~= "unsupported" then return nil, problem, kind, details end
        page = page or {}
        for _, message in ipairs(page) do
            local made = rookery.time.parse(message.createdAt)
            if made and made < saying.since - 5 then return nil end
            if made and message.author.bot and message.content == saying.content then return message end
            before = message.id
        end
        if #page < 100 then return nil end
    end
    rookery.log.warn(channel, "has too many new messages: something may be said there a second time")
end

--- The id of the message; or nil, a text, a kind and the platform's details. `done(tx, id)` may be left out.
return function(key, bot, channel, message, done)
    local note, acts = "saying/" .. key, rookery.bot(bot)
    local saying = rookery.kv.get(note)
    local sent, problem, kind, details
    if saying then sent, problem, kind, details = find(acts, channel, saying) end
    if problem then return nil, problem, kind, details end
    if not sent then
        saying = { since = saying and saying.since or rookery.time.now(), content = trim(message.content) }
        rookery.kv.set(note, saying, { ttl = 7 * 86400 })
        sent, problem, kind, details = acts.messages.send(channel, message)
        if not sent then
            -- Refused is refused; what got no answer may have arrived all the same: the note stays.
            if details then rookery.kv.delete(note) end
            return nil, problem, kind, details
        end
    end
    local id = sent.id
    return rookery.kv.transaction(function(tx)
        tx.delete(note)
        if done then done(tx, id) end
        return id
    end)
end
