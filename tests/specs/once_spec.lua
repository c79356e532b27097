describe("what is stored for an event", function()
    world { script = "once.lua" }

    local function last(sim) return expect(sim:channel("#general")):last() end

    it("is stored", function(sim)
        for _ = 1, 2 do
            sim:user("alice"):say("wait")
            sim:advance("61s")
        end
        last(sim):contains("counted 2 2 2")
    end)

    for _, interruption in ipairs { "crash", "restart" } do
        it("is stored once over a " .. interruption .. " in the middle of its handler", function(sim)
            sim:user("alice"):say("wait")
            for _ = 1, 2 do sim[interruption](sim) end
            sim:advance("61s")
            last(sim):contains("counted 1 1 1")
            sim:user("bob"):say("wait")
            sim:advance("61s")
            last(sim):contains("counted 2 2 2")
        end)
    end

    for _, interruption in ipairs { "crash", "restart", "reload" } do
        it("is stored once over a " .. interruption .. " while the handler asks", function(sim)
            local question = sim:user("alice"):slash("vote")
            sim[interruption](sim)
            question:click("Yes")
            last(sim):contains("voted true 1 1 1")
        end)
    end
end)
