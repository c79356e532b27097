describe("remind", function()
    -- [time]
    it("reminds when the time has come", function(sim)
        local alice = sim:user("alice")
        alice:say("!remind 2h tea")
        expect(sim:channel("#general")):last():contains("remind you in 2h")
        sim:advance("119m")
        expect(sim:channel("#general")):last():contains("remind you in 2h")
        sim:advance("1m")
        expect(sim:channel("#general")):last():contains("tea"):mentions(alice)
    end)
    -- [/time]

    -- [restart]
    it("keeps its word over a crash", function(sim)
        sim:user("alice"):say("!remind 2h tea")
        sim:crash()
        sim:advance("2h")
        expect(sim:channel("#general")):last():contains("tea")
    end)
    -- [/restart]

    it("proposes something", function(sim)
        local choices = sim:user("alice"):complete("remind", "what", "")
        expect(#choices):is(3)
    end)
end)
