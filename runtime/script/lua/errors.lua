-- What a script's function that has failed leads to: the log has it already.
local rookery, host = ...
local error, type = error, type

local handler
local watching = false

function host.watch_failures()
    if watching then return end
    watching = true
    host.on_failure(function(message, traceback, where, token, event)
        if host.task_failed then host.task_failed(token, message) end
        if host.command_failed then host.command_failed(token) end
        if handler then handler({ message = message, traceback = traceback, handler = where, event = event }) end
    end)
end

function rookery.on_error(run)
    if type(run) ~= "function" then
        error("rookery.on_error: the argument must be a function, got " .. type(run), 2)
    end
    handler = run
    host.watch_failures()
end
