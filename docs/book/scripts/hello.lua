-- Greets whoever greets the bot.
local rookery = require "rookery"

-- [handler]
rookery.on("messageCreate", { equals = "hello magpie", bot = false }, function(ev)
    local sent, problem = ev:reply("Hello, " .. ev.author.username .. "!")
    if not sent then rookery.log.warn("no greeting:", problem) end
end)
-- [/handler]
