-- @NAME@: counts how often somebody has said "!@NAME@", or used /@NAME@.
--
-- Settings, in [scripts.@NAME@] of the config file:
--   text   what it answers (default "This is @NAME@, number {count}.")

local rookery = require "rookery"

local text = rookery.config.text or "This is @NAME@, number {count}."
local count = 0

rookery.command {
    name = "@NAME@",
    description = "Counts how often it was used",
    run = function()
        count = count + 1
        return (text:gsub("{count}", count))
    end,
}

-- What a new version takes over when the script is reloaded.
rookery.save(function() return { count = count } end)
rookery.load(function(saved) count = saved.count end)
