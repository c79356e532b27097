-- Says something exactly once, also when the process is killed in the middle. For what nobody has asked for just now: a
-- reminder that is due, an entry of a feed. (What answers an event needs no such care: the runtime sends it once.)
--
--   local sent, problem = say_once("reminder/7", bot, channel, { content = "Tea!" }, function(tx, id)
--       tx.delete("reminder/7")             -- done in one step with noting that it was said
--   end)
--
-- Before it is sent, a note says that it is about to be. Who finds the note after a restart looks whether it had got
-- through: the same text, by a bot, since then.

local rookery = require "rookery"

local function trim(text) return (text:match("^%s*(.-)%s*$")) end

local function find(acts, channel, content, since)
    local messages = acts.messages.list(channel, { limit = 50 })
    for _, message in ipairs(messages or {}) do
        local made = rookery.time.parse(message.createdAt)
        local ours = message.author.bot and message.content == trim(content)
        if ours and made and made >= since - 5 then return message end
    end
end

--- The id of the message; or nil, a text, a kind and the platform's details. `done(tx, id)` may be left out.
return function(key, bot, channel, message, done)
    local note, acts = "saying/" .. key, rookery.bot(bot)
    local since = rookery.kv.get(note)
    local sent = since and find(acts, channel, message.content, since)
    if not sent then
        if not since then rookery.kv.set(note, rookery.time.now(), { ttl = 7 * 86400 }) end
        local problem, kind, details
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
