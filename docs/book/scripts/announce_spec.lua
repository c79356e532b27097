describe("announce", function()
    -- [who]
    it("is for those who manage messages", function(sim)
        local mod = sim:user("mod", { permissions = { "ManageMessages" } })
        sim:user("carol"):say("!announce #random hello")
        expect(sim:channel("#random")):no():contains("hello")
        mod:say("!announce #random The server restarts at noon.")
        expect(sim:channel("#random")):last():contains("restarts at noon")
    end)
    -- [/who]

    -- [often]
    it("comes twice a minute", function(sim)
        local mod = sim:user("mod", { permissions = { "ManageMessages" } })
        for _, text in ipairs { "one", "two", "three" } do mod:say("!announce #random " .. text) end
        expect(sim:channel("#random")):last():contains("two")
        sim:advance("1m")
        mod:say("!announce #random four")
        expect(sim:channel("#random")):last():contains("four")
    end)
    -- [/often]
end)
