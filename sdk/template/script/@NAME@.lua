-- @NAME@: counts how often somebody has said "!@NAME@".
--
-- Settings, in [scripts.@NAME@] of the config file:
--   command   what people type (default "!@NAME@")

local rookery = require "rookery"

local command = rookery.config.command or "!@NAME@"
local count = 0

rookery.on("messageCreate", function(ev)
    if ev.content ~= command or ev.author.bot then return end
    count = count + 1
    local sent, problem = ev:reply("This is @NAME@, number " .. count .. ".")
    if not sent then rookery.log.warn("no answer:", problem) end
end)

-- What a new version takes over when the script is reloaded.
rookery.save(function() return { count = count } end)
rookery.load(function(saved) count = saved.count end)
