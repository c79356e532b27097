"""The book, typed: every command of its pages in order, every file saved where the page says, what is printed compared.

    ```console
    $ rookery new bot magpie       typed in the folder where the page before left off
    wrote magpie/.gitignore        what it has to print; `...` stands for any lines
    ```
    <!-- docs/book/scripts/hello.lua -> scripts/hello.lua -->        the block below is saved there, as it stands
    <!-- docs/book/scripts/hello.lua#more ->> scripts/hello.lua -->  and this one below it
    <!-- docs/book/rookery.toml -> rookery.toml -->                  without a block: what the prose told to change

Moments, durations, ports and ids are not compared. ROOKERY_BOOK_WRITE=1 takes what was printed into the pages.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from harness import BINARY, PLUGINS, SOURCE

PAGES = sorted((SOURCE / "docs" / "guide" / "book").glob("*.md"))
STEP = re.compile(r"^<!-- (?P<source>docs/[\w./-]+)(?:#[\w-]+)? (?P<saves>->>?) (?P<target>[\w./-]+) -->\n"
                  r"(?:```\w+\n(?P<block>.*?)^```$)?"
                  r"|^(?P<fence>`{3,})console\n(?P<console>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
# What is another thing each time.
VARIES = [
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"), "TIME"),
    (re.compile(r"(?<![\w.])\d+(\.\d+)?(?= (ms|us|s|MB|KiB|seconds)\b)"), "N"),
    (re.compile(r"\b\d{17,20}\b"), "ID"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "HASH"),
    (re.compile(r"<t:\d+"), "<t:MOMENT"),
    (re.compile(r"Try again in [^.]+"), "Try again in A WHILE"),
    (re.compile(r"(127\.0\.0\.1):\d+"), r"\1:PORT"),
]
HOME = "/home/you"
SERVER = "127.0.0.1:3000"  # in the book; here a port that is free
MARK = re.compile(r"^\s*(?:--|//|#) \[/?[\w-]+\]\n", re.MULTILINE)
# Each plugin of the book takes a quarter of a minute to compile: one is, the others come from the build.
BUILD = re.compile(r"cmake --workflow --preset default")


def plain(line):
    for pattern, word in VARIES:
        line = pattern.sub(word, line)
    return re.sub(r" +", " ", line.rstrip())


def fits(wanted, printed):
    """Whether the lines are those, where `...` is any number of lines."""
    if not wanted:
        return not printed
    if wanted[0].strip() == "...":
        return any(fits(wanted[1:], printed[begin:]) for begin in range(len(printed) + 1))
    return bool(printed) and plain(wanted[0]) == plain(printed[0]) and fits(wanted[1:], printed[1:])


def typed(console):
    """(command, [what it prints]) of a block."""
    out = []
    for line in console.splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        else:
            out[-1][1].append(line)
    return out


class Book(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="rk"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.folder = self.home
        self.runtime = None
        self.built = 0
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.server = f"127.0.0.1:{free.getsockname()[1]}"
        self.addCleanup(self.kill)
        self.environment = dict(
            os.environ, PATH=f"{pathlib.Path(BINARY).parent}:{os.environ['PATH']}", NO_COLOR="1", TERM="dumb",
            ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0",
        )

    def kill(self):
        if self.runtime and self.runtime.poll() is None:
            self.runtime.send_signal(signal.SIGTERM)
            self.runtime.wait(30)

    def test_every_command_and_what_it_prints(self):
        write = bool(os.environ.get("ROOKERY_BOOK_WRITE"))
        for page in PAGES:
            text = page.read_text()
            changes, faults = [], []
            for step in STEP.finditer(text):
                if step["source"]:
                    self.save(step)
                    continue
                printed = []
                for command, wanted in typed(step["console"]):
                    got = self.type(command, wanted)
                    if not fits(wanted, got):
                        faults.append(f"{page.name}: $ {command}\n" + "\n".join(got))
                    printed += [f"$ {command}", *(wanted if fits(wanted, got) else got)]
                changes.append((step.span("console"), "\n".join(printed) + "\n"))
            for (begin, end), new in reversed(changes):
                text = text[:begin] + new + text[end:]
            if write:
                page.write_text(text)
            else:
                self.assertEqual(faults, [], "\n\n".join(faults))

    def save(self, step):
        target = self.folder / step["target"]
        target.parent.mkdir(parents=True, exist_ok=True)
        text = step["block"] if step["block"] is not None else MARK.sub("", (SOURCE / step["source"]).read_text())
        if step["saves"] == "->>":
            text = target.read_text() + "\n" + text
        target.write_text(text.replace(SERVER, self.server))

    def type(self, command, wanted):
        if change := re.fullmatch(r"cd (\S+)", command):
            self.folder = (self.folder / change[1]).resolve()
            return []
        if command.startswith("rookery run"):
            return self.run_runtime(command, wanted)
        if plugin := re.fullmatch(r"\(cd (\w+) && cmake --workflow --preset default\)", command):
            self.built += 1
            made = PLUGINS.parent / "book" / "plugins" / f"{plugin[1]}.so"
            if self.built > 1 and made.exists() and not os.environ.get("ROOKERY_BOOK_BUILDS"):
                folder = self.folder / plugin[1] / "build" / "plugins"
                folder.mkdir(parents=True)
                shutil.copy(made, folder)
                return []
        done = subprocess.run(["bash", "-c", command.replace(SERVER, self.server)], cwd=self.folder, env=self.environment, text=True, timeout=300,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if command == "rookery stop" and self.runtime:
            self.runtime.wait(30)
        return self.lines(done.stdout)

    def lines(self, text):
        return text.replace(str(self.home), HOME).replace(self.server, SERVER).splitlines()

    def run_runtime(self, command, wanted):
        """In a terminal of its own: it is left running as soon as it has printed what it should."""
        log_path = self.home / f"log{time.monotonic_ns()}.txt"
        log = open(log_path, "wb")
        self.addCleanup(log.close)
        self.runtime = subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=self.folder, env=self.environment,
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        end = time.monotonic() + 60
        while True:
            # When the commands have been sent differs from run to run.
            got = [line for line in self.lines(log_path.read_text()) if "info  commands: " not in line]
            if any("ready as" in line for line in got) or time.monotonic() > end or self.runtime.poll() is not None:
                return got
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
