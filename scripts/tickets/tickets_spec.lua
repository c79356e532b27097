local function sees(sim, user, channel)
    return sim:act("permissions", { user = user, channel = channel }).permissions ~= "0"
end

-- The message with the button.
local function panel(sim) return sim:channel("#bots"):public()[1] end

describe("tickets", function()
    world { limit = 60 }
    local alice, bob, carol, dave, general
    before_each(function(sim)
        alice, bob, carol, dave = sim:user("alice"), sim:user("bob"), sim:user("carol"), sim:user("dave")
        general = sim:channel("#general")
    end)

    -- The panel, a ticket of carol's, and its channel.
    local function open(sim, reason)
        alice:slash("tickets panel", {}, { channel = "#bots" })
        local form = panel(sim):click("Open a ticket", { user = carol })
        expect(form):opens_form("Open a ticket")
        expect(form:submit { reason = reason or "I lost my key" }):contains("Your ticket: <#"):is_private()
        return sim:channel("#ticket-0001")
    end

    it("opens a channel that only those who are meant see", function(sim)
        local ticket = open(sim)
        expect(ticket):exists()
        expect(ticket:messages()[1]):contains("I lost my key"):mentions(carol):has_button("Claim")
        expect(ticket):last():contains("Somebody will be with you soon.")
        expect(sees(sim, "carol", "ticket-0001")):is_true()
        expect(sees(sim, "dave", "ticket-0001")):is_false()
    end)

    it("takes no channel that only has the name", function(sim)
        sim:act("channel_create", { name = "ticket-0001", topic = "I lost my key (1/1)" })
        local before = #sim:state().guilds[1].channels
        open(sim)
        expect(#sim:state().guilds[1].channels):equals(before + 1)
        expect(sim:channel("#ticket-0001")):no():contains("I lost my key")
    end)

    it("sends its transcripts to channels of this server alone", function(sim)
        sim:act("guild_join", { name = "Other" })
        local theirs = sim:state().guilds[2].channels[1].id
        for _, setting in ipairs { "log", "category" } do
            expect(alice:slash("tickets settings", { setting = setting, value = theirs }))
                :contains("takes a channel of this server"):is_private()
        end
    end)

    it("stays open while the log is no channel of this server", function(sim)
        local made = sim:act("channel_create", { name = "log" })
        alice:slash("tickets settings", { setting = "log", value = made.id })
        local ticket = open(sim)
        sim:act("channel_delete", { channel = "log" })
        bob:slash("tickets close", {}, { channel = "#ticket-0001" })
        expect(ticket):contains("the log is no channel of this server")
        alice:slash("tickets settings", { setting = "log", value = "default" })
        bob:slash("tickets close", {}, { channel = "#ticket-0001" })
        expect(ticket):no():exists()
    end)

    it("is claimed by one of those who help", function(sim)
        local head = open(sim):messages()[1]
        expect(head:click("Claim", { user = carol })):contains("Only those who help"):is_private()
        head:click("Claim", { user = bob })
        expect(head):contains("takes care of it"):is_disabled("Claim")
    end)

    it("is closed with a transcript", function(sim)
        alice:slash("tickets settings", { setting = "log", value = "845021399025258547" })
        local ticket = open(sim)
        carol:say("#ticket-0001", "the door is locked")
        bob:say("#ticket-0001", "try the window")
        local question = ticket:messages()[1]:click("Close", { user = carol })
        expect(question):contains("Close this ticket?"):is_private()
        expect(ticket):exists()
        question:click("Close")
        expect(ticket):no():exists()
        expect(sim:channel("#mod-log")):last():contains("Ticket 1"):has_file("ticket-0001.txt")
        expect(sim:dm(carol)):last():has_file("ticket-0001.txt")
        expect(sim:act("file", { file = "ticket-0001.txt" }).data):matches("the door is locked\n.*try the window")
    end)

    it("is closed by a command, for a reason", function(sim)
        local ticket = open(sim)
        expect(dave:slash("tickets close", {}, { channel = "#ticket-0001" })):is_private()
        expect(ticket):exists()
        expect(carol:slash("tickets close", {})):contains("This is no ticket"):is_private()
        bob:slash("tickets close", { reason = "solved" }, { channel = "#ticket-0001" })
        expect(ticket):no():exists()
    end)

    it("allows so many at a time", function(sim)
        open(sim)
        local button = panel(sim)
        local refused = button:click("Open a ticket", { user = carol })
        expect(refused):contains("You have an open ticket already."):is_private()
        alice:slash("tickets settings", { setting = "most", value = "2" })
        button:click("Open a ticket", { user = carol }):submit { reason = "another one" }
        expect(sim:channel("#ticket-0002")):exists()
        carol:slash("tickets close", {}, { channel = "#ticket-0001" })
        button:click("Open a ticket", { user = carol }):submit { reason = "the third" }
        expect(sim:channel("#ticket-0003")):exists()
    end)

    it("is over when somebody deletes the channel", function(sim)
        open(sim)
        sim:act("channel_delete", { channel = "ticket-0001" })
        panel(sim):click("Open a ticket", { user = carol }):submit { reason = "again" }
        expect(sim:channel("#ticket-0002")):exists()
    end)

    it("survives restarts between every two steps", function(sim)
        alice:slash("tickets panel", {}, { channel = "#bots" })
        sim:restart()
        local form = panel(sim):click("Open a ticket", { user = carol })
        sim:crash()
        form:submit { reason = "I lost my key" }
        sim:reload()
        local ticket = sim:channel("#ticket-0001")
        ticket:messages()[1]:click("Claim", { user = bob })
        sim:crash()
        local question = ticket:messages()[1]:click("Close", { user = bob })
        sim:restart()
        question:click("Close")
        expect(ticket):no():exists()
        expect(sim:channel("#ticket-0002")):no():exists()
        expect(sim:dm(carol)):count(1)
    end)

    it("lets others in", function(sim)
        open(sim)
        local refused = carol:slash("tickets add", { user = "dave" }, { channel = "#ticket-0001" })
        expect(refused):contains("Only those who help"):is_private()
        bob:slash("tickets add", { user = "dave" }, { channel = "#ticket-0001" })
        expect(sees(sim, "dave", "ticket-0001")):is_true()
    end)

    it("goes by the settings of the server", function(sim)
        expect(carol:slash("tickets panel")):is_private()
        expect(general):no():has_button("Open a ticket")
        local role = sim:role { name = "Helpers" }
        alice:slash("tickets settings", { setting = "staff", value = "<@&" .. role.id .. ">" })
        alice:slash("tickets settings", { setting = "welcome", value = "Hold on." })
        local ticket = open(sim)
        expect(ticket):last():contains("Hold on.")
        local helper = sim:user("helper", { roles = { "Helpers" } })
        expect(sees(sim, "helper", "ticket-0001")):is_true()
        ticket:messages()[1]:click("Claim", { user = helper })
        expect(ticket:messages()[1]):contains("takes care of it")
    end)

    it("is closed once when two close it at the same time", function(sim)
        local ticket = open(sim)
        sim:fault("rest_slow", { count = 8, ms = 100 })
        sim:at_once(function()
            alice:slash("tickets close", {}, { channel = "#ticket-0001" })
            bob:slash("tickets close", {}, { channel = "#ticket-0001" })
        end)
        expect(ticket):no():exists()
        expect(sim:dm(carol)):count(1)
    end)

    it("locks nobody out whose channel is gone before the platform has answered", function(sim)
        alice:slash("tickets panel", {}, { channel = "#bots" })
        local form = panel(sim):click("Open a ticket", { user = carol })
        local ticket = sim:channel("#ticket-0001")
        sim:fault("rest_slow", { count = 3, ms = 300 })
        sim:at_once(function(await)
            form:submit { reason = "help" }
            await(function() return ticket:exists() end)
            sim:act("channel_delete", { channel = "ticket-0001" })
        end)
        expect(panel(sim):click("Open a ticket", { user = carol })):opens_form("Open a ticket")
    end)

    it("is opened once when it is reloaded before the platform has answered", function(sim)
        alice:slash("tickets panel", {}, { channel = "#bots" })
        local ticket = sim:channel("#ticket-0001")
        local form = panel(sim):click("Open a ticket", { user = carol })
        sim:fault("rest_slow", { count = 3, ms = 300 })
        sim:at_once(function(await)
            form:submit { reason = "help" }
            await(function() return ticket:exists() end)
            sim:reload("tickets")
        end)
        expect(#ticket:public()):equals(2)
        bob:slash("tickets close", {}, { channel = ticket.name })
        expect(ticket):no():exists()
    end)

    it("has its first message for a reason of many lines as well", function(sim)
        expect(open(sim, ("a\n"):rep(499)):messages()[1]):has_button("Claim")
    end)

    it("is closed as usual when who has asked has left", function(sim)
        alice:slash("tickets settings", { setting = "log", value = "845021399025258547" })
        local ticket = open(sim)
        carol:leave()
        ticket:messages()[1]:click("Close", { user = bob }):click("Close")
        expect(ticket):no():exists()
        expect(sim:channel("#mod-log")):last():contains("Ticket 1"):has_file("ticket-0001.txt")
        carol:join()
        local form = panel(sim):click("Open a ticket", { user = carol })
        form:submit { reason = "I am back" }
        expect(sim:channel("#ticket-0002")):exists()
    end)

    it("is opened without a role and a category that are gone", function(sim)
        local role = sim:role { name = "Helpers" }
        local category = sim:act("channel_create", { name = "tickets", type = 4 })
        alice:slash("tickets settings", { setting = "staff", value = "<@&" .. role.id .. ">" })
        alice:slash("tickets settings", { setting = "category", value = category.id })
        sim:act("role_delete", { role = "Helpers" })
        sim:act("channel_delete", { channel = "tickets" })
        expect(open(sim)):exists()
        expect(sees(sim, "dave", "ticket-0001")):is_false()
    end)
end)

describe("tickets on revolt", function()
    world { platform = "revolt", limit = 60 }

    it("are not opened where everybody would see them", function(sim)
        sim:user("alice"):say("!tickets panel")
        local general = sim:channel("#general")
        expect(general):no():contains("Do you need help?")
        expect(#sim:log("error")):equals(0)
    end)
end)
