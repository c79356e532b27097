describe("welcome", function()
    -- [join]
    it("welcomes who joins", function(sim)
        sim:user("alice"):say("!welcome to #random")
        local zoe = sim:user("zoe") -- nobody yet: she joins
        expect(sim:channel("#random")):last():mentions(zoe):has_embed("Good to have you, zoe.")
        sim:channel("#random"):last():click("Say hello", { user = "bob" })
        expect(sim:channel("#random")):last():contains("says hello"):mentions(zoe)
    end)
    -- [/join]

    it("is quiet until it is told where", function(sim)
        sim:user("zoe")
        expect(sim:channel("#random")):is_empty()
    end)
end)
