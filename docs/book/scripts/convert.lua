-- Turns temperatures into other units: /convert 30 C F
local rookery = require "rookery"

local units = { "C", "F", "K" }
local to_celsius = {
    C = function(t) return t end,
    F = function(t) return (t - 32) / 1.8 end,
    K = function(t) return t - 273.15 end,
}
local from_celsius = {
    C = function(t) return t end,
    F = function(t) return t * 1.8 + 32 end,
    K = function(t) return t + 273.15 end,
}

-- [command]
rookery.command {
    name = "convert",
    description = "Turns a temperature into another unit",
    options = {
        { name = "value", type = "number", description = "The temperature", required = true, min = -500, max = 10000 },
        { name = "from", type = "string", description = "Its unit", required = true, choices = units },
        { name = "to", type = "string", description = "The unit that you want", choices = units, default = "C" },
    },
    aliases = { "temp" },
    examples = { "30 C F", "451 F" },
    run = function(_, options)
        local result = from_celsius[options.to](to_celsius[options.from](options.value))
        return ("%g °%s are %.1f °%s."):format(options.value, options.from, result, options.to)
    end,
}
-- [/command]
