-- @NAME@: what it does, in one line.
--
-- Settings, in [scripts.@NAME@] of the config file:
--   command   what people type (default "!@NAME@")

local rookery = require "rookery"

local command = rookery.config.command or "!@NAME@"

rookery.on("messageCreate", function(ev)
    if ev.content == command and not ev.author.bot then
        ev:reply("This is @NAME@.")
    end
end)
