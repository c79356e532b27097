-- rookery.time: moments as seconds since 1970 (UTC), as ISO texts, in ids; lengths of time as text.
local _, host = ...
local error, ipairs, tonumber, tostring, type = error, ipairs, tonumber, tostring, type
local floor, format = math.floor, string.format
local ffi = host.ffi

ffi.cdef [[
typedef struct { long seconds, nanoseconds; } rk_timespec;
int clock_gettime(int clock, rk_timespec *time);
]]
local spec = ffi.new("rk_timespec")
local clock_gettime = ffi.C.clock_gettime

local time = {}

function time.now()
    clock_gettime(0, spec)
    return tonumber(spec.seconds) + floor(tonumber(spec.nanoseconds) / 1e6) / 1000
end
-- Where time is turned by hand, as in `rookery test`.
if host.virtual_now then time.now = host.virtual_now end

local function check(name, value, wanted)
    if type(value) ~= wanted then
        error(("rookery.time.%s: expected a %s, got %s"):format(name, wanted, type(value)), 3)
    end
end

-- Days since 1970 of a date of the Gregorian calendar, and back; years begin in March on the way.
local function days_of(year, month, day)
    if month <= 2 then year = year - 1 end
    local era = floor(year / 400)
    local of_era = year - era * 400
    local of_year = floor((153 * (month + (month > 2 and -3 or 9)) + 2) / 5) + day - 1
    return era * 146097 + of_era * 365 + floor(of_era / 4) - floor(of_era / 100) + of_year - 719468
end
local function date_of(days)
    days = days + 719468
    local era = floor(days / 146097)
    local of_era = days - era * 146097
    local year = floor((of_era - floor(of_era / 1460) + floor(of_era / 36524) - floor(of_era / 146096)) / 365)
    local of_year = of_era - (365 * year + floor(year / 4) - floor(year / 100))
    local part = floor((5 * of_year + 2) / 153)
    local month = part + (part < 10 and 3 or -9)
    return year + era * 400 + (month <= 2 and 1 or 0), month, of_year - floor((153 * part + 2) / 5) + 1
end

local YEAR_9999 = 253402300800
local function parts_of(seconds)
    local days = floor(seconds / 86400)
    local rest = seconds - days * 86400
    local year, month, day = date_of(days)
    return year, month, day, floor(rest / 3600), floor(rest / 60) % 60, rest % 60, (days + 3) % 7 + 1
end

-- "2024-05-17T12:30:00.000Z"
function time.iso(seconds)
    if seconds == nil then seconds = time.now() end
    check("iso", seconds, "number")
    if not (seconds >= -62135596800 and seconds < YEAR_9999) then error("rookery.time.iso: out of range", 2) end
    local year, month, day, hour, minute, rest = parts_of(floor(seconds * 1000 + 0.5) / 1000)
    return format("%04d-%02d-%02dT%02d:%02d:%06.3fZ", year, month, day, hour, minute, floor(rest * 1000 + 0.5) / 1000)
end

-- The moment of an ISO text, or nil and why. Without an offset it is taken as UTC.
function time.parse(text)
    check("parse", text, "string")
    local year, month, day, rest = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)(.*)$")
    if not year then return nil, "not an ISO time" end
    year, month, day = tonumber(year), tonumber(month), tonumber(day)
    local days = days_of(year, month, day)
    local y, m, d = date_of(days)
    if y ~= year or m ~= month or d ~= day then return nil, "there is no such day" end
    if rest == "" then return days * 86400 end
    local hour, minute, second, zone = rest:match("^[T ](%d%d):(%d%d):?(%d?%d?%.?%d*)(.*)$")
    if not hour then return nil, "not an ISO time" end
    hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second) or 0
    if hour > 24 or minute > 59 or second >= 61 then return nil, "there is no such time of day" end
    local offset = 0
    if zone ~= "" and zone ~= "Z" and zone ~= "z" then
        local sign, hours, minutes = zone:match("^([+-])(%d%d):?(%d%d)$")
        if not sign then return nil, "not an ISO time" end
        offset = (hours * 60 + minutes) * (sign == "-" and -60 or 60)
    end
    return days * 86400 + hour * 3600 + minute * 60 + second - offset
end

-- { year, month, day, hour, min, sec, weekday = 1 (Monday) to 7, offset = seconds east of UTC }
function time.date(seconds, zone)
    if type(seconds) == "string" then seconds, zone = nil, seconds end
    if seconds == nil then seconds = time.now() end
    check("date", seconds, "number")
    local offset, name = 0, "UTC"
    if zone ~= nil then offset, name = host.zone_at(zone, seconds) end
    local year, month, day, hour, minute, second, weekday = parts_of(seconds + offset)
    return { year = year, month = month, day = day, hour = hour, min = minute, sec = second, weekday = weekday,
        offset = offset, zone = name }
end

-- When the thing with that id was made.
local DISCORD_EPOCH = 1420070400000
function time.of_id(id)
    check("of_id", id, "string")
    if not id:match("^%d+$") or #id > 20 then error("rookery.time.of_id: not an id", 2) end
    local number = 0ULL
    for digit in id:gmatch("%d") do number = number * 10 + (digit:byte() - 48) end
    return (tonumber(number / 4194304ULL) + DISCORD_EPOCH) / 1000
end

-- The least id of that moment: for `before` and `after`.
function time.to_id(seconds)
    check("to_id", seconds, "number")
    local millis = floor(seconds * 1000) - DISCORD_EPOCH
    if not (millis >= 0 and millis < 2 ^ 41) then error("rookery.time.to_id: out of range", 2) end
    return (tostring(ffi.cast("uint64_t", millis) * 4194304ULL):gsub("ULL", ""))
end

local units = {
    s = 1, sec = 1, second = 1, seconds = 1, m = 60, min = 60, minute = 60, minutes = 60, h = 3600, hour = 3600,
    hours = 3600, d = 86400, day = 86400, days = 86400, w = 604800, week = 604800, weeks = 604800,
}
-- Seconds of "1h30m", "2 days", "90"; nil and why when it is none.
function time.duration(text)
    check("duration", text, "string")
    if tonumber(text) and text:match("^%s*[%d.]+%s*$") then return tonumber(text) end
    local sum, rest = 0, text:lower()
    while true do
        local number, unit, more = rest:match("^[%s,]*(%d+%.?%d*)%s*(%a+)(.*)$")
        if not number then break end
        if not units[unit] then return nil, "unknown unit of time '" .. unit .. "'" end
        sum, rest = sum + tonumber(number) * units[unit], more
    end
    if rest:match("%S") or text:match("^%s*$") then return nil, "not a length of time" end
    return sum
end

-- "1h 30m": the two largest units, or as many as told.
local steps = { { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } }
function time.format_duration(seconds, most)
    check("format_duration", seconds, "number")
    local out, rest = {}, floor(seconds < 0 and -seconds or seconds)
    for _, step in ipairs(steps) do
        local count = floor(rest / step[2])
        if count > 0 and #out < (most or 2) then
            out[#out + 1] = format("%d%s", count, step[1])
            rest = rest - count * step[2]
        elseif #out > 0 then
            break
        end
    end
    return (seconds < 0 and "-" or "") .. (#out > 0 and table.concat(out, " ") or "0s")
end

-- The next moment of a cron line: rookery.time.next("0 9 * * 1-5", { tz = "Europe/Berlin", after = seconds }). For
-- a line that is none, nil and why: people type them.
function time.next(line, options)
    check("next", line, "string")
    if options ~= nil then check("next", options, "table") end
    local zone, after = options and options.tz or "UTC", options and options.after or time.now()
    if type(zone) ~= "string" then error("rookery.time.next: tz must be a string, got " .. type(zone), 2) end
    if type(after) ~= "number" then error("rookery.time.next: after must be a number, got " .. type(after), 2) end
    return host.next_cron(line, zone, after)
end

return { time = time }
