-- One command for each thing that a declaration can ask for: features_spec.lua uses them.
local rookery = require "rookery"

local function yes() return "yes" end

rookery.command { name = "owned", description = "For owners", owner = true, run = yes }
rookery.command { name = "private", description = "In direct messages", where = "dm", run = yes }
rookery.command { name = "public", description = "In guilds", where = "guild", run = yes }
rookery.command { name = "adult", description = "In marked channels", nsfw = true, run = yes }
rookery.command {
    name = "pin", description = "Where the bot may pin", bot_permissions = { "ManageMessages" }, run = yes,
}
rookery.command {
    name = "daily", description = "Once an hour", cooldown = { per = "user", uses = 1, time = "1h" }, run = yes,
}
rookery.command {
    name = "slow", description = "One at a time", concurrency = { per = "channel", limit = 1 },
    run = function()
        rookery.sleep(10)
        return "done"
    end,
}
rookery.command {
    name = "timer", description = "Reads a duration",
    options = {
        { name = "time", type = "duration", description = "How long", required = true, min = "1m", max = "1d" },
        { name = "what", type = "string", description = "For what", max_length = 10, choices = { "tea", "bread" } },
    },
    run = function(_, options) return options.time .. " s for " .. (options.what or "nothing") end,
}

rookery.pager("numbers", function(page) return { content = "page " .. page }, 3 end)
rookery.command { name = "pages", description = "Pages", run = function(ctx) ctx:page("numbers", { of = 1 }) end }

rookery.command {
    name = "collect", description = "Collects two messages",
    run = function(ctx)
        ctx:reply("go on")
        local said = {}
        for ev in rookery.collect("messageCreate", { channel = ctx.channelId, bot = false }, { time = 60, max = 2 }) do
            said[#said + 1] = ev.content
        end
        ctx:followUp(table.concat(said, " and "))
    end,
}

rookery.press("press", function(press) press:reply("pressed") end)
rookery.command {
    name = "buttons", description = "Buttons with conditions",
    run = function(ctx)
        return { content = "Press", components = {
            { button = "Mine", action = "press", only = ctx.userId },
            { button = "Once", action = "press", once = true },
            { button = "Soon", action = "press", expires = "10m" },
        } }
    end,
}
