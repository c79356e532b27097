describe("moderation", function()
    local function moderator(sim)
        return sim:user("mod", { permissions = { "ModerateMembers", "ManageMessages" } })
    end

    -- [warn]
    it("warns, and silences at the third warning", function(sim)
        local mod, bob = moderator(sim), sim:user("bob")
        expect(mod:slash("mod warn", { user = bob, reason = "spam" })):contains("1 of 3")
        expect(mod:slash("mod warn", { user = bob, reason = "more spam" })):contains("2 of 3")
        expect(mod:slash("mod warn", { user = bob, reason = "again" })):contains("an hour of silence")
        expect(mod:slash("mod warnings", { user = bob })):contains("1. spam"):contains("3. again")
    end)
    -- [/warn]

    -- [may]
    it("is for moderators", function(sim)
        sim:user("carol"):say("!mod warn dave rude")
        expect(moderator(sim):slash("mod warnings", { user = sim:user("dave") })):contains("no warnings")
    end)
    -- [/may]

    it("notes what was done", function(sim)
        sim:user("alice"):slash("mod log", { channel = "#random" })
        moderator(sim):slash("mod timeout", { user = sim:user("bob"), time = "10m", reason = "noise" })
        expect(sim:channel("#random")):last():contains("is silent for 10m: noise")
    end)

    -- [purge]
    it("purges when it is sure", function(sim)
        local bob = sim:user("bob")
        for i = 1, 5 do bob:say("spam " .. i) end
        local mod = moderator(sim)
        mod:slash("mod purge", { count = 5 }):click("Keep")
        expect(sim:channel("#general")):contains("spam 3")
        mod:slash("mod purge", { count = 5 }):click("Delete")
        expect(sim:channel("#general")):no():contains("spam 3")
    end)
    -- [/purge]

    it("warns from the menu of a user", function(sim)
        local form = moderator(sim):slash("Warn", nil, { target = sim:user("bob") })
        expect(form:submit { reason = "rude" }):contains("1 of 3: rude")
    end)
end)
