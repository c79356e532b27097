"""Interceptors through the real binary: what one stops nobody else sees; nothing is lost, doubled or overtaken while
it is reloaded under load or killed; one that hangs blocks nothing."""

import json
import signal
import subprocess
import unittest

from harness import BINARY, RuntimeTest, Simulator, eventually

RATE = 2000
SECONDS = 4

ECHO = """
local rookery = require "rookery"
rookery.on("messageCreate", { bot = false }, function(ev) ev:reply("saw " .. ev.content) end)"""

SLOW = """
local rookery = require "rookery"
rookery.intercept("messageCreate", function() rookery.sleep(1000) end)"""


class Interceptors(RuntimeTest):
    def verdict(self, sim, run, tally):
        return sim.get("verdict", run=run, tally=str(tally), timeout_ms=60000)

    def load(self, sim, rate=RATE, seconds=SECONDS):
        return sim.post("load", rate=rate, seconds=seconds, guilds=2, channels_per_guild=4)["run"]

    def tally(self, bot=""):
        path = self.home.path / "tally.txt"
        self.home.plugin("tally")
        self.home.write_config(extra=f'[plugins.tally]\nfile = "{path}"\n', bot=bot)
        return path

    def test_nobody_else_sees_what_is_stopped(self):
        self.home.example_script("spamfilter")
        self.home.script("echo", ECHO)
        self.home.write_config(extra="[scripts.spamfilter]\nrepeats = 2\n")
        runtime = self.start()
        sim = runtime.simulator()
        self.assertEqual(sim.say("buy this"), "saw buy this")
        self.assertEqual(sim.say("buy this"), "saw buy this")
        self.assertIsNone(sim.say("buy this", timeout_ms=1500))
        self.assertEqual(sim.say("sorry"), "saw sorry")
        runtime.wait_for_log("the same again")
        eventually(lambda: sim.messages().count("buy this") == 2, "the third one is deleted")
        status = json.loads(self.control("list", "--json")[1])
        stopped = [one["intercept"]["stopped"] for one in status["extensions"] if one["name"] == "spamfilter"]
        self.assertEqual(stopped, [1])

    def test_reloads_of_the_interceptor_under_load_lose_nothing(self):
        path = self.tally()
        self.home.example_script("spamfilter")
        runtime = self.start()
        sim = runtime.simulator()
        run = self.load(sim)
        for _ in range(8):
            for name in ("spamfilter", "tally"):
                code, text = self.control("reload", name)
                self.assertEqual(code, 0, text)
                self.assertIn("lost 0, doubled 0", text)
        verdict = self.verdict(sim, run, path)
        self.assertGreater(verdict["sent"], RATE)
        for key in ("lost", "doubled", "out_of_order"):
            self.assertEqual(verdict[key], 0, f"{verdict}\n{runtime.log[-3000:]}")
        status = json.loads(self.control("list", "--json")[1])
        given = [one["intercept"]["given"] for one in status["extensions"] if one["name"] == "spamfilter"]
        self.assertGreaterEqual(given[0], verdict["sent"])

    def test_kill_9_with_an_interceptor_loses_nothing(self):
        host = subprocess.Popen([BINARY, "sim", "--state", str(self.home.path / "sim"), "--guilds", "2"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        path = self.tally(bot=f'token = "{where["token"]}"\napi_url = "{where["api_url"]}"\n'
                              f'gateway_url = "{where["gateway_url"]}"')
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true", "enabled = false"))
        self.home.example_script("spamfilter")
        sim = Simulator(where["control"])
        runtime = self.start()
        run = self.load(sim)
        eventually(lambda: path.exists() and path.read_text().count("\n") > RATE, "a good part handled")
        runtime.end(signal.SIGKILL)
        again = self.start(ready=False)
        again.wait_for_log("resumed at event")
        verdict = self.verdict(sim, run, path)
        self.assertEqual(verdict["lost"], 0, f"{verdict}\n{again.log[-3000:]}")
        # As without an interceptor: what was between its line in the file and the end of its handler.
        self.assertLessEqual(verdict["doubled"], 1, verdict)

    def test_one_that_hangs_blocks_nothing(self):
        self.home.script("slow", SLOW)
        self.home.script("echo", ECHO)
        self.home.write_config(runtime='intercept_timeout = "200ms"')
        runtime = self.start()
        sim = runtime.simulator()
        self.assertEqual(sim.say("hello"), "saw hello")
        self.assertIn("script slow has not decided on messageCreate within 200 ms", runtime.log)
        self.assertEqual(sim.say("again"), "saw again")


if __name__ == "__main__":
    unittest.main()
