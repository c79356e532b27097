"""`rookery test`: what passes, what fails and with which words, and that a bad spec costs nothing else."""

import os
import signal
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from harness import BINARY, PLUGINS, Home

ENVIRONMENT = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")

ECHO = """local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    if ev.author.bot then return end
    local seconds, text = ev.content:match("^!later (%d+) (.*)$")
    if not seconds then return ev.content == "!ping" and ev:reply("pong") end
    rookery.after(tonumber(seconds), function() ev:reply(text .. " at " .. os.date("!%H:%M")) end)
end)
"""
GOOD = """it("answers", function(sim)
    sim:user("alice"):say("!ping")
    expect(sim:channel("#general")):last():equals("pong"):by("bot")
end)
it("waits", function(sim)
    sim:user("alice"):say("!later 7200 tea")
    expect(sim:channel("#general")):count(1)
    sim:advance("2h")
    expect(sim:channel("#general")):last():equals("tea at 14:00")
end)
"""


class SpecTest(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.remove)
        self.home.script("echo", ECHO)

    def spec(self, text, name="echo"):
        return self.home.script(f"{name}_spec", text)

    def run_specs(self, *arguments, code=0):
        done = subprocess.run(
            [BINARY, "test", "--plugins", str(PLUGINS), *arguments],
            cwd=self.home.path, capture_output=True, text=True, timeout=120, check=False, env=ENVIRONMENT,
        )
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def fails(self, text, *expected, name="echo"):
        """The spec fails with these words; one beside it passes."""
        self.spec(text, name)
        self.home.script("other", ECHO)
        self.spec(GOOD, "other")
        out = self.run_specs(code=1)
        for words in expected:
            self.assertIn(words, out)
        self.assertIn("✓ scripts/other_spec.lua 2 of 2 passed", out)
        return out


class Passing(SpecTest):
    def test_cases_pass_and_the_last_line_counts(self):
        self.spec(GOOD)
        out = self.run_specs()
        self.assertIn("✓ scripts/echo_spec.lua 2 of 2 passed", out)
        self.assertRegex(out, r"2 cases, all passed; [\d.]+ s, in which 2h passed for the extensions")

    def test_every_case_has_a_world_of_its_own(self):
        self.spec("""for _, name in ipairs { "one", "two" } do
    it(name, function(sim)
        expect(sim:channel("#general")):is_empty()
        sim:user("alice"):say("!ping")
        expect(sim:channel("#general")):count(2)
    end)
end""")
        self.run_specs()

    def test_what_is_set_up_is_taken_down(self):
        self.spec("""describe("outer", function()
    before_each(function(sim) sim:user("alice"):say("outer before") end)
    after_each(function(sim) print("outer after") end)
    describe("inner", function()
        before_each(function(sim) sim:user("alice"):say("inner before") end)
        after_each(function(sim) print("inner after") end)
        it("case", function(sim)
            local all = sim:channel("#general"):messages()
            expect(all[1].content):equals("outer before")
            expect(all[2].content):equals("inner before")
            error("on purpose")
        end)
    end)
end)""")
        out = self.run_specs("--verbose", code=1)
        self.assertLess(out.index("inner after"), out.index("outer after"))
        self.assertIn("echo_spec.lua:11: on purpose", out)

    def test_a_filter_chooses_cases(self):
        self.spec(GOOD)
        self.assertIn("1 case, all passed", self.run_specs("--filter", "wait"))
        self.assertIn("no case has", self.run_specs("--filter", "nothing like it", code=2))

    def test_faults_repeat_each_case(self):
        self.spec(GOOD)
        self.assertIn("2 cases, 8 more runs with faults, all passed", self.run_specs("--faults"))

    def test_a_plugin_is_tested_like_a_script(self):
        self.home.script("plugin_spec", """world { plugin = "remind" }
it("loads", function(sim) expect(sim:log("plugin remind")):contains("loaded") end)""")
        self.run_specs()


class Failing(SpecTest):
    def test_the_clock_has_an_end(self):
        self.fails('it("waits", function(sim) sim:advance("1000000h") sim:advance(1e300) end)',
                   "advance: the clock goes up to the year 2250")

    def test_a_spec_without_memory(self):
        self.fails("it('grows', function() local t = {} while true do t[#t + 1] = ('x'):rep(1e6) .. #t end end)",
                   "not enough memory")

    def test_an_expectation_says_what_was_expected_and_what_came(self):
        out = self.fails("""it("answers", function(sim)
    sim:user("alice"):say("!ping")
    expect(sim:channel("#general")):last():contains("tea")
end)""", "✗ answers", 'scripts/echo_spec.lua:3: expected the newest message of #general to contain "tea"',
            "got: rookery: pong", "#general:", "alice: !ping")
        self.assertIn("1 failed", out)

    def test_values_are_compared_with_words(self):
        self.fails("""it("a", function() expect(1 + 1):equals(3) end)
it("b", function() expect({ a = 1 }):no():equals({ a = 1 }) end)""",
                   "echo_spec.lua:1: expected 3\n    got: 2", "expected not { a = 1 }")

    def test_an_error_has_its_place(self):
        self.fails("""local function helper() local x = nil; return x.y end
it("breaks", function() helper() end)""", "echo_spec.lua:1: attempt to index local 'x'",
                   "called from scripts/echo_spec.lua:2")

    def test_a_hang_is_stopped(self):
        self.fails("""world { limit = 1 }
it("hangs", function(sim)
    sim:user("alice"):say("!ping")
    while true do end
end)
it("goes on", function() end)""", "still running after 1000 ms of its own", "1 of 2 passed")

    def test_what_the_runtime_takes_is_not_counted(self):
        self.spec("""world { limit = 2 }
it("waits", function(sim)
    sim:fault("rest_slow", { count = 1, ms = 3000 })
    sim:user("alice"):say("!ping")
    expect(sim:channel("#general")):last():contains("pong")
end)
it("also where it cannot step aside", function(sim)
    local all = {}
    ;("ab"):gsub(".", function(c) all[#all + 1] = sim:user("alice").name .. c end)
    local inner = coroutine and coroutine.wrap(function() return sim:user("bob").name end)
    expect(all[2]):equals("aliceb")
    expect(inner and inner() or "bob"):equals("bob")
end)
describe("but not", function()
    world { limit = 0.2 }
    it("for ever", function(sim) while true do sim:rest() end end)
end)""")
        out = self.run_specs(code=1)
        self.assertIn("2 of 3 passed", out)
        self.assertIn("still going on after 6000 ms of real time", out)

    def test_a_hang_before_any_case_is_stopped(self):
        self.fails("while true do end", "scripts/echo_spec.lua: still running after 10000 ms")

    def test_exit_is_refused(self):
        self.fails('it("exits", function() os.exit(0) end)', "os.exit: a spec cannot end the process")
        self.fails("os.exit(0)", "echo_spec.lua:1: os.exit: a spec cannot end the process")

    def test_what_is_no_lua_is_told(self):
        self.fails("it('x', function(", "scripts/echo_spec.lua:1:", "near '<eof>'")

    def test_a_file_without_cases_fails(self):
        self.fails("local x = 1", "the file has no cases")

    def test_a_world_that_cannot_be_made_is_told(self):
        self.fails('world { skript = "x" } it("a", function() end)', "there is no option 'skript'")
        self.fails('world { script = "gone" } it("a", function() end)', "there is no script")
        self.home.script("broken", "error('at load')")
        self.fails('it("a", function() end)', "script broken is", "at load", name="broken")

    def test_a_script_that_is_never_at_rest_is_named(self):
        self.home.script("busy", """local rookery = require "rookery"
local function again() rookery.after(0, again) end
again()""")
        self.fails('it("rests", function() end)', "not at rest after 30000 ms", name="busy")

    def test_results_are_written_as_junit(self):
        self.spec(GOOD)
        self.home.script("bad", ECHO)
        self.spec('it("fails <&>", function() expect("a\\0b"):equals("]]>") end)', "bad")
        self.run_specs("--junit", "out.xml", code=1)
        root = ElementTree.parse(self.home.path / "out.xml").getroot()
        self.assertEqual(root.attrib["tests"], "3")
        self.assertEqual(root.attrib["failures"], "1")
        names = [case.attrib["name"] for case in root.iter("testcase")]
        self.assertIn("fails <&>", names)
        self.assertIn("bad_spec.lua:1", root.find(".//failure").text)

    def test_the_script_stands_for_the_spec_beside_it(self):
        self.spec('it("x", function() expect(1):is(1) end)')
        self.assertIn("✓ scripts/echo_spec.lua 1 of 1 passed", self.run_specs("scripts/echo.lua"))
        self.home.script("alone", "")
        self.assertIn("scripts/alone.lua is no spec, and there is no alone_spec.lua beside it",
                      self.run_specs("scripts/alone.lua", code=2))

    def test_wrong_arguments(self):
        self.assertIn("there is no file or folder", self.run_specs("nowhere", code=2))
        self.assertIn("there is no *_spec.lua", self.run_specs("state", code=2))


class Watching(SpecTest):
    def test_a_change_runs_what_it_concerns_again(self):
        path = self.spec(GOOD)
        self.home.script("other", ECHO)
        self.spec(GOOD, "other")
        process = subprocess.Popen(
            [BINARY, "test", "--plugins", str(PLUGINS), "--watch"], cwd=self.home.path,
            stdout=subprocess.PIPE, text=True, bufsize=1, env=ENVIRONMENT,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.send_signal, signal.SIGKILL)
        for line in process.stdout:
            if "4 cases, all passed" in line:
                break
        path.write_text(GOOD.replace('"pong"', '"tea"'))
        os.utime(path, (1, 1))
        again = []
        for line in process.stdout:
            again.append(line)
            if "cases," in line:
                break
        out = "".join(again)
        self.assertIn("2 cases, 1 failed", out)
        self.assertNotIn("other_spec", out)


if __name__ == "__main__":
    unittest.main()
