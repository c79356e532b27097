"""What a newcomer does: the commands of docs/guide/getting-started.md, as they stand there, one after the other.

The transcripts, with the time that each command took, go to ROOKERY_TRANSCRIPTS.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from harness import BINARY, SOURCE, eventually

GUIDE = SOURCE / "docs" / "guide" / "getting-started.md"


def commands(section):
    """The indented lines below that heading."""
    text = GUIDE.read_text()
    begin = text.index(f"## {section}\n")
    end = text.find("\n## ", begin)
    return [line.strip() for line in text[begin:end].splitlines() if line.startswith("    ")]


class Newcomer(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rk"))  # where the commands are typed
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.environment = dict(
            os.environ, PATH=f"{pathlib.Path(BINARY).parent}:{os.environ['PATH']}", NO_COLOR="1",
            ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0",
        )
        self.transcript = []
        self.addCleanup(self.keep_transcript)
        self.start_bot()

    def keep_transcript(self):
        if folder := os.environ.get("ROOKERY_TRANSCRIPTS"):
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            (pathlib.Path(folder) / f"{self.id().rsplit('.', 1)[-1]}.txt").write_text("\n".join(self.transcript) + "\n")

    def start_bot(self):
        write, run, say = commands("A bot of your own")
        self.run_command(write)
        log_path = self.folder / "log.txt"
        log = open(log_path, "wb")
        self.addCleanup(log.close)
        self.bot = subprocess.Popen(["bash", "-c", run.replace("&& ", "&& exec ")], cwd=self.folder, env=self.environment,
                                    stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(self.end_bot)
        eventually(lambda: "ready as" in log_path.read_text(), "the bot's start")
        self.transcript.append(f"$ {run} &")
        self.folder = self.folder / "magpie"
        self.assertIn("pong", self.run_command(say))

    def end_bot(self):
        self.bot.send_signal(signal.SIGTERM)
        self.bot.wait(30)

    def run_command(self, line):
        begun = time.monotonic()
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, env=self.environment, text=True, timeout=300,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.transcript.append(f"$ {line}\n{done.stdout.rstrip()}\n    [{time.monotonic() - begun:.2f} s]")
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}")
        return done.stdout

    def follow(self, section, **renamed):
        """Runs the section's commands; what the last one printed."""
        printed = ""
        for line in commands(section):
            for old, new in renamed.items():
                line = re.sub(rf"\b{old}\b", new, line)
            printed = self.run_command(line)
        return printed

    def test_edit_and_reload(self):
        script = self.folder / "scripts" / "ping.lua"
        script.write_text(script.read_text().replace('or "pong"', 'or "pong"\nanswer = "changed"'))
        self.assertIn("script ping: reloaded", self.follow("Change it while it runs"))
        self.assertIn("changed", self.run_command(commands("A bot of your own")[2]))

    def test_script(self):
        self.assertIn("This is greet", self.follow("A script"))
        self.assertIn("all passed", self.follow("Test it"))
        self.assertIn("up ", self.run_command(commands("Look inside")[1]))
        self.assertIn("greet", self.run_command(commands("Look inside")[0]))
        self.run_command(commands("Look inside")[2])

    def test_script_karma(self):
        self.assertIn("This is karma", self.follow("A script", greet="karma"))

    def test_plugin_karma(self):
        self.assertIn("This is karma", self.follow("A native plugin"))


if __name__ == "__main__":
    unittest.main()
