-- Good morning: a message at nine on working days, by the clocks of a place.
--
--   [scripts.morning]
--   channel = "123"              where to say it; without it the script does nothing
--   when = "0 9 * * 1-5"         all of these are optional
--   zone = "Europe/Berlin"
--   text = "Good morning!"

local rookery = require "rookery"

local config = rookery.config
local channel = config.channel
local zone = config.zone or "UTC"

local function greet()
    local date = rookery.time.date(nil, zone)
    local days = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" }
    local greeting = config.text or "Good morning!"
    local text = ("%s It is %s, the %d.%d."):format(greeting, days[date.weekday], date.day, date.month)
    local sent, problem = rookery.messages.send(channel, text)
    if not sent then rookery.log.warn("could not say good morning:", problem) end
end

if channel then rookery.cron(config.when or "0 9 * * 1-5", { tz = zone }, greet) end
