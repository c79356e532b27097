"""A Rookery as the client of another: the first has a bot in Discord's simulator and serves its events, the second has a
bot of the platform "holobridge" that lives on it. Whatever is restarted or killed, nothing is lost and nothing doubled."""

import json
import shutil
import signal
import socket
import subprocess
import unittest

from harness import BINARY, SOURCE, Home, Runtime, RuntimeTest, Simulator, eventually

ADMIN = "admin-secret-0123456789abcdef"
RATE = 200
SECONDS = 5

LIMITED = "limited-secret-0123456789abcd"

# Writes down which markers it has seen, each line with one write.
COUNTER = """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    local marker = ev.content and ev.content:match("^marker (%d+)$")
    if marker then rookery.log.info("saw [" .. marker .. "] in " .. ev.platform .. " of " .. tostring(ev.raw and ev.raw.platform)) end
end)
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Downstream(Home):
    """A home without a simulator."""

    def configure(self, port, token=ADMIN, bot="", tally=False):
        extra = ""
        if tally:
            self.plugin("tally")
            extra = f'[plugins.tally]\nfile = "{self.tally}"\n'
        self.config.write_text(
            '[runtime]\nstate = "state"\n'
            f'[[bot]]\nname = "down"\nplatform = "holobridge"\ntoken = "{token}"\n'
            f'gateway_url = "http://127.0.0.1:{port}"\n{bot}\n'
            f'[plugins]\ndir = "plugins"\n{extra}[scripts]\ndir = "scripts"\n'
        )

    @property
    def tally(self):
        return self.path / "tally.txt"

    def handled(self):
        return self.tally.read_text().count("\n") if self.tally.exists() else 0


class TwoRuntimes(RuntimeTest):
    def setUp(self):
        self.lower = Downstream()
        self.addCleanup(self.lower.remove)  # after the runtimes have ended, whose logs are read
        super().setUp()
        self.port = free_port()
        self.configure_upper(
            f'[server]\nlisten = "127.0.0.1:{self.port}"\nrate_limit = "100000/m"\naddress_rate_limit = "100000/m"\n'
            f'[[server.key]]\nid = "admin"\nkey = "{ADMIN}"\nscopes = ["admin"]\n{self.more_keys()}'
        )
        self.lower.configure(self.port)
        self.downs = []
        self.up = self.start()
        self.sim = self.simulator()

    def configure_upper(self, server):
        self.home.write_config(extra=server, simulator="guilds = 2")

    def simulator(self):
        return self.up.simulator()

    def more_keys(self):
        return ""

    def start_down(self, ready=True):
        down = Runtime(self.lower)
        self.started.append(down)
        self.downs.append(down)
        if ready:
            down.wait_for_log("ready")
        return down

    def write(self, number):
        self.sim.act("write", channel="general", user="alice", text=f"marker {number}")

    def load(self):
        return self.sim.post("load", rate=RATE, seconds=SECONDS, guilds=2, channels_per_guild=4)["run"]

    def wait_handled(self, part):
        eventually(lambda: self.lower.handled() > RATE * SECONDS * part, f"{part} of the load, of {self.lower.handled()}", 60)

    def assert_complete(self, run, doubled=0):
        """`doubled`: what was between its line in the file and the end of its handler at a kill comes again."""
        verdict = self.sim.get("verdict", run=run, tally=str(self.lower.tally), timeout_ms=90000)
        told = f"{json.dumps(verdict, indent=1)}\n{self.downs[-1].log[-3000:]}\n--- upstream\n{self.up.log[-2000:]}"
        self.assertGreater(verdict["sent"], 0)
        self.assertEqual(verdict["lost"], 0, told)
        self.assertLessEqual(verdict["doubled"], doubled, told)
        if doubled == 0:
            self.assertEqual(verdict["out_of_order"], 0, told)
        for down in self.downs:
            self.assertNotIn("events were missed", down.log)


class Bridge(TwoRuntimes):
    def test_the_same_script_answers_through_both(self):
        shutil.copy(SOURCE / "scripts/ping.lua", self.lower.path / "scripts")
        self.start_down()
        self.assertEqual(self.sim.say("!ping"), "pong")

    def test_events_say_where_they_come_from(self):
        self.lower.script("counter", COUNTER)
        down = self.start_down()
        self.write(1)
        down.wait_for_log("saw [1] in holobridge of discord")

    def test_under_load_everything_comes_once(self):
        self.lower.configure(self.port, tally=True)
        self.start_down()
        self.assert_complete(self.load())

    def test_a_kill_of_the_second_loses_and_doubles_nothing(self):
        self.lower.configure(self.port, tally=True)
        down = self.start_down()
        run = self.load()
        self.wait_handled(0.3)
        down.end(signal.SIGKILL)
        self.start_down()
        self.assert_complete(run, doubled=1)

    def test_a_restart_of_the_second_loses_and_doubles_nothing(self):
        self.lower.configure(self.port, tally=True)
        down = self.start_down()
        run = self.load()
        self.wait_handled(0.3)
        self.assertEqual(down.end(signal.SIGTERM), 0)
        self.start_down()
        self.assert_complete(run)

    def test_a_key_that_is_refused_is_told_and_not_tried_again(self):
        self.lower.configure(self.port, token="wrong-secret-0123456789abcdef")
        down = self.start_down(ready=False)
        down.wait_for_log("refuses the key")

    def test_what_happened_while_the_second_was_away_is_marked_late(self):
        self.lower.script(
            "late",
            'local rookery = require "rookery"\n'
            'rookery.on("messageCreate", function(ev) rookery.log.info("late " .. tostring(ev.late) .. " " .. ev.content) end)\n',
        )
        down = self.start_down()
        self.write(1)
        down.wait_for_log("marker 1")
        down.end(signal.SIGTERM)
        self.write(2)
        down = self.start_down()
        down.wait_for_log("late true marker 2")
        self.write(3)
        down.wait_for_log("late false marker 3")


class UpstreamEnds(TwoRuntimes):
    """The simulator is a process of its own and outlives the first runtime."""

    def configure_upper(self, server):
        self.host = subprocess.Popen(
            [BINARY, "sim", "--state", str(self.home.path / "sim"), "--guilds", "2"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.addCleanup(self.host.wait)
        self.addCleanup(self.host.kill)
        found = self.home.path / "sim" / "simulator.json"
        eventually(found.exists, "the simulator's addresses")
        where = json.loads(found.read_text())
        self.outside = Simulator(where["control"])
        self.home.config.write_text(
            '[runtime]\nstate = "state"\n[plugins]\ndir = "plugins"\n[scripts]\ndir = "scripts"\n'
            f'[[bot]]\nname = "demo"\ntoken = "{where["token"]}"\n'
            f'api_url = "{where["api_url"]}"\ngateway_url = "{where["gateway_url"]}"\n{server}'
        )

    def simulator(self):
        return self.outside

    def restart_the_first(self, number):
        self.lower.configure(self.port, tally=True)
        self.start_down()
        run = self.load()
        self.wait_handled(0.3)
        self.up.end(number)
        self.up = self.start(ready=False)
        self.assert_complete(run)

    def test_a_kill_of_the_first_loses_and_doubles_nothing(self):
        self.restart_the_first(signal.SIGKILL)

    def test_a_restart_of_the_first_loses_and_doubles_nothing(self):
        self.restart_the_first(signal.SIGTERM)

    def test_a_kill_of_both_loses_nothing(self):
        self.lower.configure(self.port, tally=True)
        down = self.start_down()
        run = self.load()
        self.wait_handled(0.3)
        down.end(signal.SIGKILL)
        self.up.end(signal.SIGKILL)
        self.up = self.start(ready=False)
        self.start_down()
        self.assert_complete(run, doubled=1)


class StockHoloBridge(RuntimeTest):
    """The simulator's HoloBridge: neither numbers nor a log, and routes for some operations."""

    def test_the_same_script_answers_on_a_holobridge(self):
        self.home.write_config(bot='platform = "holobridge"')
        shutil.copy(SOURCE / "scripts/ping.lua", self.home.path / "scripts")
        runtime = self.start(ready=False)
        runtime.wait_for_log("ready")
        sim = runtime.simulator()
        answered = sim.post("say", platform="holobridge", channel="general", user="alice", text="!ping", timeout_ms=15000)
        self.assertTrue(answered["answered"], f"{answered}\n{runtime.log[-4000:]}")
        self.assertEqual(answered["answer"], "pong")


class LimitedKey(TwoRuntimes):
    def more_keys(self):
        # The simulator's guilds are the same at each start.
        return (
            f'[[server.key]]\nid = "limited"\nkey = "{LIMITED}"\nscopes = ["admin"]\nguilds = ["1"]\n'
        )

    def test_a_key_of_other_guilds_hears_nothing_of_this_one(self):
        self.lower.script("counter", COUNTER)
        guild = self.sim.get("state")["guilds"][0]["id"]
        self.lower.configure(self.port, token=LIMITED, bot=f'guilds = ["{guild}"]')
        down = self.start_down()
        self.write(1)
        self.assertIsNone(self.sim.say("!ping", timeout_ms=500))
        self.assertNotIn("saw [", down.log)
        self.assertIsNone(down.process.poll())


if __name__ == "__main__":
    unittest.main()
