-- What every coroutine runs: one function after the other, whichever the host hands in.
local _, host = ...
local idle, arguments = host.idle, host.arguments

local WITH_EVENT, WITH_STATE, WITH_FAILURE, WITH_VALUES, WITH_INVOCATION = 1, 2, 3, 4, 5

-- Most of the time a script waits for its first event.
local event
event = function(anchor, mapping, node)
    if not host.views_made then host.run("views") end
    event = host.event
    return event(anchor, mapping, node)
end

function host.drive(handler)
    while true do
        local with, first, second, third, fourth, anchor, mapping, node = arguments()
        if with == WITH_EVENT then
            handler = idle(handler(event(first, second, third)))
        elseif with == WITH_INVOCATION then
            handler = idle(handler(event(first, second, third), fourth))
        elseif with == WITH_STATE then
            handler = idle(handler(first, second))
        elseif with == WITH_FAILURE then
            handler = idle(handler(first, second, third, fourth, anchor and event(anchor, mapping, node)))
        elseif with == WITH_VALUES then
            handler = idle(handler(first, second, third, fourth, anchor, mapping, node))
        else
            handler = idle(handler())
        end
    end
end
