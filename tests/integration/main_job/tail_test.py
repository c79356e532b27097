"""`rookery events tail`: what it shows, and that nobody notices it."""

import json
import os
import socket
import subprocess
import unittest

from harness import BINARY, RuntimeTest, eventually

ECHO = """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    if ev.content == "!ping" then ev:reply("pong") end
end)
"""


class Tail(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.home.script("echo", ECHO)
        self.runtime = self.start()
        self.sim = self.runtime.simulator()

    def tail(self, *arguments):
        process = subprocess.Popen(
            [BINARY, "events", "tail", *arguments, "--state", str(self.home.path / "state")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def speak_until(self, process, text):
        """Says something again and again, until the tail has shown its fill; what it wrote."""
        def ended():
            self.sim.act("write", channel="general", user="bob", text=text)
            return process.poll() is not None

        eventually(ended, "the tail's end")
        return process.stdout.read()

    def listed(self):
        code, text = self.control("list", "--json")
        self.assertEqual(code, 0, text)
        return json.loads(text)

    def test_lines_for_people(self):
        text = self.speak_until(self.tail("--limit", "1", "--type", "messageCreate"), "hello there")
        self.assertRegex(text, r"^\d\d:\d\d:\d\d\.\d{3} demo messageCreate +guild \d+ channel \d+ bob: hello there\n$")

    def test_json_lines_hold_the_whole_event(self):
        text = self.speak_until(self.tail("--limit", "2", "--type", "messageCreate", "--json"), "hello")
        first, second = map(json.loads, text.splitlines())
        self.assertEqual(first["data"]["content"], "hello")
        self.assertEqual(second["data"]["author"]["username"], "bob")
        self.assertEqual(first["event"], "messageCreate")

    def test_raw_is_what_the_platform_sent(self):
        text = self.speak_until(self.tail("--limit", "1", "--type", "messageCreate", "--raw"), "hello")
        self.assertIn("channel_id", json.loads(text)["raw"])

    def test_filters(self):
        channel = self.sim.ids()["general"]
        text = self.speak_until(self.tail("--limit", "1", "--channel", channel, "--bot", "demo"), "hello")
        self.assertIn(channel, text)

    def test_what_cannot_be_is_refused_with_the_nearest_name(self):
        for arguments, expected in (
            (("--type", "mesageCreate"), "messageCreate"),
            (("--bot", "demp"), "there are: demo"),
            (("--guild", "a/b"), 'guild: expected an id, got "a/b"'),
        ):
            code, text = self.control("events", "tail", *arguments)
            self.assertEqual(code, 1, text)
            self.assertIn(expected, text)

    def test_nobody_notices(self):
        before = self.sim.sessions()
        text = self.speak_until(self.tail("--limit", "3"), "hello")
        self.assertEqual(len(text.splitlines()), 3)
        self.assertEqual(self.sim.say("!ping"), "pong")
        eventually(lambda: self.listed()["bots"][0]["open"] == 0, "nothing open in the ledger")
        after = self.sim.sessions()
        for key in ("connects", "resumes", "identifies"):
            self.assertEqual(before.get(key), after.get(key), key)

    def test_a_client_that_does_not_read_stops_nobody_and_learns_what_it_missed(self):
        slow = socket.socket(socket.AF_UNIX)
        self.addCleanup(slow.close)
        slow.settimeout(30)
        slow.connect(str(self.home.path / "state" / "control.sock"))
        slow.sendall(b'{"cmd":"events","data":true}\n')
        text = "x" * 1500
        for _ in range(1500):
            self.sim.act("write", channel="general", user="bob", text=text)
        self.assertEqual(self.sim.say("!ping"), "pong")
        received = b""
        while b'"dropped"' not in received:
            self.sim.act("write", channel="general", user="bob", text="again")
            block = slow.recv(1 << 20)
            self.assertTrue(block, "the connection was closed")
            received = received[-100:] + block

    def test_the_end_of_the_runtime_ends_it(self):
        process = self.tail()
        self.speak_some(process)
        self.assertEqual(self.runtime.end(), 0)
        self.assertEqual(process.wait(30), 0)
        self.assertIn("the runtime stops", process.stdout.read())

    def speak_some(self, process):
        """Until the tail is known to run: a line of it has come."""
        os.set_blocking(process.stdout.fileno(), False)

        def seen():
            self.sim.act("write", channel="general", user="bob", text="hello")
            try:
                return os.read(process.stdout.fileno(), 65536)
            except BlockingIOError:
                return b""

        eventually(seen, "a line")
        os.set_blocking(process.stdout.fileno(), True)

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_another_user_is_refused_even_where_the_file_is_open_to_all(self):
        for path in (self.home.path, self.home.path / "state"):
            path.chmod(0o755)
        (self.home.path / "state" / "control.sock").chmod(0o666)
        speak = (
            "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
            "print(s.makefile().readline())"
        )
        done = subprocess.run(
            ["/usr/bin/python3", "-c", speak, str(self.home.path / "state" / "control.sock")],
            user=65534, capture_output=True, text=True, timeout=30, cwd="/", check=False,
        )
        self.assertIn("only the user who runs the runtime", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
