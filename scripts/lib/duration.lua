-- Durations as people write them: "90", "10s", "5m", "1h30m", "2d". Shared by scripts through
-- `local duration = require "duration"`.

local duration = {}

local seconds_in = { s = 1, m = 60, h = 3600, d = 86400 }

--- Seconds, or nil and what is wrong with the text. A bare number is minutes.
function duration.parse(text)
    if text:match("^%d+$") then text = text .. "m" end
    local total, rest = 0, text:lower()
    while rest ~= "" do
        local count, unit, tail = rest:match("^(%d+)([smhd])(.*)$")
        if not count then return nil, "I do not understand the time '" .. text .. "'" end
        total, rest = total + tonumber(count) * seconds_in[unit], tail
    end
    if total <= 0 then return nil, "the time must be longer than nothing" end
    return total
end

--- "1 h 30 min"
function duration.format(seconds)
    local parts = {}
    for _, unit in ipairs { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 } } do
        local count = math.floor(seconds / unit[2])
        if count > 0 then parts[#parts + 1] = count .. " " .. unit[1] end
        seconds = seconds % unit[2]
    end
    return #parts > 0 and table.concat(parts, " ") or "0 s"
end

return duration
