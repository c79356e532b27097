for _, platform in ipairs { "revolt", "guilded", "holobridge", "whatsapp" } do
    describe(platform, function()
        world { platform = platform, script = "../../scripts/ping.lua" }
        it("answers", function(sim)
            sim:user("alice"):say("!ping")
            expect(sim:channel("#general")):last():contains("pong"):by("bot")
        end)
    end)
end
