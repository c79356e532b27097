describe("polls", function()
    world { limit = 60 }
    local alice, bob, carol, general
    before_each(function(sim)
        alice, bob, carol = sim:user("alice"), sim:user("bob"), sim:user("carol")
        general = sim:channel("#general")
    end)

    local function ask(who, options)
        local given = { question = "Lunch?", answers = "Pizza | Soup | Salad" }
        for key, value in pairs(options or {}) do given[key] = value end
        return who:slash("poll ask", given)
    end

    it("counts one vote each, which can be changed", function()
        local poll = ask(alice)
        expect(poll):contains("Lunch?"):contains("Pizza: 0"):has_button("Soup")
        expect(poll:click("Pizza", { user = bob })):contains("Your vote: **Pizza**"):is_private()
        poll:click("Pizza", { user = carol })
        expect(poll):contains("Pizza: 2"):contains("2 votes")
        poll:click("Soup", { user = bob })
        poll:click("Soup", { user = bob })
        expect(poll):contains("Pizza: 1"):contains("Soup: 1"):contains("2 votes")
    end)

    it("works by messages", function()
        alice:say('!poll ask "Lunch?" "Pizza, Soup" 2h')
        expect(general:public()):last():contains("Lunch?"):contains("Soup: 0")
        general:last():click("Soup", { user = bob })
        expect(general):contains("Soup: 1")
    end)

    it("calls nobody whom a question or an answer names", function(sim)
        local poll = ask(alice, { question = "<@" .. bob.id .. ">?", answers = "@everyone | <@" .. carol.id .. ">" })
        expect(#general:last().raw.mentions):equals(0)
        poll:click("@everyone", { user = carol })
        sim:advance("2d")
        expect(general:public()):last():contains("The poll is closed")
        expect(#general:last().raw.mentions):equals(0)
    end)

    it("closes when its time has come and tells the result", function(sim)
        local poll = ask(alice, { time = "2h" })
        poll:click("Soup", { user = bob })
        sim:advance("119m")
        expect(general):no():contains("The poll is closed")
        sim:advance("2m")
        expect(general:public()):last():contains("The poll is closed: **Lunch?**"):contains("**Soup** wins with 1 of 1")
        expect(general:public()[1]):contains("closed"):no():has_button("Pizza")
    end)

    it("knows ties and polls that nobody cared for", function(sim)
        local poll = ask(alice, { time = "10m" })
        poll:click("Soup", { user = bob })
        poll:click("Salad", { user = carol })
        sim:advance("11m")
        expect(general:public()):last():contains("A tie: Soup, Salad, with 1 of 2 each.")
        ask(bob, { time = "10m" })
        sim:advance("11m")
        expect(general:public()):last():contains("Nobody has voted.")
    end)

    it("shows who voted for what, unless it is anonymous", function()
        local poll = ask(alice)
        poll:click("Soup", { user = bob })
        expect(carol:slash("poll results")):contains("Soup: 1"):mentions(bob):is_private()
        poll = ask(alice, { anonymous = true })
        expect(poll):contains("anonymous")
        poll:click("Soup", { user = bob })
        expect(carol:slash("poll results")):contains("Soup: 1"):no():mentions(bob)
    end)

    it("can be closed by who asked and by moderators only", function(sim)
        ask(carol)
        expect(sim:user("dave"):slash("poll close")):contains("Only who asked may close it"):is_private()
        expect(general):no():contains("The poll is closed")
        carol:slash("poll close")
        expect(general:public()):last():contains("The poll is closed")
        expect(carol:slash("poll close")):contains("This poll is closed.")
        ask(carol)
        bob:slash("poll close")
        expect(general:public()):last():contains("The poll is closed")
    end)

    it("refuses what makes no sense", function(sim)
        for answers, problem in pairs {
            ["Pizza"] = "2 to 10 answers", ["1|2|3|4|5|6|7|8|9|10|11"] = "2 to 10 answers",
            ["Pizza | pizza"] = "is there twice", [("x"):rep(81) .. "|b"] = "may have 80 characters",
        } do
            expect(ask(alice, { answers = answers })):contains(problem):is_private()
            sim:advance("1m")
        end
        expect(ask(alice, { time = "60d" })):contains("30 days at most"):is_private()
        expect(alice:slash("poll results")):contains("There is no poll in this channel."):is_private()
        alice:say("!poll ask")
        expect(general:public()):last():by("bot"):contains("question")
    end)

    it("survives a restart, a crash and a reload", function(sim)
        local poll = ask(alice, { time = "2h" })
        poll:click("Soup", { user = bob })
        sim:restart()
        poll:click("Soup", { user = carol })
        sim:crash()
        poll:click("Pizza", { user = alice })
        sim:reload()
        expect(poll):contains("Pizza: 1"):contains("Soup: 2")
        sim:advance("3h")
        expect(general:public()):last():contains("**Soup** wins with 2 of 3")
        sim:restart()
        sim:advance("1d")
        expect(#general:public()):equals(2)
    end)

    it("refuses votes after the end", function(sim)
        ask(alice, { time = "10m" })
        local open = general:last()
        sim:advance("10m")
        expect(general:public()[1]):contains("closed")
        expect(open.id == general:public()[1].id):is_true()
    end)

    it("allows so many open ones in a channel", function(sim)
        alice:slash("poll settings", { setting = "most", value = "2" })
        ask(alice, { time = "10m" })
        ask(bob, { time = "20m" })
        expect(ask(carol)):contains("There are 2 open polls here already"):is_private()
        sim:advance("11m")
        expect(general:public()):last():contains("The poll is closed")
        expect(ask(carol, { time = "5m" })):contains("Lunch?")
        expect(ask(carol)):contains("There are 2 open polls here already")
        carol:slash("poll close")
        expect(ask(carol, { time = "1h" })):contains("Lunch?")
        sim:advance("2h")
        local told = 0
        for _, message in ipairs(general:public()) do
            if message.content:find("The poll is closed", 1, true) then told = told + 1 end
        end
        expect(told):equals(4)
    end)

    it("does not stop at a poll whose channel is gone", function(sim)
        sim:act("channel_create", { name = "short-lived" })
        alice:slash("poll ask", { question = "Here?", answers = "a | b", time = "10m" }, { channel = "#short-lived" })
        ask(bob, { time = "20m" })
        sim:act("channel_delete", { channel = "short-lived" })
        sim:advance("21m")
        expect(general:public()):last():contains("The poll is closed: **Lunch?**")
    end)

    it("goes by the settings of the server", function(sim)
        expect(carol:slash("poll settings", { setting = "longest", value = "2" })):is_private()
        expect(ask(alice, { time = "3d" })):contains("closes")
        expect(alice:slash("poll settings", { setting = "longest", value = "2" })):contains("**longest** is now `2`")
        expect(ask(alice, { time = "3d" })):contains("2 days at most")
        expect(alice:slash("poll settings", { setting = "longest", value = "many" })):contains("takes a number")
        expect(alice:slash("poll settings", { setting = "longest", value = "0" })):contains("That cannot be")
        expect(alice:slash("poll settings")):contains("**longest** is `2`"):contains("**role** is not set")
        local role = sim:role("Moderators")
        alice:slash("poll settings", { setting = "role", value = "<@&" .. role.id .. ">" })
        expect(ask(carol)):contains("Only <@&" .. role.id .. "> may ask here."):is_private()
        expect(ask(bob)):contains("Lunch?")
        sim:act("guild_join", { name = "Other" })
        for _, value in ipairs { "Moderators", "4711", sim:state().guilds[2].id } do
            expect(alice:slash("poll settings", { setting = "role", value = value }))
                :contains("takes a role of this server"):is_private()
        end
        alice:slash("poll settings", { setting = "role", value = "default" })
        expect(ask(carol)):contains("Lunch?")
    end)

    it("counts and shows a vote that comes before the platform has answered", function(sim)
        sim:fault("rest_slow", { count = 1, ms = 500 })
        sim:at_once(function(await)
            ask(alice)
            await(function() return general:last() end):click("Pizza", { user = bob })
        end)
        expect(general:public()[1]):contains("Pizza: 1"):contains("1 vote")
    end)

    it("tells the result once when two close it at the same time", function(sim)
        ask(alice)
        sim:fault("rest_slow", { count = 6, ms = 200 })
        sim:at_once(function()
            alice:slash("poll close")
            bob:slash("poll close")
        end)
        expect(#general:public()):equals(2)
    end)

    it("goes on when it is reloaded, or killed, before the platform has answered", function(sim)
        for i, how in ipairs { "reload", "crash" } do
            sim:fault("rest_slow", { count = 1, ms = 500 })
            sim:at_once(function(await)
                ask(alice, { question = how .. "?", time = "10m" })
                await(function() return #general:public() == 2 * i - 1 end)
                sim[how](sim, how == "reload" and "polls" or nil)
            end)
            general:last():click("Soup", { user = bob })
            expect(general:public()[2 * i - 1]):contains("Soup: 1")
            sim:advance("11m")
            expect(#general:public()):equals(2 * i)
            expect(general:public()):last():contains("**Soup** wins with 1 of 1")
        end
    end)
end)

for _, platform in ipairs { "revolt", "guilded", "whatsapp", "holobridge" } do
    describe("polls on " .. platform, function()
        world { platform = platform, script = "polls.lua", limit = 60 }
        local alice, bob, general
        before_each(function(sim)
            alice, bob, general = sim:user("alice"), sim:user("bob"), sim:channel("#general")
        end)

        it("are asked, voted on, told and listed by messages", function(sim)
            alice:say('!poll ask "Lunch?" "Pizza | Soup" 2h')
            local poll = general:last()
            expect(poll):contains("Lunch?"):contains("Soup: 0"):contains("2. Soup")
            poll:click("Soup", { user = bob })
            poll:click("2", { user = alice })
            poll:click("Pizza", { user = bob })
            alice:say("!poll results")
            sim:advance("3h")
            expect(general):last():contains("The poll is closed"):contains("A tie: Pizza, Soup, with 1 of 2 each.")
            expect(#sim:log("Something went wrong")):equals(0)
            expect(#sim:log("error")):equals(0)
        end)

        it("survive a crash, and are closed by who asked", function(sim)
            bob:say('!poll ask "Lunch?" "Pizza | Soup" 2h')
            local poll = general:last()
            sim:crash()
            poll:click("Soup", { user = alice })
            bob:say("!poll close")
            local told = 0
            for _, message in ipairs(general:messages()) do
                if message.text:find("wins with 1 of 1", 1, true) then told = told + 1 end
            end
            expect(told):equals(1)
            -- For bob alone, where there are direct messages.
            local direct = platform == "revolt" or platform == "whatsapp"
            if not direct then expect(general):contains("Closed.") end
        end)
    end)
end
