"""`rookery eval` and the REPL: code in a running script's state."""

import os
import pty
import select
import subprocess
import time
import unittest

from harness import BINARY, RuntimeTest, eventually

COUNTER = """
local rookery = require "rookery"
count = 0
last = nil
rookery.on("messageCreate", function(ev)
    if ev.author.bot then return end
    count = count + 1
    last = ev
    if ev.content == "!ping" then ev:reply("pong") end
end)
function broken() error("this is broken") end
function outer() broken() end
"""


class Eval(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.home.write_config(extra='[scripts.counter]\nmotto = "hello"')
        self.home.script("counter", COUNTER)
        self.runtime = self.start()
        self.sim = self.runtime.simulator()

    def eval(self, code, script="counter"):
        return self.control("eval", script, code)

    def shows(self, code, expected):
        self.assertEqual(self.eval(code), (0, expected + "\n" if expected else ""), code)

    def test_values_are_shown_readably(self):
        self.shows("1 + 1", "2")
        self.shows("= 2 * 3", "6")
        self.shows("'a\"b', nil, true", '"a\\"b"\nnil\ntrue')
        self.shows("{ 1, 2, x = { y = 'z' } }", '{ 1, 2, x = { y = "z" } }')
        self.shows("{ ['a b'] = 1, [true] = 2 }", '{ [true] = 2, ["a b"] = 1 }')
        self.shows("nil, 'no such thing', 'not_found'", "nil: no such thing (not_found)")
        self.shows("{}", "{}")
        self.shows("rookery.config", '{ motto = "hello" }')
        self.shows("local t = {} t.t = t return t", "{ t = <table: the same as above> }")
        self.shows("{{{{{{{ 1 }}}}}}}", "{ { { { { { {...} } } } } } }")
        code, text = self.eval("local t = {} for i = 1, 1000 do t[i] = i end return t")
        self.assertEqual(code, 0)
        self.assertTrue(text.rstrip().endswith("...\n}"), text[-80:])
        self.shows("{ print, outer }", "{ <function>, <function counter.lua:12> }")

    def test_it_is_the_scripts_own_state(self):
        self.shows("count = 41", "")
        self.sim.say("!ping")
        self.shows("count", "42")

    def test_an_event_is_shown_with_its_fields(self):
        self.sim.say("!ping")
        code, text = self.eval("last")
        self.assertEqual(code, 0, text)
        self.assertIn('content = "!ping"', text)
        self.assertIn("username = ", text)

    def test_it_may_wait_and_shows_what_a_call_came_to(self):
        code, text = self.eval(f'rookery.messages.send("{self.sim.ids()["general"]}", "from a terminal").content')
        self.assertEqual((code, text), (0, '"from a terminal"\n'))
        self.assertIn("from a terminal", self.sim.messages())
        code, text = self.eval('rookery.messages.send("1", "nowhere")')
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r"^nil: .*\n")

    def test_print_goes_to_whoever_asked(self):
        self.shows("for i = 1, 3 do print('line', i) end", "line\t1\nline\t2\nline\t3")
        self.assertNotIn("line\t1", self.runtime.log)

    def test_errors_come_with_their_place(self):
        code, text = self.eval("outer()")
        self.assertEqual(code, 1)
        self.assertIn("counter.lua:11: this is broken", text)
        self.assertIn("counter.lua:11: in broken", text)
        self.assertIn("counter.lua:12: in ", text)
        code, text = self.eval("1 +* 2")
        self.assertEqual(code, 1)
        self.assertIn("eval:1:", text)
        self.assertEqual(self.eval("if true then")[0], 2)

    def test_who_runs_away_is_stopped_and_the_script_starts_afresh(self):
        code, text = self.eval("while true do end")
        self.assertEqual(code, 1)
        self.assertIn("ran for 250 ms without a pause and was stopped; the script starts afresh", text)
        eventually(lambda: self.eval("count") == (0, "0\n"), "the fresh start")
        self.assertEqual(self.sim.say("!ping"), "pong")

    def test_a_reload_answers_what_still_waits(self):
        waiting = subprocess.Popen(
            [BINARY, "eval", "counter", "print('begun') rookery.sleep(60)", "--state", str(self.home.path / "state")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        self.addCleanup(waiting.stdout.close)
        self.addCleanup(waiting.kill)
        self.assertEqual(waiting.stdout.readline(), "begun\n")
        self.assertEqual(self.control("reload", "counter")[0], 0)
        self.assertEqual(waiting.wait(30), 1)
        self.assertIn("before it had answered", waiting.stdout.read())

    def test_who_is_not_there_is_named_with_who_is(self):
        code, text = self.eval("1", script="counted")
        self.assertEqual(code, 1)
        self.assertIn("there is no script counted; scripts: counter", text)

    def test_lines_from_a_pipe(self):
        done = subprocess.run(
            [BINARY, "eval", "counter", "--state", str(self.home.path / "state")],
            input="x = 20\nfunction twice(n)\n  return 2 * n\nend\ntwice(x) + 2\nerror('no', 0)\n",
            capture_output=True, text=True, timeout=60, check=False,
        )
        self.assertEqual((done.returncode, done.stdout, done.stderr), (1, "42\n", "no\n"))

    def test_a_terminal_has_editing_and_a_history(self):
        for keys, expected in ((b"1 + 4\x7f1\r", b"\r\n2\r\n"), (b"\x1b[A\r", b"\r\n2\r\n"), (b"if true then\r2 * 4 end\x03", b"^C"),
                               (b"print('now') rookery.sleep(60)\r", b"left to itself")):
            shown = self.converse(keys, expected)
            self.assertIn(expected, shown)
        history = self.home.path / "state" / "eval_history"
        self.assertEqual(history.read_text().splitlines()[0], "1 + 1")
        self.assertEqual(history.stat().st_mode & 0o777, 0o600)

    def converse(self, keys, expected):
        """What a terminal shows while `keys` are typed, until `expected` is there and Ctrl-D has ended it."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(BINARY, [BINARY, "repl", "counter", "--state", str(self.home.path / "state")])
        shown, sent, slept, ended = b"", False, False, False
        deadline = time.monotonic() + 30
        try:
            while time.monotonic() < deadline:
                if select.select([terminal], [], [], 1)[0]:
                    try:
                        block = os.read(terminal, 65536)
                    except OSError:
                        break
                    if not block:
                        break
                    shown += block
                if not sent and b"counter> " in shown:
                    os.write(terminal, keys)
                    sent = True
                if b"\r\nnow\r\n" in shown and not slept:
                    os.write(terminal, b"\x03")  # the terminal makes a signal of it
                    slept = True
                if sent and not ended and expected in shown:
                    os.write(terminal, b"\x15\x04")
                    ended = True
        finally:
            os.close(terminal)
            os.waitpid(pid, 0)
        return shown


if __name__ == "__main__":
    unittest.main()
