-- What every coroutine runs: one function after the other, whichever the host hands in.
local _, host = ...
local idle, arguments = host.idle, host.arguments

function host.drive(handler)
    while true do handler = idle(handler(arguments())) end
end
