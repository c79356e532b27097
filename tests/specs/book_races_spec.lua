-- The book's examples where people are faster than the platform, and killed or reloaded in the middle.
local book = "../../docs/book/scripts/"

-- Does it again and again: with a reload, and with a crash, before the platform has answered.
local function in_the_middle(name, case)
    for _, how in ipairs { "reload", "crash" } do
        it("goes on over a " .. how .. " before the platform has answered", function(sim)
            sim:fault("rest_slow", { count = 1, ms = 300 })
            case(sim, function() sim[how](sim, how == "reload" and name or nil) end)
        end)
    end
end

describe("the poll", function()
    world { script = book .. "poll.lua", limit = 60 }
    local general
    before_each(function(sim) general = sim:channel("#general") end)

    local function ask(sim)
        sim:user("alice"):slash("poll", { time = "1h", question = "Lunch?", answers = "Pizza | Soup" })
    end

    it("counts a vote that comes before the platform has answered", function(sim)
        sim:fault("rest_slow", { count = 1, ms = 300 })
        sim:at_once(function(await)
            ask(sim)
            await(function() return general:last() end):click("Pizza", { user = sim:user("bob") })
        end)
        expect(general):last():contains("Pizza: 1")
        sim:advance("2h")
        expect(general):last():contains("Pizza: 1"):contains("closed")
    end)

    in_the_middle("poll", function(sim, interrupt)
        sim:at_once(function(await)
            ask(sim)
            await(function() return general:last() end)
            interrupt()
        end)
        general:last():click("Pizza", { user = sim:user("bob") })
        sim:advance("2h")
        expect(general):last():contains("Pizza: 1"):contains("closed")
    end)
end)

describe("the reminder", function()
    world { script = book .. "remind.lua", limit = 60 }
    in_the_middle("remind", function(sim, interrupt)
        local general = sim:channel("#general")
        sim:at_once(function(await)
            sim:user("alice"):slash("remind", { ["in"] = "1h", what = "tea" })
            await(function() return general:last() end)
            interrupt()
        end)
        sim:advance("2h")
        expect(#general:public()):equals(2)
        expect(general):last():contains("tea")
    end)
end)
