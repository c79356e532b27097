describe("feedback", function()
    -- [walk]
    it("goes from the button to the form to the channel", function(sim)
        local alice = sim:user("alice")
        local answer = alice:slash("feedback", { topic = "praise" })
        expect(answer):is_private()
        local form = answer:click("Write it down")
        expect(form:submit { text = "I like it here." }):contains("passed on"):is_private()
        expect(sim:channel("#general")):contains("**praise** from <@" .. alice.id .. ">: I like it here.")
    end)
    -- [/walk]

    -- [restart]
    it("has buttons that outlive a restart", function(sim)
        local answer = sim:user("alice"):slash("feedback")
        sim:restart()
        answer:click("Write it down"):submit { text = "still there" }
        expect(sim:channel("#general")):contains("still there")
    end)
    -- [/restart]
end)
