describe("poll", function()
    local function ask(sim)
        return sim:user("alice"):slash("poll", { time = "1h", question = "Lunch?", answers = "Pizza | Soup" })
    end

    -- [votes]
    it("counts a vote for each", function(sim)
        local poll = ask(sim)
        poll:click("Pizza", { user = sim:user("bob") })
        poll:click("Pizza", { user = sim:user("carol") })
        poll:click("Soup", { user = sim:user("carol") })
        expect(sim:channel("#general")):last():contains("Pizza: 1"):contains("Soup: 1")
    end)
    -- [/votes]

    -- [ends]
    it("ends in time, also over a restart", function(sim)
        ask(sim):click("Soup", { user = sim:user("bob") })
        sim:advance("30m")
        sim:restart()
        sim:advance("31m")
        expect(sim:channel("#general")):last():contains("Soup: 1"):contains("closed")
    end)
    -- [/ends]

    it("wants two answers", function(sim)
        local answer = sim:user("alice"):slash("poll", { time = "1h", question = "Lunch?", answers = "Pizza" })
        expect(answer):contains("two to five")
    end)
end)
