"""The platforms that do not number their events: nothing is lost or doubled over reloads, kill -9, connections that
break and simulators that come again, by the simulator's own count; and the runtime ends in order."""

import json
import signal
import subprocess
import unittest

from harness import BINARY, RuntimeTest, Simulator, eventually
from lifecycle_test import PONG

RATE = 80
SECONDS = 4


class Platform:
    """The cases, for the platform that a subclass names."""

    platform = ""
    # What a bot on a simulator outside needs beside the addresses.
    keys = ""
    # Guilds that the load writes to; those that are made for it are new to the bot.
    guilds = 2
    # Whether what was missed while the link was down can be had afterwards.
    replays = True
    # Connections of a bot on the simulator's own world.
    shards = 1

    def setUp(self):
        super().setUp()
        self.host = None

    def bot(self):
        code, text = self.control("list", "--json")
        return json.loads(text)["bots"][0] if code == 0 else {"state": text}

    def wait_ready(self, runtime, connects=1):
        def ready():
            if runtime.process.poll() is not None:
                raise AssertionError(f"the runtime has ended:\n{runtime.log[-4000:]}")
            now = self.bot()
            return now["state"] == "ready" and now["connects"] >= connects and now

        try:
            return eventually(ready, "the bot is ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{runtime.log[-4000:]}") from None

    def begin(self):
        runtime = self.start(ready=False)
        self.wait_ready(runtime)
        return runtime

    def simulator_outside(self, *arguments):
        """A simulator that outlives the runtime, and the bot's section for it."""
        state = self.home.path / "sim"
        (state / "simulator.json").unlink(missing_ok=True)
        self.host = subprocess.Popen([BINARY, "sim", "--platforms", self.platform, "--state", str(state), "--guilds", "2",
                                      *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.host.wait)
        self.addCleanup(self.host.kill)
        found = state / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        bot = (f'platform = "{self.platform}"\ntoken = "{where["token"]}"\napi_url = "{where["api_url"]}"\n'
               f'gateway_url = "{where["gateway_url"]}"\n{self.keys}')
        return Simulator(where["control"]), bot, where

    def configure(self, bot="", extra="", outside=False):
        self.home.write_config(bot=bot or f'platform = "{self.platform}"', extra=extra)
        if outside:
            text = self.home.config.read_text().replace("enabled = true", "enabled = false")
            self.home.config.write_text(text)

    def tally(self):
        """Where the counting plugin writes, and its section."""
        path = self.home.path / "tally.txt"
        self.home.plugin("tally")
        return path, f'[plugins.tally]\nfile = "{path}"\n'

    def load(self, sim, rate=RATE, seconds=SECONDS):
        return sim.post("load", rate=rate, seconds=seconds, guilds=self.guilds, channels_per_guild=4)["run"]

    def assert_all_came(self, sim, run, path, runtime, doubled=0, ordered=False, settle=1500, gap=True):
        verdict = sim.get("verdict", run=run, tally=str(path), timeout_ms=60000, settle_ms=settle)
        told = f"{json.dumps(verdict, indent=1)}\n{json.dumps(self.bot(), indent=1)}\n{runtime.log[-4000:]}"
        self.assertGreater(verdict["sent"], 0)
        if gap and not self.replays:
            self.assertGreater(self.bot()["gaps"], 0, told)  # what was missed is told, not passed over
        else:
            self.assertEqual(verdict["lost"], 0, told)
        self.assertLessEqual(verdict["doubled"], doubled, told)
        if ordered:
            self.assertEqual(verdict["out_of_order"], 0, told)

    def test_the_same_script_answers(self):
        self.configure()
        self.home.script("ping", PONG % "one")
        runtime = self.begin()
        self.assertEqual(runtime.simulator().say("!ping"), "one", runtime.log[-4000:])
        bot = self.bot()
        self.assertEqual(bot["platform"], self.platform)
        self.assertEqual((bot["malformed"], bot["gaps"], len(bot["shards"])), (0, 0, self.shards))
        self.assertGreater(bot["received"], 0)
        code, text = self.control("list")
        self.assertEqual(code, 0, text)
        self.assertIn(self.platform, text)
        code, text = self.control("metrics")
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r'rookery_bot_up\{[^}]*bot="demo"[^}]*\} 1')
        self.assertIn(f'rookery_bot_info{{bot="demo",platform="{self.platform}"}} 1', text)
        runtime.send(signal.SIGUSR1)
        runtime.wait_for_log("bot demo: ready")
        self.assertNotIn("intents", runtime.log)

    def test_reloads_under_load_lose_nothing(self):
        path, extra = self.tally()
        self.configure(extra=extra)
        runtime = self.begin()
        sim = runtime.simulator()
        run = self.load(sim)
        for _ in range(5):
            code, text = self.control("reload", "tally")
            self.assertEqual(code, 0, text)
            self.assertIn("lost 0, doubled 0", text)
        self.assert_all_came(sim, run, path, runtime, ordered=True, gap=False)
        self.assertEqual({shard["connects"] for shard in self.bot()["shards"]}, {1})

    def test_kill_9_under_load_loses_nothing(self):
        sim, bot, _ = self.simulator_outside()
        path, extra = self.tally()
        self.configure(bot, extra, outside=True)
        runtime = self.begin()
        run = self.load(sim)
        eventually(lambda: path.exists() and path.read_text().count("\n") > RATE, "a good part handled")
        runtime.end(signal.SIGKILL)
        again = self.begin()
        # What was between its line in the file and the end of its handler comes again: one at the most.
        self.assert_all_came(sim, run, path, again, doubled=1)

    def test_a_connection_that_breaks_loses_nothing(self):
        path, extra = self.tally()
        self.configure(extra=extra)
        runtime = self.begin()
        sim = runtime.simulator()
        run = self.load(sim)
        for connects in (2, 3):
            sim.fault("reset")
            self.wait_ready(runtime, connects)
        self.assert_all_came(sim, run, path, runtime)

    def test_a_chaos_of_connections_loses_nothing(self):
        path, extra = self.tally()
        self.configure(extra=extra)
        runtime = self.begin()
        sim = runtime.simulator()
        run = self.load(sim, rate=50, seconds=8)
        sim.fault("chaos", seconds=6, seed=3,
                  kinds=["reset", "close", "close_after_ready", "refuse_upgrade", "duplicate", "unknown_event"])
        # The waits between attempts grow while sessions do not hold.
        self.assert_all_came(sim, run, path, runtime, settle=40000)
        self.assertGreater(self.bot()["connects"], 1)

    def test_a_simulator_that_comes_again_is_found(self):
        _, bot, where = self.simulator_outside()
        self.configure(bot, outside=True)
        self.home.script("ping", PONG % "one")
        runtime = self.begin()
        self.host.kill()
        self.host.wait()
        eventually(lambda: self.bot()["state"] != "ready", "the end is noticed")
        ports = [part for name, url in (("--api-port", where["api_url"]), ("--gateway-port", where["gateway_url"]))
                 for part in (name, url.split(":")[2].split("/")[0])]
        if ports[1] == ports[3]:
            ports = ports[:2]
        sim, _, _ = self.simulator_outside(*ports)
        self.wait_ready(runtime, 2)
        self.assertEqual(sim.say("!ping"), "one", runtime.log[-4000:])

    def test_ends_in_order(self):
        self.configure()
        self.home.script("ping", PONG % "one")
        runtime = self.begin()
        self.assertEqual(runtime.end(signal.SIGINT), 0, runtime.log[-4000:])
        self.assertIn("stopped", runtime.log)
        for word in ("error", "Sanitizer"):
            self.assertNotIn(word, runtime.log)


class Revolt(Platform, RuntimeTest):
    platform = "revolt"


class Guilded(Platform, RuntimeTest):
    platform = "guilded"


class WhatsApp(Platform, RuntimeTest):
    platform = "whatsapp"


class HoloBridge(Platform, RuntimeTest):
    """A stock HoloBridge keeps nothing for those who are away; another Rookery does: holobridge_test."""

    platform = "holobridge"
    guilds = 1
    replays = False


if __name__ == "__main__":
    unittest.main()
