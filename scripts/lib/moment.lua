-- A moment for people: as the platform shows it to each by their own clock, else by the clock of a zone (UTC).
--
--   moment("discord", seconds)                     <t:1704110400:R>
--   moment("revolt", seconds, "Europe/Berlin")     2024-01-01 13:00 CET

local rookery = require "rookery"

return function(platform, seconds, zone)
    if platform == "discord" then return rookery.format.timestamp(seconds, "R") end
    local date = rookery.time.date(seconds, zone or "UTC")
    return ("%04d-%02d-%02d %02d:%02d %s"):format(date.year, date.month, date.day, date.hour, date.min, date.zone)
end
