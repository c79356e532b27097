-- Waiting for one another: a box is signalled by whoever has what is waited for.
local _, host = ...
local result = host.result

-- Waits until host.signal(box), or for so many seconds. `asking`: for what somebody answers, so that a reload need not
-- wait for it: the event is handled anew by the next version.
local last_key = 0
function host.park(box, seconds, asking)
    last_key = last_key + 1
    box.key = last_key
    host.begin_park(last_key, seconds, asking)
    result()
    box.key = nil
end
function host.signal(box)
    if box.key then host.wake(box.key) end
end
