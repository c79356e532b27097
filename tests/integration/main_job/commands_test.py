"""Commands that are declared once, through the real binary: their forms, who may use them, and what outlives what."""

import json
import signal
import time
import unittest

from harness import RuntimeTest, eventually

ECHO = """
local rookery = require "rookery"
rookery.command{
    name = "echo", description = "Says it again", aliases = { "e" },
    options = {
        { name = "times", type = "integer", description = "How often", required = true, min = 1, max = 3 },
        { name = "what", type = "string", description = "What", default = "nothing" },
    },
    run = function(ctx, options)
        return ctx.source .. ": " .. string.rep(options.what, options.times, " ")
    end,
}
"""


class Commands(RuntimeTest):
    def slash(self, sim, name, user="alice", options=None, **more):
        """What the bot answers to a slash command."""
        made = sim.act("slash", channel="general", user=user, name=name, options=options or [], **more)
        state = eventually(
            lambda: (lambda now: now if now["state"] == "answered" else None)(
                sim.get("interaction", token=made["token"])
            ),
            "answered",
        )
        return state["callback"]["data"]["content"]

    def test_one_declaration_is_a_text_and_a_slash_command(self):
        self.home.script("echo", ECHO)
        sim = self.start().simulator()
        got = sim.say("!echo 2 \"ha ha\"", timeout_ms=4000)
        print(self.started[0].log)
        self.assertEqual(got, "prefix: ha ha ha ha")
        self.assertEqual(sim.say("!E 1"), "prefix: nothing")
        options = [{"name": "times", "type": 4, "value": 2}, {"name": "what", "type": 3, "value": "ha"}]
        self.assertEqual(self.slash(sim, "echo", options=options), "slash: ha ha")
        self.assertIn("3", sim.say("!echo 4 x"))
        self.assertIsNone(sim.say("!nothing", timeout_ms=700))


if __name__ == "__main__":
    unittest.main()
