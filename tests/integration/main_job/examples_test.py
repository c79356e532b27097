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

    def test_remind(self):
        self.home.example_script("remind")
        runtime = self.start()
        sim = runtime.simulator()
        self.assertEqual(sim.say("!remind 1s tea"), "I will remind you in 1 s.")
        self.assertRegex(self.last(sim, "general", r"^<@\d+> tea$"), "tea")
        self.assertIn("!remind 10s tea", sim.say("!remind"))
        self.assertIn("!remind 10s tea", sim.say("!remind soon tea"))

    def test_a_waiting_reminder_survives_a_reload(self):
        self.home.example_script("remind")
        sim = self.start().simulator()
        self.assertIn("remind you", sim.say("!remind 2s the oven"))
        code, text = self.control("reload", "remind")
        self.assertEqual(code, 0, text)
        self.assertIn("state kept", text)
        self.last(sim, "general", r"^<@\d+> the oven$")
        self.assertEqual(len([m for m in sim.messages() if m.endswith("the oven") and m.startswith("<@")]), 1)

    def test_poll_counts_reactions(self):
        self.home.example_script("poll")
        sim = self.start().simulator()
        self.assertIn("Pizza", sim.say("!poll Lunch? | Pizza | Soup"))
        keycap = "\ufe0f\u20e3"
        eventually(lambda: len(self.reactions(sim)) == 2, "the bot's own reactions")
        for user in ("alice", "bob"):
            sim.act("react", channel="general", user=user, message="last_bot", emoji="1" + keycap)
        sim.act("react", channel="general", user="carol", message="last_bot", emoji="2" + keycap)
        sim.act("unreact", channel="general", user="bob", message="last_bot", emoji="1" + keycap)
        eventually(lambda: sim.say("!results") == "**Lunch?**\nPizza: 1\nSoup: 1", "the count")
        self.assertIn("!poll", sim.say("!poll Lunch?"))

    def reactions(self, sim):
        with_reactions = [m.get("reactions", []) for m in sim.get("messages", channel="general")]
        return next((r for r in reversed(with_reactions) if r), [])

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
