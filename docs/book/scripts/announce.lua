-- Announcements by those who may: /announce #random The server restarts at noon.
local rookery = require "rookery"

-- [command]
rookery.command {
    name = "announce",
    description = "Writes an announcement into a channel",
    options = {
        { name = "channel", type = "channel", description = "Where", required = true, channel_types = { "text" } },
        { name = "text", type = "string", description = "What", required = true, max_length = 500 },
    },
    where = "guild",
    member_permissions = { "ManageMessages" },
    cooldown = { per = "guild", uses = 2, time = "1m" },
    run = function(ctx, options)
        local sent, problem = rookery.messages.send(options.channel.id, "**Announcement:** " .. options.text)
        if not sent then ctx:fail("I could not write there: " .. problem) end
        return "Announced."
    end,
}
-- [/command]
