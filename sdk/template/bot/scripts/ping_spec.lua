-- What `rookery test` tries: no account, no network, and a Discord that is there for this case alone.
describe("ping", function()
    it("answers in both forms", function(sim)
        local alice = sim:user("alice")
        alice:say("!ping")
        expect(sim:channel("#general")):last():contains("pong")
        expect(alice:slash("ping")):contains("pong")
    end)
end)
