"""The shipped plugins and scripts against the simulator: what is said, and what is answered."""

import re
import unittest

from harness import RuntimeTest, eventually

# The simulated community is the same at every start.
WELCOME = "845383786962165814"
MODLOG = "845021399025258547"


class Examples(RuntimeTest):
    def last(self, sim, channel, pattern):
        return eventually(lambda: [m for m in sim.messages(channel) if re.search(pattern, m)], pattern)[-1]

    def test_ping(self):
        self.home.example_script("ping")
        sim = self.start().simulator()
        self.assertTrue(sim.say("!ping").startswith("pong"))
        self.assertIsNone(sim.say("ping", timeout_ms=300))

    def test_a_reminder_survives_a_kill(self):
        self.home.example_script("reminders")
        runtime = self.start()
        sim = runtime.simulator()
        self.assertIn("I will remind you", sim.say("!remind 3s the oven"))
        sim.say("!remind 1h later")
        self.assertEqual(self.control("reload", "reminders")[0], 0)
        self.last(sim, "general", r"^<@\d+> the oven$")
        self.assertEqual(len([m for m in sim.messages() if m.endswith("the oven") and m.startswith("<@")]), 1)

    def test_a_poll_is_shown_and_closed(self):
        self.home.example_script("polls")
        sim = self.start().simulator()
        self.assertIn("Pizza: 0", sim.say('!poll ask "Lunch?" "Pizza | Soup"'))
        sim.say("!poll close", timeout_ms=2000)
        self.last(sim, "general", r"The poll is closed: \*\*Lunch\?\*\*")

    def test_welcome_and_goodbye(self):
        self.home.write_config(extra=f'[plugins.welcome]\nchannel = "{WELCOME}"\n')
        self.home.plugin("welcome")
        sim = self.start().simulator()
        sim.act("join", user="zoe")
        self.last(sim, "welcome", r"^Welcome to .*<@\d+>!$")
        sim.act("leave", user="zoe")
        self.last(sim, "welcome", r" has left\.$")

    def test_modlog_records_deletions_and_automod(self):
        self.home.write_config(extra=f'[plugins.modlog]\nchannel = "{MODLOG}"\n')
        self.home.plugin("modlog")
        sim = self.start().simulator()
        self.assertEqual(sim.ids()["mod-log"], MODLOG)
        sim.act("write", channel="general", user="bob", text="soon gone")
        sim.act("delete", channel="general", message="last")
        self.last(sim, "mod-log", r"^A message was deleted in <#\d+>")
        sim.act("automod", user="bob", channel="general")
        self.last(sim, "mod-log", r"^AutoMod acted on <@\d+>")


if __name__ == "__main__":
    unittest.main()
