-- Handlers, timers, and functions beside one another.
local rookery, host = ...
local select, type, unpack = select, type, unpack

rookery.on = host.on
rookery.once = host.once
rookery.off = host.off
rookery.after = host.after
rookery.every = host.every
rookery.cancel = host.cancel

function rookery.spawn(run, ...)
    local count = select("#", ...)
    if count == 0 or type(run) ~= "function" then return host.spawn(run) end
    local given = { ... }
    return host.spawn(function() return run(unpack(given, 1, count)) end)
end

-- Waiting: the host notes what the coroutine waits for and yields; the outcome is fetched afterwards,
-- within the coroutine, where running out of memory is an ordinary error.
local result = host.result
function rookery.sleep(seconds)
    host.begin_sleep(seconds)
    result()
end
