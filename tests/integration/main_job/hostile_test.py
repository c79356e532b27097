"""What peers, files, scripts and plugins can do wrong, against the real binary: one clear line, and the rest goes on."""

import json
import time
import unittest

from harness import FAULTY, RuntimeTest, cli, eventually
from lifecycle_test import PONG


class HostileGateway(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.home.script("ping", PONG % "one")

    def answers(self, runtime):
        self.assertEqual(runtime.simulator().say("!ping"), "one", runtime.log[-4000:])

    def test_G58_frames_that_cannot_be_understood_cost_a_resume(self):
        runtime = self.start()
        for kind in ("malformed", "nested", "oversized"):
            resumed = runtime.log.count("resumed at event")
            runtime.simulator().fault(kind)
            runtime.wait_for_log("resumed at event", count=resumed + 1)
            self.answers(runtime)

    def test_G55_G56_unknown_opcodes_and_events_are_ignored(self):
        runtime = self.start()
        for kind in ("unknown_opcode", "unknown_event", "gap"):
            runtime.simulator().fault(kind)
            self.answers(runtime)
        self.assertNotIn("resumed", runtime.log)

    def test_G46_a_corrupt_compressed_stream_costs_a_resume(self):
        self.home.write_config(bot='compression = "zlib"')
        runtime = self.start()
        runtime.simulator().fault("corrupt_zlib", count=1)
        runtime.simulator().act("typing", user="alice", channel="general")
        runtime.simulator().post("say", channel="general", user="alice", text="x", timeout_ms=100)
        runtime.wait_for_log("resumed at event")
        self.answers(runtime)

    def test_G19_a_refused_token_is_one_clear_line_and_no_storm(self):
        self.home.write_config(simulator="")
        runtime = self.start()
        where = json.loads((self.home.path / "state" / "simulator.json").read_text())
        runtime_two_home = self.home.path / "two.toml"
        runtime_two_home.write_text(
            f'[runtime]\nstate = "two"\n[[bot]]\nname = "wrong"\ntoken = "not.the.token"\n'
            f'api_url = "{where["api_url"]}"\ngateway_url = "{where["gateway_url"]}"\n')
        code, text = cli("run", "--config", runtime_two_home, "--for", "3s")
        self.assertEqual(code, 0, text)
        self.assertIn("token", text)
        self.assertEqual(text.count(" error "), 1, text)
        self.assertNotIn("not.the.token", text)
        self.answers(runtime)

    def test_G21_a_denied_intent_is_named_with_who_needs_it(self):
        self.home.script("members", 'local r = require "rookery"\nr.on("guildMemberAdd", function() end)')
        runtime = self.start()
        runtime.simulator().fault("intents", granted=0)
        runtime.simulator().fault("expire_sessions")
        runtime.simulator().fault("reset")
        runtime.wait_for_log("GUILD_MEMBERS", patience=60)
        self.assertIn("script members", runtime.log)

    def test_G59_heartbeats_leave_on_time_while_a_plugin_sleeps(self):
        gate = self.home.path / "wake-up"
        self.home.write_config(simulator='heartbeat_interval = "200ms"',
                               extra=f'[plugins.sleeps]\nuntil = "{gate}"')
        self.home.plugin("sleeps", FAULTY)
        runtime = self.start()
        runtime.simulator().post("say", channel="general", user="alice", text="hello", timeout_ms=1)
        eventually(lambda: self.status()["extensions"][0]["busyMs"] > 3000, "the plugin sleeps")
        self.answers(runtime)
        self.assertLess(self.status()["bots"][0]["worstBeatDelayUs"], 50_000)
        self.assertEqual(runtime.simulator().sessions().get("resumes", 0), 0)
        gate.touch()

    def status(self):
        code, text = self.control("list", "--json")
        self.assertEqual(code, 0, text)
        return json.loads(text)


class HostileScripts(RuntimeTest):
    RUNAWAYS = {
        "loop": "while true do end",
        "pcall_loop": "while true do pcall(function() while true do end end) end",
        "table_bomb": "local t = {} while true do t[#t + 1] = {} end",
        "string_bomb": 'local s = "x" while true do s = s .. s end',
        "pattern": '(("a"):rep(40)):find(("a?"):rep(40) .. ("a"):rep(40) .. "b")',
        "wait": "rookery.sleep(1e6)",
        "error": "local x = nil; return x.y.z",
    }

    def test_every_runaway_costs_only_itself(self):
        self.home.script("ping", PONG % "one")
        self.home.write_config(extra="\n".join(f'[scripts.{name}]\ntime_limit = "100ms"\nwait_limit = "2s"\n'
                                               f'memory_limit = "16MiB"' for name in self.RUNAWAYS))
        for name, body in self.RUNAWAYS.items():
            self.home.script(name, 'local rookery = require "rookery"\nrookery.on("messageCreate", function(ev)\n'
                                   f'if ev.content == "!{name}" then {body} end end)')
        runtime = self.start()
        sim = runtime.simulator()
        for name in self.RUNAWAYS:
            sim.post("say", channel="general", user="alice", text=f"!{name}", timeout_ms=1)
            self.assertEqual(sim.say("!ping"), "one", name)

        def settled():
            listed = {e["name"]: e for e in json.loads(self.control("list", "--json")[1])["extensions"]}
            return all(listed[n]["stops"] + listed[n]["errors"] > 0 for n in self.RUNAWAYS) and listed

        listed = eventually(settled, "every runaway was stopped or failed")
        for name in self.RUNAWAYS:
            self.assertEqual(listed[name]["inFlight"], 0, name)
        self.assertEqual(listed["ping"]["errors"] + listed["ping"]["stops"], 0)
        self.assertIn("error.lua:3", runtime.log)

    def test_a_syntax_error_names_file_and_line(self):
        self.home.script("broken", "local a = 1\nlocal b = = 2\n")
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        self.assertIn("broken.lua:2:", runtime.log)
        self.assertEqual(runtime.simulator().say("!ping"), "one")


class HostilePlugins(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.home.write_config(extra="".join(f'[plugins.{name}]\nfile = "{self.home.path}/tally.txt"\n'
                                             for name in ("tally", "tally2")))

    def test_each_way_of_being_wrong_is_refused_and_the_rest_goes_on(self):
        self.home.script("ping", PONG % "one")
        wrong = ["no_symbol", "undefined_symbol", "wrong_magic", "wrong_major", "small_entry", "no_create",
                 "create_fails", "throws", "hangs", "newer_host"]
        never = self.home.path / "never"
        self.home.write_config(extra=f'[plugins.throws]\nwhere = "start"\n[plugins.hangs]\nuntil = "{never}"\n')
        for name in wrong:
            self.home.plugin(name, FAULTY)
        (self.home.path / "plugins" / "not_elf.so").write_text("this is no library")
        runtime = self.start()
        for name in [*wrong, "not_elf"]:
            self.assertRegex(runtime.log, rf"plugin {name}: failed: .+")
        self.assertEqual(runtime.simulator().say("!ping"), "one")
        self.assertEqual(runtime.end(), 0)

    def test_a_file_overwritten_while_loaded_changes_nothing_until_a_reload(self):
        path = self.home.plugin("tally")
        runtime = self.start()
        path.write_bytes(b"garbage" * 1000)
        runtime.simulator().post("say", channel="general", user="alice", text="load 1#1 x", timeout_ms=1)
        code, text = self.control("reload", "tally")
        self.assertEqual(code, 1, text)
        self.assertIn("kept the old version", text)
        self.assertEqual(runtime.end(), 0)

    def test_a_write_protected_copy_loads(self):
        self.home.plugin("tally").chmod(0o444)
        self.start().wait_for_log("plugin tally: loaded")

    def test_the_same_plugin_twice_is_refused(self):
        self.home.plugin("tally")
        self.home.plugin("tally", as_name="tally2")
        runtime = self.start()
        self.assertRegex(runtime.log, r"plugin tally2?: failed: .+")


if __name__ == "__main__":
    unittest.main()
