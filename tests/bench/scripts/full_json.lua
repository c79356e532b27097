-- Asks for the whole normalised JSON of each message.
local rookery = require "rookery"

local seen = 0
rookery.on("messageCreate", function(ev)
    seen = seen + #ev:json()
end)
