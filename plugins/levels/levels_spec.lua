describe("levels", function()
    world { limit = 60 }
    local alice, bo

    before_each(function(sim)
        alice = sim:user("alice")
        bo = sim:user("bo")
    end)

    it("counts a message once in a minute", function(sim)
        expect(bo:slash("rank")):contains("You have no points yet.")
        bo:say("one")
        local first = bo:slash("rank").content
        bo:say("two")
        expect(bo:slash("rank").content):equals(first)
        sim:advance("1m")
        bo:say("three")
        expect(bo:slash("rank").content ~= first):is_true()
    end)

    it("tells a level and gives its role", function(sim)
        local role = sim:role { name = "Regular", position = 0 }
        alice:slash("levels role", { level = 1, role = role.id })
        for i = 1, 7 do
            bo:say("message " .. i)
            sim:advance("1m")
        end
        expect(sim:channel("#general")):contains("bo has reached level 1.")
        expect(bo:has_role("Regular")):is_true()
    end)

    it("gives no role away that may moderate", function(sim)
        local role = sim:role { name = "Helper", position = 0, permissions = { "BanMembers" } }
        expect(alice:slash("levels role", { level = 1, role = role.id })):contains("BanMembers"):is_private()
    end)

    it("keeps points over a crash", function(sim)
        bo:say("one")
        sim:advance("1m")
        bo:say("two")
        sim:crash()
        local answer = bo:slash("rank")
        expect(answer):matches("with [345]%d points")
    end)

    it("shows everybody, page by page", function(sim)
        for i = 1, 12 do sim:user("member" .. i):say("hello") end
        local answer = alice:slash("leaderboard")
        expect(answer):contains("1. "):contains("10. "):has_button("▶")
        answer:click("▶")
        expect(answer:now()):contains("11. "):contains("12. ")
        sim:restart()
        answer:click("◀")
        expect(answer:now()):contains("10. ")
    end)

    it("is off where it was turned off", function()
        alice:slash("levels off")
        bo:say("one")
        expect(bo:slash("rank")):contains("no points")
        alice:slash("levels on")
        bo:say("two")
        expect(bo:slash("rank")):contains("place 1 of 1")
    end)

    it("lets only those who may change it", function()
        expect(bo:slash("levels off")):is_private()
        bo:say("one")
        expect(bo:slash("rank")):contains("place 1")
    end)
end)
