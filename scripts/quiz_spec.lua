describe("quiz", function()
    world { script = "quiz.lua", settings = { seconds = 20, questions = { ["Capital of Austria?"] = "Vienna" } } }

    it("is won by the first who knows it", function(sim)
        sim:user("alice"):say("!quiz")
        expect(sim:channel("#general")):last():contains("Capital of Austria?")
        sim:user("bob"):say("Graz")
        sim:user("bob"):say("vienna")
        expect(sim:channel("#general")):last():contains("knows it!"):mentions(sim:user("bob"))
    end)

    it("tells the answer when the time is up", function(sim)
        sim:user("alice"):say("!quiz")
        sim:advance("20s")
        expect(sim:channel("#general")):last():contains("Time is up"):contains("vienna")
    end)

    it("asks one question at a time", function(sim)
        sim:user("alice"):slash("quiz")
        expect(sim:user("bob"):slash("quiz")):is_private()
    end)
end)
