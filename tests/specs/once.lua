-- Stores before it waits and before it asks, for once_spec.lua.
local rookery = require "rookery"
local kv = rookery.kv

local function count()
    kv.incr("sum")
    kv.transaction(function(tx) return tx.incr("points") end)
    kv.set("plain", (kv.get("plain") or 0) + 1)
end
local function tally()
    return ("%d %d %d"):format(kv.get("sum"), kv.get("points"), kv.get("plain"))
end

rookery.on("messageCreate", function(event)
    if event.content ~= "wait" then return end
    count()
    rookery.sleep(60)
    event:reply("counted " .. tally())
end)
rookery.command {
    name = "vote", description = "Counts, then asks",
    run = function(ctx)
        count()
        return "voted " .. tostring(ctx:confirm("Really?", { timeout = 30 })) .. " " .. tally()
    end,
}
