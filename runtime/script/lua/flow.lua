-- Handlers and timers.
local rookery, host = ...
local error, type = error, type

rookery.on = host.on
rookery.once = host.once
rookery.off = host.off
rookery.intercept = host.intercept
rookery.on_command = host.on_command
rookery.on_component = host.on_component
rookery.on_modal = host.on_modal
rookery.on_autocomplete = host.on_autocomplete
rookery.after = host.after
rookery.every = host.every

-- rookery.cron("0 9 * * 1-5", { tz = "Europe/Berlin" }, run)
function rookery.cron(when, options, run)
    if run == nil then options, run = nil, options end
    if options ~= nil and type(options) ~= "table" then
        error("rookery.cron: the options must be a table, got " .. type(options), 2)
    end
    return host.cron(when, options and options.tz or "UTC", run)
end

-- Waiting: the host notes what the coroutine waits for and yields; the outcome is fetched afterwards,
-- within the coroutine, where running out of memory is an ordinary error.
local result = host.result
function rookery.sleep(seconds)
    host.begin_sleep(seconds)
    result()
end

function rookery.cancel(what)
    if type(what) == "table" and type(what.cancel) == "function" then return what:cancel() end
    return host.cancel(what)
end
