"""Drives the real binary with its embedded simulator. Standard library only.

A test makes a Home (a folder with a config, plugins and scripts), starts a Runtime in it, talks to the
simulator's control interface, and checks what comes out. Nothing sleeps: conditions are awaited with a
deadline. Every process is ended by the pid that was started.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

BINARY = os.environ["ROOKERY_BINARY"]
PLUGINS = pathlib.Path(os.environ["ROOKERY_PLUGINS"])
FAULTY = pathlib.Path(os.environ["ROOKERY_FAULTY_PLUGINS"])
SOURCE = pathlib.Path(os.environ["ROOKERY_SOURCE"])
PATIENCE = 30.0

TOKEN = "sim.token.rookery-demo"  # of the bot that Home configures


def eventually(condition, what, patience=PATIENCE):
    """The first true value of condition(), or a failure that says what was awaited."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {patience:.0f} s: {what}")
        time.sleep(0.02)


class Home:
    """A folder that a runtime lives in."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="rk"))
        for folder in ("plugins", "scripts", "state"):
            (self.path / folder).mkdir()
        self.config = self.path / "rookery.toml"
        self.write_config()

    def write_config(self, bot="", simulator="", extra="", runtime=""):
        self.config.write_text(
            f'[runtime]\nstate = "state"\n{runtime}\n'
            f'[[bot]]\nname = "demo"\n{bot}\n'
            '[plugins]\ndir = "plugins"\n[scripts]\ndir = "scripts"\n'
            f"[simulator]\nenabled = true\nchatter = false\n{simulator}\n{extra}\n"
        )

    def script(self, name, text):
        path = self.path / "scripts" / f"{name}.lua"
        path.write_text(text)
        return path

    def example_script(self, name):
        shutil.copy(SOURCE / "scripts" / f"{name}.lua", self.path / "scripts")
        if (SOURCE / "scripts" / "lib").is_dir():
            shutil.copytree(SOURCE / "scripts" / "lib", self.path / "scripts" / "lib", dirs_exist_ok=True)

    def plugin(self, name, source=PLUGINS, as_name=None):
        target = self.path / "plugins" / f"{as_name or name}.so"
        # A new inode, as a careful installer does; overwriting in place is a test of its own.
        target.unlink(missing_ok=True)
        shutil.copy(source / f"{name}.so", target)
        return target

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Runtime:
    """One running `rookery run`."""

    def __init__(self, home, arguments=()):
        self.home = home
        self.log_path = home.path / f"log-{time.monotonic_ns()}.txt"
        self.log_file = open(self.log_path, "wb")
        environment = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
        self.process = subprocess.Popen(
            [BINARY, "run", "--config", str(home.config), *arguments],
            stdout=self.log_file, stderr=subprocess.STDOUT, cwd=home.path, env=environment,
        )

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_for_log(self, text, patience=PATIENCE, count=1):
        def seen():
            if self.process.poll() is not None and self.log.count(text) < count:
                raise AssertionError(f"ended with {self.process.returncode} before {text!r}:\n{self.log}")
            return self.log.count(text) >= count

        try:
            eventually(seen, f"log line {text!r}", patience)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- log ---\n{self.log[-6000:]}") from None

    def wait_ready(self):
        self.wait_for_log("ready as")
        return self

    def simulator(self):
        return Simulator(json.loads((self.home.path / "state" / "simulator.json").read_text())["control"])

    def send(self, number):
        self.process.send_signal(number)

    def end(self, number=signal.SIGTERM, patience=PATIENCE):
        """The exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"did not end after signal {number}:\n{self.log[-6000:]}") from None
        finally:
            self.log_file.close()
        return code


class Simulator:
    def __init__(self, control):
        self.control = control

    def get(self, path, **query):
        url = f"{self.control}/_sim/{path}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        with urllib.request.urlopen(url, timeout=120) as answer:
            return json.load(answer)

    def post(self, path, **body):
        request = urllib.request.Request(
            f"{self.control}/_sim/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path} {body}: {error.code} {error.read().decode(errors='replace')}") from None

    def say(self, text, user="alice", channel="general", timeout_ms=15000):
        """What the bot answers, or None."""
        reply = self.post("say", channel=channel, user=user, text=text, timeout_ms=timeout_ms)
        return reply["answer"] if reply["answered"] else None

    def act(self, kind, **parameters):
        return self.post("act", do=kind, **parameters)

    def fault(self, kind, **parameters):
        return self.post("fault", kind=kind, **parameters)

    def messages(self, channel="general"):
        return [message["content"] for message in self.get("messages", channel=channel)]

    def ids(self):
        """Channel ids of the first guild, by name."""
        return {channel["name"]: channel["id"] for channel in self.get("state")["guilds"][0]["channels"]}

    def sessions(self):
        return self.get("sessions")


def cli(*arguments, timeout=60):
    """(exit code, everything printed)"""
    environment = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
    done = subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, env=environment, check=False
    )
    return done.returncode, done.stdout + done.stderr


class RuntimeTest(unittest.TestCase):
    """Gives each test a Home and ends what it started."""

    def setUp(self):
        self.home = Home()
        self.started = []
        self.addCleanup(self.home.remove)
        self.addCleanup(self.end_all)

    def end_all(self):
        for runtime in self.started:
            if runtime.process.poll() is None:
                runtime.process.kill()
                runtime.process.wait()
            runtime.log_file.close()
        self.assert_no_credentials()

    def assert_no_credentials(self):
        """Whatever a test has done to the runtime, its bot's token is in no line of the log."""
        for runtime in self.started:
            self.assertNotIn(TOKEN, runtime.log)

    def simulator_apart(self):
        """A platform in a process of its own, which a kill of the runtime does not touch; the config goes there."""
        host = subprocess.Popen([BINARY, "sim", "--state", str(self.home.path / "sim")],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        self.home.write_config(bot=f'token = "{where["token"]}"\napi_url = "{where["api_url"]}"\n'
                                   f'gateway_url = "{where["gateway_url"]}"')
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true", "enabled = false"))
        return Simulator(where["control"])

    def start(self, *arguments, ready=True):
        runtime = Runtime(self.home, arguments)
        self.started.append(runtime)
        if ready:
            runtime.wait_ready()
        return runtime

    def control(self, *arguments):
        return cli(*arguments, "--state", self.home.path / "state")
