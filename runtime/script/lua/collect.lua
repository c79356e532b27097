-- for ev in rookery.collect("messageCreate", { channel = id }, { time = 60, max = 10 }) do ... end
local rookery, host = ...
local error, tostring, type = error, tostring, type

host.need("parks")
local park, signal = host.park, host.signal

local MOST = 1000

local function number_of(options, key, usual)
    local given = options[key]
    if given == nil then return usual end
    if key == "time" and type(given) == "string" then given = rookery.time.duration(given) end
    if type(given) ~= "number" or given <= 0 then
        error(("rookery.collect: %s must be a number above 0, got %s"):format(key, tostring(options[key])), 3)
    end
    return given
end

-- The events of that name that come from now on: the next one each time, nil when the time is over.
local function collect(name, filter, options)
    if filter ~= nil and type(filter) ~= "table" then
        error("rookery.collect: the filter must be a table, got " .. type(filter), 2)
    end
    if options ~= nil and type(options) ~= "table" then
        error("rookery.collect: the options must be a table, got " .. type(options), 2)
    end
    options = options or {}
    local time, left = number_of(options, "time", 60), number_of(options, "max", MOST)
    local queue, box, over, timer, subscription = {}, {}, false, nil, nil
    local function finish()
        if over then return end
        over = true
        host.cancel(timer)
        host.off(subscription)
        signal(box)
    end
    local function take(event)
        if over then return end
        left = left - 1
        queue[#queue + 1] = event
        signal(box)
        if left <= 0 then finish() end
    end
    if filter and next(filter) ~= nil then
        subscription = host.on(name, filter, take)
    else
        subscription = host.on(name, take)
    end
    timer = host.after(time, finish)
    return function()
        while #queue == 0 and not over do park(box) end
        return (table.remove(queue, 1))
    end
end

return { collect = collect }
