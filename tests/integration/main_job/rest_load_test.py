"""More requests than the platform allows: four bots, eight extensions that want 40 a second each, a simulator that
enforces the limits, and people who use a command meanwhile.

ROOKERY_LOAD_SECONDS makes it longer, ROOKERY_LOAD_REPORT=1 prints the figures.
"""

import json
import os
import time
import unittest

from harness import RuntimeTest, eventually

SECONDS = float(os.environ.get("ROOKERY_LOAD_SECONDS", "6"))
BOTS = ("north", "east", "south", "west")
EXTENSIONS = 8
RATE = 40

BUSY = """
local rookery = require "rookery"
local bots, going, number = { "%s" }, false, %d
rookery.on("messageCreate", function(ev)
    if going or ev.content:sub(1, 3) ~= "go " then return end
    going = true
    local channels = {}
    for id in ev.content:gmatch("%%d+") do channels[#channels + 1] = id end
    rookery.every(1 / %d, function()
        number = number + 1
        local channel, bot = channels[number %% #channels + 1], bots[number %% #bots + 1]
        pcall(rookery.spawn, function() rookery.channels.get(channel, { bot = bot }) end)
    end)
end)
"""

PING = """
local rookery = require "rookery"
rookery.commands.declare{ name = "ping", description = "Answers" }
rookery.on_command("ping", function(ev) assert(ev:reply("pong")) end)
"""


class RestLoad(RuntimeTest):
    @staticmethod
    def ping(sim):
        try:
            return sim.post("interact", kind="slash", channel="general", user="alice", text="/ping", timeout_ms=3000)
        except AssertionError:
            return None

    def test_no_global_limit_is_hit_and_people_are_answered(self):
        bots = "".join(f'[[bot]]\nname = "{name}"\n' for name in BOTS)
        self.home.config.write_text(
            f'[runtime]\nstate = "state"\n{bots}[plugins]\ndir = "plugins"\n[scripts]\ndir = "scripts"\n'
            "[simulator]\nenabled = true\nchatter = false\nguilds = 10\n"
        )
        for index in range(EXTENSIONS):
            self.home.script(f"busy{index}", BUSY % ('", "'.join(BOTS), index * 1000, RATE))
        self.home.script("ping", PING)
        runtime = self.start(ready=False)
        runtime.wait_for_log("ready as", count=len(BOTS))
        sim = runtime.simulator()
        channels = [channel["id"] for guild in sim.get("state")["guilds"] for channel in guild["channels"]][:80]
        eventually(lambda: self.ping(sim), "the command is known")
        before = sim.sessions()["rest"]["requests"]
        began = time.monotonic()
        sim.post("say", channel="general", user="alice", text="go " + " ".join(channels), timeout_ms=1)
        latencies = []
        while time.monotonic() < began + SECONDS:
            made = self.ping(sim)
            self.assertTrue(made and made["answered"], made)
            latencies.append(made["latency_ms"])
        rest = sim.sessions()["rest"]
        took = time.monotonic() - began
        latencies.sort()
        if os.environ.get("ROOKERY_LOAD_REPORT"):
            print(json.dumps({
                "seconds": round(took, 1), "requests_a_second": round((rest["requests"] - before) / took, 1),
                "by_status": rest["by_status"], "limited_globally": rest["limited_globally"],
                "interactions": len(latencies), "p50_ms": latencies[len(latencies) // 2],
                "p99_ms": latencies[int(len(latencies) * 0.99)],
            }))
        # The background had work to wait for, or this shows nothing.
        self.assertGreater(rest["requests"] - before, SECONDS * len(BOTS) * 20, rest)
        self.assertEqual(rest["limited_globally"], 0, rest)
        self.assertEqual(rest["by_status"].get("429", 0), 0, rest)


if __name__ == "__main__":
    unittest.main()
