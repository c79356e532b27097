describe("roles", function()
    world { limit = 60 }
    local alice, bob, carol, general
    before_each(function(sim)
        alice, bob, carol, general = sim:user("alice"), sim:user("bob"), sim:user("carol"), sim:channel("#general")
        sim:role { name = "Chess", position = 0 }
        sim:role { name = "Go", position = 0 }
        sim:role { name = "Boss", position = 200 }
        sim:role { name = "Police", position = 0, permissions = { "BanMembers" } }
    end)

    it("gives roles to who joins", function(sim)
        expect(alice:slash("roles auto add", { role = "Chess" })):contains("Everybody who joins gets")
        alice:slash("roles auto add", { role = "Go" })
        alice:slash("roles auto add", { role = "Go" })
        local zoe = sim:user("zoe")
        expect(zoe:has_role("Chess") and zoe:has_role("Go")):is_true()
        expect(alice:slash("roles auto list")):contains(sim:role("Chess").id)
        alice:slash("roles auto remove", { role = "Chess" })
        local yan = sim:user("yan")
        expect(yan:has_role("Chess")):is_false()
        expect(yan:has_role("Go")):is_true()
        alice:slash("roles auto remove", { role = "Go" })
        expect(alice:slash("roles auto list")):contains("Who joins gets no role.")
    end)

    it("gives them after a restart and a crash as well", function(sim)
        alice:slash("roles auto add", { role = "Chess" })
        sim:restart()
        expect(sim:user("zoe"):has_role("Chess")):is_true()
        sim:crash()
        sim:reload()
        expect(sim:user("yan"):has_role("Chess")):is_true()
    end)

    it("gives and takes by a reaction", function(sim)
        local rules = alice:say("react to this")
        local given = alice:slash("roles reaction add", { message = rules.id, emoji = "♟️", role = "Chess" })
        expect(given):contains("Who reacts with ♟️ gets")
        expect(rules):has_reaction("♟️")
        carol:react(rules, "♟️")
        expect(carol:has_role("Chess")):is_true()
        sim:crash()
        carol:unreact(rules, "♟️")
        expect(carol:has_role("Chess")):is_false()
        carol:react(rules, "👍")
        expect(carol:has_role("Chess")):is_false()
        local of_it = { message = rules.id, emoji = "♟️" }
        expect(alice:slash("roles reaction remove", of_it)):contains("gives no role any more")
        expect(alice:slash("roles reaction remove", of_it)):contains("gives no role there")
        carol:react(rules, "♟️")
        expect(carol:has_role("Chess")):is_false()
    end)

    it("takes a link to a message of this server alone", function(sim)
        local guild = sim:state().guilds[1]
        local rules = alice:say("react to this")
        local channel
        for _, one in ipairs(guild.channels) do channel = one.name == "general" and one.id or channel end
        local function link(of) return ("https://discord.com/channels/%s/%s/%s"):format(of, channel, rules.id) end
        expect(alice:slash("roles reaction add", { message = link(guild.id), emoji = "⭐", role = "Chess" }))
            :contains("Who reacts with ⭐ gets")
        sim:act("guild_join", { name = "Other" })
        local other = sim:state().guilds[2]
        local there = { channel = other.channels[1].id }
        for _, of in ipairs { other.id, guild.id } do
            local options = { message = link(of), emoji = "⭐", role = "Regulars" }
            expect(alice:slash("roles reaction add", options, there)):contains("There is no such message"):is_private()
            options.role = nil
            expect(alice:slash("roles reaction remove", options, there)):contains("There is no such message")
        end
        carol:react(rules, "⭐")
        expect(carol:has_role("Chess")):is_true()
    end)

    it("gives and takes by a button", function(sim)
        alice:slash("roles menu", { kind = "buttons", title = "What do you play?", role1 = "Chess", role2 = "Go" })
        local menu = general:public()[1]
        expect(menu):contains("What do you play?"):has_button("Go")
        expect(menu:click("Chess", { user = carol })):contains("You have"):is_private()
        expect(carol:has_role("Chess")):is_true()
        sim:restart()
        sim:advance("60d")
        expect(menu:click("Chess", { user = carol })):contains("You do not have"):is_private()
        expect(carol:has_role("Chess")):is_false()
    end)

    it("gives and takes what is selected", function(sim)
        alice:slash("roles menu", { kind = "select", title = "Pick", role1 = "Chess", role2 = "Go" })
        local menu = general:public()[1]
        menu:select("pick", { sim:role("Chess").id, sim:role("Go").id }, { user = carol })
        expect(carol:has_role("Chess") and carol:has_role("Go")):is_true()
        sim:crash()
        sim:advance("60d")
        menu:select("pick", { sim:role("Go").id }, { user = carol })
        expect(carol:has_role("Chess")):is_false()
        expect(menu:select("pick", { sim:role("Go").id }, { user = carol })):contains("Everything stays as it was.")
    end)

    it("gives away nothing that should not be", function(sim)
        expect(alice:slash("roles auto add", { role = "Boss" })):contains("stands above me"):is_private()
        expect(alice:slash("roles auto add", { role = "Police" })):contains("(BanMembers)"):is_private()
        sim:role { name = "Gold", position = 50 }
        expect(bob:slash("roles auto add", { role = "Gold" })):contains("stands above you"):is_private()
        expect(bob:slash("roles menu", { kind = "one", title = "x", role1 = "Gold" })):contains("stands above you")
        expect(alice:slash("roles auto list")):contains("Who joins gets no role.")
    end)

    it("is for those who manage roles", function()
        expect(carol:slash("roles auto add", { role = "Chess" })):is_private()
        carol:say("!roles auto add Chess")
        expect(alice:slash("roles auto list")):contains("Who joins gets no role.")
        bob:say("!roles auto add Chess")
        expect(alice:slash("roles auto list")):no():contains("Who joins gets no role.")
    end)

    it("says what is wrong", function(sim)
        expect(alice:slash("roles reaction add", { message = "12345", emoji = "⭐", role = "Chess" }))
            :contains("There is no such message here."):is_private()
        local message = alice:say("x")
        expect(alice:slash("roles reaction add", { message = message.id, emoji = "star", role = "Chess" }))
            :contains("That is no emoji"):is_private()
        alice:slash("roles menu", { kind = "buttons", title = "Pick", role1 = "Chess" })
        local all = general:public()
        local menu = all[#all]
        sim:act("role_delete", { role = "Chess" })
        expect(menu:click("Chess", { user = carol })):contains("does not exist any more"):is_private()
    end)

    it("gives the role for a reaction that comes before the platform has answered", function(sim)
        local rules = alice:say("react to this")
        sim:fault("rest_slow", { count = 12, ms = 100 })
        sim:at_once(function(await)
            alice:slash("roles reaction add", { message = rules.id, emoji = "♟️", role = "Chess" })
            await(function() return #(rules:now().raw.reactions or {}) > 0 end)
            carol:react(rules, "♟️")
        end)
        expect(carol:has_role("Chess")):is_true()
    end)

    it("keeps both of two roles that are added at the same time", function(sim)
        sim:fault("rest_slow", { count = 12, ms = 100 })
        sim:at_once(function()
            alice:slash("roles auto add", { role = "Chess" })
            alice:slash("roles auto add", { role = "Go" })
        end)
        local zoe = sim:user("zoe")
        expect(zoe:has_role("Chess") and zoe:has_role("Go")):is_true()
    end)

    it("goes by the last of two choices that come right after one another", function(sim)
        alice:slash("roles menu", { kind = "one", title = "Pick", role1 = "Chess", role2 = "Go" })
        local menu = general:public()[1]
        sim:fault("rest_429", { every = 2, retry_after = 0.1 })
        sim:at_once(function()
            menu:select("pick", { sim:role("Chess").id }, { user = carol })
            menu:select("pick", { sim:role("Go").id }, { user = carol })
        end)
        expect(carol:has_role("Go")):is_true()
        expect(carol:has_role("Chess")):is_false()
    end)

    it("takes the role back from who reacts and thinks better of it at once", function(sim)
        local rules = alice:say("react to this")
        alice:slash("roles reaction add", { message = rules.id, emoji = "♟️", role = "Chess" })
        sim:fault("rest_429", { every = 2, retry_after = 0.05 })
        sim:at_once(function()
            for _ = 1, 5 do
                carol:react(rules, "♟️")
                carol:unreact(rules, "♟️")
            end
        end)
        expect(carol:has_role("Chess")):is_false()
    end)

    it("gives the others where one of the roles is gone", function(sim)
        alice:slash("roles auto add", { role = "Chess" })
        alice:slash("roles auto add", { role = "Go" })
        sim:act("role_delete", { role = "Chess" })
        expect(sim:user("zoe"):has_role("Go")):is_true()
        local rules = alice:say("react to this")
        alice:slash("roles reaction add", { message = rules.id, emoji = "⭐", role = "Go" })
        sim:act("role_delete", { role = "Go" })
        carol:react(rules, "⭐")
        expect(#sim:log("error")):equals(0)
    end)

    it("forgets the reactions of a message that is deleted", function(sim)
        local rules = alice:say("react to this")
        alice:slash("roles reaction add", { message = rules.id, emoji = "⭐", role = "Go" })
        alice:delete(rules)
        sim:crash()
        expect(alice:slash("roles reaction remove", { message = rules.id, emoji = "⭐" }))
            :contains("There is no such message here.")
    end)
end)
