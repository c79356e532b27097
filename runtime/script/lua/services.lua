-- Settings of guilds, and numbers about the script.
local _, host = ...
local error, setmetatable, type = error, setmetatable, type
local result = host.result

local settings = { declare = host.settings_declare, get = host.settings_get }
function settings.set(guild, key, value)
    host.begin_settings_set(guild, key, value)
    return result()
end
function settings.reset(guild, key)
    host.begin_settings_reset(guild, key)
    return result()
end

local metrics = {}

-- The numbers of metrics, out of the script's reach.
local numbers = setmetatable({}, { __mode = "k" })
local function number_of(metric, what)
    local number = numbers[metric]
    if not number then error(what .. ": expected a metric; call it with a colon", 3) end
    return number
end

local function kind(number, name, methods)
    local meta = { __index = methods, __metatable = false }
    metrics[name] = function(metric, labels, options)
        if options ~= nil and type(options) ~= "table" then
            error("rookery.metrics." .. name .. ": options must be a table, got " .. type(options), 2)
        end
        options = options or {}
        local made = setmetatable({}, meta)
        numbers[made] = host.metric_declare(number, metric, labels, options.help, options.bounds)
        return made
    end
end
kind(0, "counter", {
    inc = function(metric, amount) host.metric_add(number_of(metric, "counter:inc"), amount or 1) end,
})
kind(1, "gauge", {
    inc = function(metric, amount) host.metric_add(number_of(metric, "gauge:inc"), amount or 1) end,
    dec = function(metric, amount) host.metric_add(number_of(metric, "gauge:dec"), -(amount or 1)) end,
    set = function(metric, value) host.metric_set(number_of(metric, "gauge:set"), value) end,
})
kind(2, "histogram", {
    observe = function(metric, value) host.metric_observe(number_of(metric, "histogram:observe"), value) end,
})

return { settings = settings, metrics = metrics }
