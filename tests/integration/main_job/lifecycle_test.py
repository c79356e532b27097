"""A bot from TOML answers, is reloaded by signal, and stops and resumes without losing anything."""

import json
import signal
import subprocess
import unittest

from harness import BINARY, RuntimeTest, cli, eventually

PONG = """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    if ev.content == "!ping" and not ev.author.bot then ev:reply("%s") end
end)
"""

SLOW = """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    if ev.author.bot then return end
    rookery.log.info("began", ev.content)
    rookery.sleep(2)
    rookery.log.info("ended", ev.content)
end)
"""


class Lifecycle(RuntimeTest):
    def test_script_answers_through_the_gateway(self):
        self.home.example_script("ping")
        runtime = self.start()
        self.assertTrue(runtime.simulator().say("!ping").startswith("pong"))
        self.assertEqual(runtime.end(), 0)

    def test_sim_say_prints_answer_and_latency(self):
        self.home.example_script("ping")
        self.start()
        code, text = self.control("sim", "say", "#general", "alice", "!ping")
        self.assertEqual(code, 0, text)
        self.assertIn("pong", text)
        self.assertIn("ms", text)

    def test_a_bot_with_new_settings_does_not_repeat_what_is_being_handled(self):
        self.home.script("slow", SLOW)
        runtime = self.start()
        sim = runtime.simulator()
        for number in range(10):
            sim.post("act", do="write", channel="general", user="alice", text=f"slow {number}.")
        runtime.wait_for_log("began", count=10)
        self.home.write_config(bot="rest_limit = 40")
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        runtime.wait_for_log("connects with its new settings")
        sim.post("act", do="write", channel="general", user="alice", text="slow 10.")
        runtime.wait_for_log("ended slow 10.")
        for number in range(11):
            self.assertEqual(runtime.log.count(f"began slow {number}."), 1, runtime.log)
            self.assertEqual(runtime.log.count(f"ended slow {number}."), 1, runtime.log)

    def test_a_reload_that_needs_a_new_session_says_so_and_waits_for_it(self):
        self.home.script("ping", PONG % "one")
        sim = self.start().simulator()
        self.home.script("members", 'require("rookery").on("guildMemberAdd", function(event) end)')
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        self.assertIn("bot demo: a new session begins, since GUILD_MEMBERS is needed now", text)
        self.assertIn("bot demo is ready again after ", text)
        self.assertEqual(sim.say("!ping"), "one")
        code, text = self.control("reload", "ping")
        self.assertEqual(code, 0, text)
        self.assertNotIn("session", text)

    def test_stop_returns_when_the_state_folder_is_free(self):
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        code, text = self.control("stop")
        self.assertEqual((code, text), (0, "stopping\nstopped\n"))
        self.start()
        self.assertEqual(runtime.process.wait(30), 0)

    def test_zlib_stream(self):
        self.home.write_config(bot='compression = "zlib-stream"')
        self.home.example_script("ping")
        runtime = self.start()
        self.assertTrue(runtime.simulator().say("!ping").startswith("pong"))

    def test_tls(self):
        self.home.write_config(simulator="tls = true")
        self.home.example_script("ping")
        runtime = self.start()
        code, text = self.control("sim", "say", "general", "alice", "!ping")
        self.assertEqual(code, 0, text + runtime.log)

    def test_an_edited_script_and_a_new_one_take_effect_on_sighup_without_a_reconnect(self):
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        sim = runtime.simulator()
        self.assertEqual(sim.say("!ping"), "one")
        before = sim.sessions()
        self.home.script("ping", PONG % "two")
        self.home.script("other", 'local rookery = require "rookery"\nrookery.log.info("here I am")')
        runtime.send(signal.SIGHUP)
        runtime.wait_for_log("script ping: reloaded: held")
        runtime.wait_for_log("here I am")
        self.assertEqual(sim.say("!ping"), "two")
        after = sim.sessions()
        for key in ("connects", "resumes", "identifies"):
            self.assertEqual(before.get(key), after.get(key), key)

    def test_a_script_that_is_gone_is_unloaded(self):
        path = self.home.script("ping", PONG % "one")
        runtime = self.start()
        self.assertEqual(runtime.simulator().say("!ping"), "one")
        path.unlink()
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        self.assertIn("script ping: unloaded", text)
        self.assertIsNone(runtime.simulator().say("!ping", timeout_ms=500))

    def test_a_dropped_plugin_is_loaded_on_sighup(self):
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        self.home.write_config(extra=f'[plugins.tally]\nfile = "{self.home.path}/tally.txt"')
        self.home.plugin("tally")
        runtime.send(signal.SIGHUP)
        runtime.wait_for_log("plugin tally: loaded")
        self.assertEqual(runtime.simulator().say("!ping"), "one")

    def test_broken_new_versions_leave_the_old_one_answering(self):
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        for broken in ('local x = = 1', 'error("no")', 'while true do end',
                       'require("rookery").on("messageCreat", print)'):
            self.home.script("ping", broken)
            code, text = self.control("reload", "ping")
            self.assertEqual(code, 1, text)
            self.assertIn("kept the old version", text)
            self.assertEqual(runtime.simulator().say("!ping"), "one", broken)

    def test_a_broken_config_on_reload_changes_nothing(self):
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        self.home.config.write_text(self.home.config.read_text() + "\n[scrpts]\n")
        code, text = self.control("reload")
        self.assertEqual(code, 1, text)
        self.assertIn("scrpts", text)
        self.assertEqual(runtime.simulator().say("!ping"), "one")

    def test_state_is_handed_over(self):
        counter = """
local rookery = require "rookery"
local count = 0
rookery.on("messageCreate", function(ev)
    if ev.content == "!count" then count = count + 1; ev:reply("%s " .. count) end
end)
rookery.save(function() return { count = count } end)
rookery.load(function(saved) count = saved.count end)
"""
        self.home.script("count", counter % "a")
        sim = self.start().simulator()
        self.assertEqual(sim.say("!count"), "a 1")
        self.home.script("count", counter % "b")
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        self.assertIn("state kept", text)
        self.assertEqual(sim.say("!count"), "b 2")

    def test_list_disable_enable(self):
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        code, text = self.control("list")
        self.assertEqual(code, 0, text)
        self.assertIn("ping", text)
        self.assertIn("ready", text)
        code, text = self.control("disable", "ping")
        self.assertEqual(code, 0, text)
        self.assertIsNone(runtime.simulator().say("!ping", timeout_ms=500))
        code, text = self.control("reload")
        self.assertIsNone(runtime.simulator().say("!ping", timeout_ms=500))
        code, text = self.control("enable", "ping")
        self.assertEqual(code, 0, text)
        self.assertEqual(runtime.simulator().say("!ping"), "one")
        code, text = self.control("disable", "pong")
        self.assertEqual(code, 1)
        self.assertIn("there are: ping", text)

    def test_sigusr1_dumps_the_status(self):
        runtime = self.start()
        runtime.send(signal.SIGUSR1)
        runtime.wait_for_log("bot demo: ready")

    def test_G65_G66_sigterm_exits_0_and_a_restart_resumes(self):
        self.home.write_config(simulator="enabled = false")
        host = subprocess.Popen([BINARY, "sim", "--state", str(self.home.path / "sim")],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true\n", "", 1).replace(
            'name = "demo"', f'name = "demo"\ntoken = "{where["token"]}"\napi_url = "{where["api_url"]}"\n'
                             f'gateway_url = "{where["gateway_url"]}"'))
        self.home.script("ping", PONG % "one")
        first = self.start()
        self.assertEqual(first.end(signal.SIGINT), 0)
        second = self.start(ready=False)
        second.wait_for_log("resumed at event")
        self.assertNotIn("ready as", second.log)
        self.assertEqual(second.end(), 0)

    def test_a_second_runtime_on_the_same_state_is_refused(self):
        first = self.start()
        code, text = cli("run", "--config", self.home.config)
        self.assertEqual(code, 1, text)
        self.assertIn(str(first.process.pid), text)

    def test_run_for_ends_by_itself(self):
        self.assertEqual(self.start("--for", "2s").process.wait(30), 0)

    def test_no_secret_in_the_log(self):
        self.home.write_config(runtime='log_level = "trace"')
        self.home.example_script("ping")
        runtime = self.start()
        runtime.simulator().say("!ping")
        token = json.loads((self.home.path / "state" / "simulator.json").read_text())["token"]
        self.assertNotIn(token, runtime.log)


if __name__ == "__main__":
    unittest.main()
