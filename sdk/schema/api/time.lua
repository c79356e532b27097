-- Moments and lengths of time.

---Moments are seconds since 1970 (UTC), with a fraction.
---@class rookery.time
rookery.time = {}

---@return number seconds To the millisecond.
function rookery.time.now() end

---"2024-05-17T12:30:00.000Z", of that moment or of now.
---@param seconds number?
---@return string
function rookery.time.iso(seconds) end

---The moment of an ISO 8601 text; without an offset it is in UTC. `rookery.time.parse(ev.createdAt)`
---@param text string
---@return number? seconds nil when it is none
---@return string? problem
function rookery.time.parse(text) end

---@class rookery.Date
---@field year integer
---@field month integer 1 to 12.
---@field day integer 1 to 31.
---@field hour integer
---@field min integer
---@field sec number
---@field weekday integer 1 is Monday, 7 is Sunday.
---@field offset integer Seconds east of UTC.
---@field zone string "CEST"

---Date and time of day, in UTC or in a time zone.
---@param seconds number? Now without it.
---@param zone string? "Europe/Berlin"
---@return rookery.Date
function rookery.time.date(seconds, zone) end

---When the thing with that id was made.
---@param id string
---@return number seconds
function rookery.time.of_id(id) end

---The least id of that moment: for the parameters `before` and `after`.
---@param seconds number
---@return string id
function rookery.time.to_id(seconds) end

---Seconds of "1h30m", "2 days" or "90".
---@param text string
---@return number? seconds nil when it is none
---@return string? problem
function rookery.time.duration(text) end

---"1h 30m".
---@param seconds number
---@param most integer? So many units; 2 without it.
---@return string
function rookery.time.format_duration(seconds, most) end

---The first moment after `after` that a cron line names, as `rookery.cron` would take it. `rookery.time.next("0 9 * * 1-5")`
---@param line string
---@param options { tz: string?, after: number? }? "Europe/Berlin", UTC without it; now without `after`.
---@return number? seconds nil when the line is none, or will never happen
---@return string? problem
---Since level 1.4.
function rookery.time.next(line, options) end
