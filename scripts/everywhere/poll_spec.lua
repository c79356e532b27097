for _, platform in ipairs { "discord", "revolt", "guilded", "whatsapp", "holobridge" } do
    describe("the poll on " .. platform, function()
        world { platform = platform, limit = 60 }
        local general
        before_each(function(sim) general = sim:channel("#general") end)

        -- What the poll's message or !results says.
        local function results(sim)
            sim:user("alice"):say("!results")
            return general:last()
        end

        it("counts votes, one of them given before the platform has answered", function(sim)
            sim:fault("rest_slow", { count = 1, ms = 300 })
            sim:at_once(function(await)
                sim:user("alice"):say('!poll "Lunch today?" Pizza "Something else"')
                await(function() return #general:messages() > 1 end)
                sim:user("bob"):say("!vote 2")
            end)
            sim:user("alice"):say("!vote 1")
            expect(results(sim)):contains("Lunch today?"):contains("Pizza: 1"):contains("Something else: 1")
        end)

        it("keeps the votes over a reload in the middle", function(sim)
            sim:fault("rest_slow", { count = 1, ms = 300 })
            sim:at_once(function(await)
                sim:user("alice"):say('!poll "Lunch today?" Pizza Soup')
                await(function() return #general:messages() > 1 end)
                sim:reload("poll")
            end)
            sim:user("bob"):say("!vote 2")
            expect(results(sim)):contains("Soup: 1")
        end)
    end)
end
