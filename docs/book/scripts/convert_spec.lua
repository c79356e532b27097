describe("convert", function()
    -- [first]
    it("answers both forms", function(sim)
        local alice = sim:user("alice")
        expect(alice:slash("convert", { value = 100, from = "C", to = "F" })):contains("212.0 °F")
        alice:say("!convert 100 C F")
        expect(sim:channel("#general")):last():contains("212.0 °F")
    end)
    -- [/first]

    -- [refusals]
    it("says what is wrong", function(sim)
        local alice = sim:user("alice")
        alice:say("!convert warm C")
        expect(sim:channel("#general")):last():contains("value")
        alice:say("!convert 20 X")
        expect(sim:channel("#general")):last():contains("from")
    end)
    -- [/refusals]

    it("goes by its other name, and has a default", function(sim)
        sim:user("alice"):say("!temp 50 F")
        expect(sim:channel("#general")):last():contains("10.0 °C")
    end)
end)
