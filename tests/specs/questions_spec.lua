for _, how in ipairs { "slash", "message" } do
    describe("by " .. how, function()
        world { script = "questions.lua" }

        local function use(sim, name)
            local alice = sim:user("alice")
            if how == "slash" then return alice:slash(name) end
            alice:say("!" .. name)
            return sim:channel("#general"):last()
        end
        local function last(sim) return expect(sim:channel("#general")):last() end

        it("a confirmation is answered", function(sim)
            use(sim, "sure"):click("Delete")
            last(sim):contains("sure: true")
        end)

        it("others cannot answer it", function(sim)
            local question = use(sim, "sure")
            question:click("Delete", { user = "bob" })
            question:click("Keep")
            last(sim):contains("sure: false")
        end)

        it("a confirmation that nobody answers loses its buttons", function(sim)
            local question = use(sim, "sure")
            sim:advance("31s")
            last(sim):contains("sure: nil")
            expect(question):no():has_button("Delete")
        end)

        it("so does one that is not the first answer", function(sim)
            use(sim, "twice")
            expect(sim:channel("#general")):last():contains("Really?"):has_button("Yes")
            sim:advance("31s")
            last(sim):contains("twice: nil")
            for _, message in ipairs(sim:channel("#general"):messages()) do expect(message):no():has_button("Yes") end
        end)

        for _, interruption in ipairs { "crash", "restart", "reload" } do
            it("a confirmation outlives a " .. interruption, function(sim)
                local question = use(sim, "sure")
                sim[interruption](sim)
                question:click("Keep")
                last(sim):contains("sure: false")
                local asked = 0
                for _, message in ipairs(sim:channel("#general"):messages()) do
                    if message.text:find("Really?", 1, true) then asked = asked + 1 end
                end
                assert(asked == 1, "asked " .. asked .. " times")
            end)
        end

        -- Not every platform knows a follow-up to an interaction again that is sent anew by another process.
        local function asked_once(sim, text, interruption)
            if how == "slash" and interruption ~= "reload" then return end
            local asked = 0
            for _, message in ipairs(sim:channel("#general"):messages()) do
                if message.text:find(text, 1, true) then asked = asked + 1 end
            end
            assert(asked == 1, text .. " was asked " .. asked .. " times")
        end

        for _, interruption in ipairs { "crash", "restart", "reload" } do
            it("what was answered before a " .. interruption .. " is not asked again", function(sim)
                use(sim, "order"):select("~ask", { "tea" })
                local second = sim:channel("#general"):last()
                sim[interruption](sim)
                second:click("Yes")
                last(sim):contains("ordered: tea true")
                asked_once(sim, "Really tea?", interruption)
            end)

            it("what was written before a " .. interruption .. " is not asked again", function(sim)
                use(sim, "who")
                sim:user("alice"):say("Al")
                last(sim):contains("Your age?")
                sim[interruption](sim)
                sim:user("bob"):say("not me")
                sim:user("alice"):say("42")
                last(sim):contains("hello Al of 42")
                asked_once(sim, "Your age?", interruption)
            end)
        end

        it("a command is no answer", function(sim)
            use(sim, "name")
            sim:user("alice"):say("!seen")
            expect(sim:channel("#general")):last():contains("seen: ")
            sim:user("alice"):say("Al")
            last(sim):contains("hello Al")
        end)

        it("what comes too late is a message like any other", function(sim)
            use(sim, "name")
            sim:advance("11s")
            last(sim):contains("hello nil")
            sim:user("alice"):say("Al")
            last(sim):contains("Al")
        end)

        if how == "message" then
            it("a reload is nothing to those who do not ask", function(sim)
                local question = use(sim, "sure")
                sim:reload()
                question:click("Keep")
                last(sim):contains("sure: false")
                use(sim, "seen")
                last(sim):contains("seen: 1")
            end)
        end

        it("a choice gives its value", function(sim)
            use(sim, "pick"):select("~ask", { "b" })
            last(sim):contains("picked: b")
        end)

        it("a text is what is said next", function(sim)
            use(sim, "name")
            sim:user("bob"):say("not me")
            sim:user("alice"):say("Al")
            last(sim):contains("hello Al")
        end)

        it("a form gives its fields", function(sim)
            local form = use(sim, "fill")
            if how == "slash" then form:submit{ text = "T" } else sim:user("alice"):say("T") end
            last(sim):contains("wrote: T")
        end)

        if how == "slash" then
            it("a form is sent by who sees it, by its title and by what is written", function(sim)
                local alice = sim:user("alice")
                alice:slash("fill")
                alice:submit("A form", { Text = "T" })
                last(sim):contains("wrote: T")
            end)
        end

        it("presses are collected until the time is over", function(sim)
            local message = use(sim, "hands")
            message:click("Me")
            message:click("Me", { user = "bob" })
            expect(sim:channel("#general")):last():contains("In: alice, bob")
            sim:advance("30s")
            last(sim):contains("2 are in.")
        end)

        it("pages are turned, also after a restart", function(sim)
            local message = use(sim, "top")
            expect(message):contains("Page 1 of all")
            sim:restart()
            message:click("▶")
            last(sim):contains("Page 2 of all")
        end)

        it("a failure is told once", function(sim)
            expect(use(sim, "bad")):contains("omething went wrong")
        end)

        it("what cannot be an answer is a failure", function(sim)
            expect(use(sim, "long")):contains("omething went wrong")
            expect(use(sim, "silent")):contains("omething went wrong")
        end)

        it("a refusal is the answer", function(sim)
            expect(use(sim, "no")):contains("not so")
        end)
    end)
end
