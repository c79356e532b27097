-- What is to happen at a time, and happens once: kept, so that what fell due while the bot was down comes when it is
-- back, and tried again, less and less often, where it does not work.
--
--   local queue = due.queue {
--       records = "item/",                     -- where they are kept: item/ID
--       tell = function(item) ... end,         -- it is time: true when done; or nil, a problem, whether that is final
--       give_up = function(tx, item) ... end,  -- within a transaction: it could not be told
--   }
--   queue.keep(tx, { id = "7", due = seconds, ... })   these three within a transaction: there is a new one,
--   queue.move(tx, item, seconds)                      it is to happen at another time,
--   queue.finish(tx, item)                             not any more; what becomes of the record is your business
--   queue.look()                                       afterwards
--
-- When `tell` gives true the item is finished or has another time: that is done in the same step in which it is noted
-- that it was told (say_once).
--
-- A script that has a queue has no rookery.save and rookery.load of its own.
--
-- What is kept (rookery.kv): the records; due/SECONDS/ID, in the order of the times: the first of them is the next one.

local rookery = require "rookery"

local kv, time = rookery.kv, rookery.time
local due = {}
local look_again = 3600   -- seconds after which we look in any case: somebody may set the clock
local most_attempts = 10  -- until one that cannot be told is given up

-- Of equal length, so that the order of the keys is the order of the times.
local function key_of(item) return ("due/%016.3f/%s"):format(item.due, item.id) end

function due.queue(plan)
    local queue = {}

    function queue.finish(tx, item) tx.delete(key_of(item)) end

    function queue.keep(tx, item)
        tx.set(plan.records .. item.id, item)
        tx.set(key_of(item), true)
    end

    function queue.move(tx, item, seconds)
        queue.finish(tx, item)
        item.due = seconds
        queue.keep(tx, item)
    end

    -- Puts off what could not be told; false when something else has been done with it meanwhile.
    local function put_off(item, problem, final)
        local attempts = (item.attempts or 0) + 1
        final = final or attempts > most_attempts
        rookery.log.warn(("%s%s was not told%s: %s"):format(plan.records, item.id,
            final and " and is given up" or "", tostring(problem)))
        return kv.transaction(function(tx)
            local now = tx.get(plan.records .. item.id)
            if not now or now.due ~= item.due then return false end
            if final then
                queue.finish(tx, now)
                plan.give_up(tx, now)
                return true
            end
            now.attempts = attempts
            queue.move(tx, now, time.now() + 60 * 2 ^ attempts)
            return true
        end)
    end

    local function take(entry, id)
        local item = kv.get(plan.records .. id)
        if not item or key_of(item) ~= entry.key then return kv.delete(entry.key) end
        -- An error must not keep the others from theirs: of a bot that is not there any more, say.
        local fine, done, problem, final = pcall(plan.tell, item)
        if not fine or not done then put_off(item, fine and problem or done, fine and final) end
    end

    -- Takes what is due now; how many seconds are left until the next one is.
    local function take_due(tried)
        local page, problem = kv.list("due/", { limit = 50 })
        if not page then rookery.log.error("what is due cannot be read:", problem) end
        for _, entry in ipairs(page or {}) do
            local at, id = entry.key:match("^due/([%d.]+)/(.+)$")
            local left = tonumber(at) - time.now()
            if left > 0 then return left end
            if tried[entry.key] then return 60 end -- it could not even be put off: the store is not well
            tried[entry.key] = true
            take(entry, id)
        end
        return page and #page > 0 and 0 or look_again
    end

    -- One at a time: who comes meanwhile is taken care of by the one who is at it.
    local timer, looking
    local function look()
        if looking then
            looking = "again"
            return
        end
        local tried, wait = {}, 0
        while looking ~= "now" or wait <= 0 do
            looking = "now"
            wait = take_due(tried)
        end
        looking = nil
        if timer then rookery.cancel(timer) end
        timer = rookery.after(math.max(0.01, math.min(wait, look_again)), queue.look)
    end

    function queue.look() rookery.spawn(look) end

    -- In a reload we begin while the old version is still at it: what it keeps until it has ended is found by a second
    -- look, and what it is just saying has arrived by then.
    local function begin() rookery.after(1, queue.look) end
    rookery.save(function() return true end)
    rookery.load(begin)
    begin()
    return queue
end

return due
