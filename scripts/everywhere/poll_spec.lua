for _, platform in ipairs { "discord", "revolt", "guilded", "whatsapp", "holobridge" } do
    describe("the poll on " .. platform, function()
        world { platform = platform, limit = 60 }
        local general
        before_each(function(sim) general = sim:channel("#general") end)

        -- What !results says.
        local function results(sim)
            sim:user("alice"):say("!results")
            return general:last()
        end

        it("counts votes", function(sim)
            sim:user("alice"):say('!poll "Lunch today?" Pizza "Something else"')
            sim:user("bob"):say("!vote 2")
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

-- The same on the others: tests/integration/main_job/all_platforms_test.py. Not all keep what comes while a link
-- is cut.
describe("the poll", function()
    world { limit = 60 }

    it("counts what is voted before the platform has answered", function(sim)
        local alice, bob, general = sim:user("alice"), sim:user("bob"), sim:channel("#general")
        sim:fault("rest_slow", { count = 1, ms = 300 })
        sim:at_once(function(await)
            alice:say("!poll Lunch? Pizza Soup")
            local poll = await(function() return #general:messages() > 1 and general:last() end)
            bob:react(poll, "2️⃣")
            alice:say("!vote 2")
        end)
        expect(general:public()[2]):contains("Soup: 2")
    end)
end)
