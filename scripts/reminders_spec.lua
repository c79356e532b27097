describe("reminders", function()
    world { limit = 60 }
    local alice, bob, general
    before_each(function(sim)
        alice, bob, general = sim:user("alice"), sim:user("bob"), sim:channel("#general")
    end)

    it("reminds when the time has come", function(sim)
        alice:say("!remind 2h tea with milk")
        expect(general:public()):last():contains("I will remind you"):contains("tea with milk")
        sim:advance("119m")
        expect(#general:public()):equals(2)
        sim:advance("2m")
        expect(general:public()):last():contains("tea with milk"):mentions(alice)
        sim:advance("7d")
        expect(#general:public()):equals(3)
    end)

    it("calls nobody when it is asked for, whoever is named in it", function()
        alice:say("!remind 2h ask <@" .. bob.id .. ">")
        expect(general:public()):last():contains("I will remind you")
        expect(#general:last().raw.mentions):equals(0)
    end)

    it("works as a slash command", function(sim)
        expect(alice:slash("remind", { time = "90s", what = "the oven" })):contains("the oven"):contains("number 1")
        sim:advance("2m")
        expect(general:public()):last():contains("the oven"):mentions(alice)
    end)

    it("explains what it does not understand", function()
        for _, text in ipairs { "!remind", "!remind soon tea", "!remind 2h", "!remind 0s tea" } do
            alice:say(text)
            expect(general:public()):last():by("bot")
            expect(general):no():contains("I will remind you")
        end
        expect(alice:slash("remind", { time = "9999d", what = "x" })):contains("366 days"):is_private()
    end)

    it("comes again and again by the clocks of a zone", function(sim)
        expect(alice:slash("reminders zone", { zone = "Mars" })):contains("I know no time zone “Mars”")
        expect(alice:slash("reminders zone", { zone = "Europe/Berlin" })):contains("Europe/Berlin"):is_private()
        expect(alice:slash("reminders every", { cron = "0 9 * * *", what = "stand-up" })):contains("stand-up")
        for day = 1, 3 do
            sim:advance("1d")
            expect(#general:public()):equals(day + 1)
        end
        expect(general:public()):last():contains("stand-up"):mentions(alice)
        expect(alice:slash("reminders list")):contains("0 9 * * *"):contains("Europe/Berlin"):is_private()
    end)

    it("takes no nonsense for a cron line", function()
        for cron, problem in pairs {
            ["61 * * * *"] = "minute '61'", ["soon"] = "That is no time I could follow",
            ["0 0 31 2 *"] = "never happen",
            ["* * * * *"] = "more often", ["0,1 9 * * *"] = "more often",
        } do
            expect(alice:slash("reminders every", { cron = cron, what = "x" })):contains(problem):is_private()
        end
        expect(alice:slash("reminders list")):contains("You have no reminders.")
    end)

    it("lists and deletes them", function(sim)
        alice:slash("remind", { time = "2h", what = "second" })
        alice:slash("remind", { time = "1h", what = "first" })
        bob:slash("remind", { time = "1h", what = "not yours" })
        expect(alice:slash("reminders list")):matches("`2`.*first.*`1`.*second"):no():contains("not yours")
        expect(alice:complete("reminders delete", "number", "2")):contains("2: first")
        expect(alice:slash("reminders delete", { number = 2 })):contains("Number 2 is deleted: first"):is_private()
        expect(alice:slash("reminders delete", { number = 7 })):contains("You have no reminder 7."):is_private()
        sim:advance("90m")
        expect(general):no():contains("> first")
        expect(general:public()):last():contains("not yours")
        alice:slash("remind", { time = "5h", what = "third" })
        expect(alice:slash("reminders list")):contains("`2`")
    end)

    it("tells late what fell due while it was away", function(sim)
        alice:slash("remind", { time = "1h", what = "tea" })
        bob:slash("reminders every", { cron = "0 * * * *", what = "stretch" })
        sim:crash()
        sim:advance("61m")
        expect(general):contains("tea")
        local told = #general:public()
        sim:restart()
        sim:reload()
        expect(#general:public()):equals(told)
        sim:advance("1h")
        expect(#general:public()):equals(told + 1)
        expect(general:public()):last():contains("stretch"):mentions(bob)
    end)

    it("tells nobody twice when it is killed in the middle", function(sim)
        for i = 1, 3 do alice:slash("remind", { time = i .. "m", what = "number " .. i }) end
        sim:advance("1m")
        sim:crash()
        sim:advance("1m")
        sim:crash()
        sim:advance("5m")
        local told = 0
        for _, message in ipairs(general:public()) do
            if message.content:match("^<@%d+> number %d$") then told = told + 1 end
        end
        expect(told):equals(3)
    end)

    it("goes into a direct message when the channel is gone", function(sim)
        sim:act("channel_create", { name = "short-lived" })
        alice:slash("remind", { time = "1h", what = "tea" }, { channel = "#short-lived" })
        sim:act("channel_delete", { channel = "short-lived" })
        sim:advance("61m")
        expect(sim:dm(alice)):last():contains("tea")
    end)

    it("gives back the numbers of those that are told or deleted", function(sim)
        alice:slash("reminders settings", { setting = "most", value = "2" })
        expect(alice:slash("remind", { time = "1h", what = "one" })):contains("number 1")
        expect(alice:slash("reminders every", { cron = "0 0 * * *", what = "two" })):contains("number 2")
        expect(alice:slash("remind", { time = "1h", what = "three" })):contains("2 reminders here already")
        sim:advance("61m")
        expect(alice:slash("remind", { time = "9h", what = "three" })):contains("number 1")
        expect(alice:slash("remind", { time = "9h", what = "four" })):contains("2 reminders here already")
        sim:restart()
        alice:slash("reminders delete", { number = 2 })
        expect(alice:slash("remind", { time = "9h", what = "four" })):contains("number 2")
        expect(alice:slash("reminders list")):contains("three"):contains("four"):no():contains("two")
    end)

    it("goes by the settings of the server", function()
        expect(bob:slash("reminders settings", { setting = "most", value = "1" })):is_private()
        expect(alice:slash("reminders settings", { setting = "most", value = "2" })):contains("**most** is now `2`")
        alice:slash("remind", { time = "1h", what = "one" })
        alice:slash("remind", { time = "1h", what = "two" })
        expect(alice:slash("remind", { time = "1h", what = "three" })):contains("2 reminders here already"):is_private()
        expect(bob:slash("remind", { time = "1h", what = "mine" })):contains("number 1")
        alice:slash("reminders settings", { setting = "recurring", value = "no" })
        expect(bob:slash("reminders every", { cron = "@daily", what = "x" })):contains("switched off")
    end)

    it("reminds once when it is reloaded, or killed, before the platform has answered", function(sim)
        for i, how in ipairs { "reload", "crash" } do
            sim:fault("rest_slow", { count = 1, ms = 500 })
            sim:at_once(function(await)
                alice:slash("remind", { time = "5m", what = how .. " tea" })
                await(function() return #general:public() == 2 * i - 1 end)
                sim[how](sim, how == "reload" and "reminders" or nil)
            end)
            sim:advance("6m")
            expect(#general:public()):equals(2 * i)
            expect(general:public()):last():contains(how .. " tea")
        end
    end)

    it("is not told any more when it is deleted in the last moment", function(sim)
        alice:slash("remind", { time = "5m", what = "tea" })
        sim:advance("4m 59s")
        sim:fault("rest_slow", { count = 4, ms = 100 })
        sim:at_once(function()
            alice:slash("reminders delete", { number = 1 })
            bob:slash("remind", { time = "1h", what = "other" })
        end)
        sim:advance("1m")
        expect(general):no():contains("<@" .. alice.id .. "> tea")
    end)

    it("finds what it has said behind many messages", function(sim)
        alice:slash("remind", { time = "5m", what = "tea" })
        sim:fault("rest_cut", { count = 20 })
        sim:advance("5m")
        sim:fault("rest_cut", { count = 0 })
        for i = 1, 120 do bob:say("message " .. i) end
        sim:advance("1h")
        local told = 0
        for _, message in ipairs(general:public()) do
            if message.content == "<@" .. alice.id .. "> tea" then told = told + 1 end
        end
        expect(told):equals(1)
    end)

    it("goes by the clocks of a zone when they change", function(sim)
        alice:slash("reminders zone", { zone = "Europe/Berlin" })
        sim:advance("89d") -- to 30 March 2024, 12:00 UTC: the next night has 23 hours
        for cron, what in pairs { ["0 9 * * *"] = "stand-up", ["30 2 * * *"] = "backup" } do
            alice:slash("reminders every", { cron = cron, what = what })
        end
        local function told(what)
            local count = 0
            for _, message in ipairs(general:public()) do
                if message.content == "<@" .. alice.id .. "> " .. what then count = count + 1 end
            end
            return count
        end
        sim:advance("13h 1m") -- 31 March, 03:01 in summer time: half past two there never was
        expect(told("backup")):equals(1)
        sim:advance("5h 58m") -- 08:59 in summer time
        expect(told("stand-up")):equals(0)
        sim:advance("2m")
        expect(told("stand-up")):equals(1)
    end)
end)

for _, platform in ipairs { "revolt", "guilded", "whatsapp", "holobridge" } do
    describe("reminders on " .. platform, function()
        world { platform = platform, script = "reminders.lua", limit = 60 }

        it("are set by a message, and told once over a crash", function(sim)
            local alice, general = sim:user("alice"), sim:channel("#general")
            alice:say("!remind 2h tea")
            expect(general):last():contains("I will remind you 2024-01-01 14:00 UTC: tea")
            sim:crash()
            sim:advance("3h")
            expect(#general:messages()):equals(3)
            expect(general):last():contains("tea"):by("bot")
            alice:say('!reminders every "0 9 * * *" stand-up')
            expect(general):last():contains("stand-up")
            sim:advance("1d")
            expect(#general:messages()):equals(6)
            alice:say("!reminders delete 1")
            sim:advance("3d")
            expect(general):no():contains("error")
            expect(#sim:log("error")):equals(0)
        end)
    end)
end
