-- What every coroutine runs: one function after the other, whichever the host hands in.
local _, host = ...
local idle, arguments, event = host.idle, host.arguments, host.event

local WITH_EVENT, WITH_STATE, WITH_FAILURE = 1, 2, 3

function host.drive(handler)
    while true do
        local with, first, second, third, fourth, anchor, mapping, node = arguments()
        if with == WITH_EVENT then
            handler = idle(handler(event(first, second, third)))
        elseif with == WITH_STATE then
            handler = idle(handler(first, second))
        elseif with == WITH_FAILURE then
            handler = idle(handler(first, second, third, fourth, anchor and event(anchor, mapping, node)))
        else
            handler = idle(handler())
        end
    end
end
