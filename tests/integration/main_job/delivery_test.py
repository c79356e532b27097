"""No event lost, none handled twice: under load, over reloads, over kill -9. Counted by the simulator from a file
that a counting plugin writes, independently of the runtime's own numbers."""

import json
import signal
import subprocess
import unittest

from harness import BINARY, RuntimeTest, eventually

RATE = 500
SECONDS = 4


class Delivery(RuntimeTest):
    def load(self, sim, rate=RATE, seconds=SECONDS):
        return sim.post("load", rate=rate, seconds=seconds, guilds=2, channels_per_guild=4)["run"]

    def verdict(self, sim, run, tally):
        return sim.get("verdict", run=run, tally=str(tally), timeout_ms=60000)

    def assert_clean(self, verdict, log=""):
        self.assertGreater(verdict["sent"], 0)
        for key in ("lost", "doubled", "out_of_order"):
            self.assertEqual(verdict[key], 0, f"{json.dumps(verdict, indent=1)}\n{log[-3000:]}")

    def tally(self, extra="", bot=""):
        path = self.home.path / "tally.txt"
        self.home.plugin("tally")
        self.home.write_config(extra=f'[plugins.tally]\nfile = "{path}"\n{extra}', bot=bot)
        return path

    def test_reloads_under_load_lose_nothing(self):
        path = self.tally()
        self.home.script("busy", 'local r = require "rookery"\nr.on("messageCreate", function(ev) end)')
        runtime = self.start()
        sim = runtime.simulator()
        before = sim.sessions()
        run = self.load(sim)
        for i in range(10):
            self.home.script("busy", f'local r = require "rookery"\nlocal n = {i}\n'
                                     'r.on("messageCreate", function(ev) n = n + #ev.content end)')
            for name in ("tally", "busy"):
                code, text = self.control("reload", name)
                self.assertEqual(code, 0, text)
                self.assertIn("lost 0, doubled 0", text)
        self.assert_clean(self.verdict(sim, run, path), runtime.log)
        self.assertEqual(before.get("connects"), sim.sessions().get("connects"))

    def test_a_script_answers_every_message_once(self):
        self.home.script("ack", """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    local marker = ev.content:match("^load (%S+)")
    if marker and not ev.author.bot then ev:reply(marker) end
end)""")
        self.home.write_config(bot="")
        runtime = self.start()
        sim = runtime.simulator()
        run = self.load(sim, rate=40, seconds=3)
        self.assert_clean(sim.get("verdict", run=run, timeout_ms=60000), runtime.log)

    def test_kill_9_under_load_resumes_and_loses_nothing(self):
        host = subprocess.Popen([BINARY, "sim", "--state", str(self.home.path / "sim"), "--guilds", "2"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        path = self.tally(bot=f'token = "{where["token"]}"\napi_url = "{where["api_url"]}"\n'
                              f'gateway_url = "{where["gateway_url"]}"')
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true", "enabled = false"))
        from harness import Simulator
        sim = Simulator(where["control"])
        runtime = self.start()
        run = self.load(sim)
        eventually(lambda: path.exists() and path.read_text().count("\n") > RATE, "a good part handled")
        runtime.end(signal.SIGKILL)
        again = self.start(ready=False)
        again.wait_for_log("resumed at event")
        verdict = self.verdict(sim, run, path)
        self.assertEqual(verdict["lost"], 0, f"{verdict}\n{again.log[-3000:]}")
        # What was between its line in the file and the end of its handler comes again: one at the most, since
        # one thread handles them one by one.
        self.assertLessEqual(verdict["doubled"], 1, verdict)
        self.assertNotIn("ready as", again.log)

    def test_a_reconnect_on_demand_loses_nothing(self):
        path = self.tally()
        runtime = self.start()
        sim = runtime.simulator()
        run = self.load(sim)
        for fault, parameters in (("reconnect", {}), ("reset", {}), ("close", {"code": 4000}),
                                  ("invalid_session", {"resumable": True})):
            resumed = runtime.log.count("resumed at event")
            sim.fault(fault, **parameters)
            runtime.wait_for_log("resumed at event", count=resumed + 1)
        self.assert_clean(self.verdict(sim, run, path), runtime.log)


if __name__ == "__main__":
    unittest.main()
