-- Reads three fields of each message.
local rookery = require "rookery"

local seen = 0
rookery.on("messageCreate", function(ev)
    seen = seen + #ev.content + #ev.author.username + #ev.channelId
end)
