"""The shipped plugins and scripts against the simulator: what is said, and what is answered."""

import json
import re
import signal
import subprocess
import time
import unittest

from harness import BINARY, RuntimeTest, Simulator, eventually

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

    def test_a_reminder_survives_a_reload(self):
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

    def start_apart(self):
        """Beside a platform that a kill does not touch."""
        host = subprocess.Popen([BINARY, "sim", "--state", str(self.home.path / "sim")],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        place = where["platforms"]["discord"]
        self.home.write_config(bot=f'token = "{place["token"]}"\napi_url = "{place["api_url"]}"\n'
                                   f'gateway_url = "{place["gateway_url"]}"')
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true", "enabled = false"))
        return self.start(), Simulator(where["control"])

    def test_what_falls_due_while_the_process_is_dead_is_told_once(self):
        self.home.example_script("reminders")
        self.home.example_script("polls")
        runtime, sim = self.start_apart()
        sim.say("!remind 3s the oven")
        sim.say("!remind 1h later")
        self.assertIn("Pizza: 0", sim.say('!poll ask "Lunch?" "Pizza | Soup" 1m'))
        began = time.monotonic()
        runtime.end(signal.SIGKILL)
        eventually(lambda: time.monotonic() - began > 4, "the reminder is due")
        runtime = self.start(ready=False)
        runtime.wait_for_log("script reminders: loaded")
        self.last(sim, "general", r"^<@\d+> the oven")
        runtime.end(signal.SIGKILL)
        runtime = self.start(ready=False)
        runtime.wait_for_log("script polls: loaded")
        sim.say("!poll close", timeout_ms=3000)
        self.last(sim, "general", r"^The poll is closed: \*\*Lunch\?\*\*")
        told = [m for m in sim.messages() if re.match(r"^<@\d+> ", m or "")]
        self.assertEqual(len(told), 1, told)
        closed = [m for m in sim.messages() if (m or "").startswith("The poll is closed")]
        self.assertEqual(len(closed), 1, closed)

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
