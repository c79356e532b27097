describe("shopping", function()
    it("remembers what was added", function(sim)
        local alice = sim:user("alice")
        alice:say("!shopping add milk")
        alice:say("!shopping add brown bread")
        expect(alice:slash("shopping show")):contains("- milk\n- brown bread")
    end)

    -- [restart]
    it("survives a restart and a crash", function(sim)
        local alice = sim:user("alice")
        alice:say("!shopping add milk")
        sim:restart()
        alice:say("!shopping add bread")
        sim:crash()
        expect(alice:slash("shopping show")):contains("- milk\n- bread")
    end)
    -- [/restart]

    -- [confirm]
    it("asks before it throws the list away", function(sim)
        local alice = sim:user("alice")
        alice:say("!shopping add milk")
        alice:slash("shopping clear"):click("Keep")
        expect(alice:slash("shopping show")):contains("milk")
        alice:slash("shopping clear"):click("Throw away")
        expect(alice:slash("shopping show")):contains("empty")
    end)

    it("takes no answer for a no", function(sim)
        local alice = sim:user("alice")
        alice:say("!shopping add milk")
        alice:slash("shopping clear")
        sim:advance("31s")
        expect(alice:slash("shopping show")):contains("milk")
    end)
    -- [/confirm]
end)
