-- All that a script sees of time, for clock_spec.lua.
local rookery = require "rookery"

local channel
rookery.cron("0 9 * * *", function() if channel then rookery.messages.send(channel, "good morning") end end)

local asked = {
    now = function(ev) ev:reply(os.date("!%Y-%m-%d %H:%M:%S") .. " " .. rookery.time.iso()) end,
    sleep = function(ev)
        rookery.sleep(60)
        ev:reply("slept")
    end,
    wait = function(ev)
        local next_one = rookery.wait_for("messageCreate", { channelId = ev.channelId, ["author.bot"] = false }, 30)
        ev:reply(next_one and "heard " .. next_one.content or "nobody said anything")
    end,
    keep = function(ev)
        rookery.kv.set("key", "kept", { ttl = 3600 })
        ev:reply("kept")
    end,
    get = function(ev) ev:reply(tostring(rookery.kv.get("key"))) end,
    fetch = function(ev)
        local answer, problem = rookery.http.get("https://example.com/x")
        ev:reply(answer and answer.status .. " " .. answer.body or problem)
    end,
    count = function(ev)
        local left = 3
        local function step()
            ev:reply("in " .. left)
            left = left - 1
            if left > 0 then rookery.after(1, step) end
        end
        step()
    end,
}

rookery.on("messageCreate", function(ev)
    if ev.author.bot then return end
    channel = ev.channelId
    local what = ev.content:match("^!(%a+)$")
    if asked[what] then asked[what](ev) end
end)
