#!/usr/bin/env python3
"""What an event costs on each platform, as a ratio to the floor program.

    platforms.py [--short] [--only PLATFORM]... [--rate N] [--runtime BINARY] [--programs FOLDER]

`rookery sim` plays the platform and people write, as fast as the simulator is asked to; a plugin reads three fields of
each message. The floor is `bench_floors dom` on the same payloads, as they came: websocket frames, and simdjson's
document of each. CPU time is that of the runtime's process from the first to the last event; the pace is the
simulator's, so that a wake-up may bring one event alone, and costs what a wake-up costs.

A run in which events were lost, doubled or not handled is an error.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from run import PATIENCE, ROOT, Bench, Child, Failure, Feed

PLATFORMS = ("discord", "revolt", "guilded", "whatsapp", "holobridge")
RATE = 20_000
GUILDS = 300  # as bench_floors skips them


def frame(payload):
    head = b"\x81" + (bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big"))
    return head + payload


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.01)
    raise Failure(f"did not happen: {what}")


class Place:
    """A simulator of one platform, and a runtime in it."""

    def __init__(self, options, folder, platform):
        self.options, self.platform = options, platform
        self.home = pathlib.Path(tempfile.mkdtemp(dir=folder))

    def configure(self, where):
        (self.home / "scripts").mkdir()
        (self.home / "plugins").mkdir()
        shutil.copy(self.options.programs / "bench_plugins/three_fields.so", self.home / "plugins")
        gateway = f'gateway_url = "{where["gateway_url"]}"\n' if self.platform != "discord" else ""
        (self.home / "rookery.toml").write_text(
            f'[runtime]\nstate = "state"\nlog_level = "warn"\n[[bot]]\nname = "bench"\nplatform = "{self.platform}"\n'
            f'token = "{where["token"]}"\napi_url = "{where["api_url"]}"\n{gateway}'
            '[plugins]\ndir = "plugins"\n[scripts]\ndir = "scripts"\n'
        )

    def ask(self, path, **body):
        request = urllib.request.Request(f"{self.control}/_sim/{path}", json.dumps(body).encode() if body else None,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def state(self):
        answer = subprocess.run([self.options.runtime, "list", "--json", "--state", self.home / "state"],
                                capture_output=True, timeout=PATIENCE, check=False)
        return json.loads(answer.stdout) if answer.returncode == 0 else None

    def is_ready(self):
        state = self.state()
        return state and state["bots"][0]["state"] == "ready"

    def handled(self, events):
        state = self.state()
        bot, plugin = state["bots"][0], state["extensions"][0]
        if bot["malformed"] or plugin["errors"] or plugin["dropped"] or plugin["doubled"] or plugin["handled"] > events:
            raise Failure(f"not in order: {bot} {plugin}")
        return plugin["handled"] == events

    def sample(self):
        """One message's payload as the platform sent it."""
        tail = subprocess.Popen([self.options.runtime, "events", "tail", "--raw", "--type", "messageCreate", "--limit", "1",
                                 "--state", self.home / "state"], stdout=subprocess.PIPE)
        try:
            os.set_blocking(tail.stdout.fileno(), False)
            said = 0
            text = b""
            deadline = time.monotonic() + PATIENCE
            while not text.endswith(b"\n") and time.monotonic() < deadline:
                self.ask("act", do="write", channel="general", user="alice", text=f"load 0#{said} and a little more text")
                said += 1
                time.sleep(0.1)
                text += tail.stdout.read() or b""
        finally:
            tail.kill()
            tail.wait()
        if not text:
            raise Failure("no event came")
        return json.dumps(json.loads(text)["raw"], separators=(",", ":"), ensure_ascii=False).encode(), said

    def run(self):
        """CPU microseconds an event, and a payload."""
        log = open(self.home / "log.txt", "wb")
        sim = [self.options.runtime, "sim", "--platforms", self.platform, "--state", self.home / "sim", "--no-limits"]
        found = self.home / "sim/simulator.json"
        with log, Child(sim, stdout=log, stderr=log):
            where = json.loads(wait_for(lambda: found.exists() and found.read_text(), "the simulator is up"))
            self.control = where["control"]
            self.configure(where)
            with Child([self.options.runtime, "run", "--config", self.home / "rookery.toml"], stdout=log, stderr=log,
                       cwd=self.home) as child:
                try:
                    wait_for(self.is_ready, "the bot is ready")
                    payload, said = self.sample()
                    wait_for(lambda: self.handled(said), "what was said is handled")
                    clock = (~child.process.pid << 3) | 2
                    before, _ = Bench.settle(clock)
                    seconds = 2 if self.options.short else 8
                    run = self.ask("load", rate=self.options.rate, seconds=seconds, guilds=1, channels_per_guild=4)["run"]
                    sent = wait_for(lambda: self.over(run), "the load is over")
                    wait_for(lambda: self.handled(said + sent), f"{sent} events are handled")
                    after, _ = Bench.settle(clock)
                except Failure as failure:
                    raise Failure(f"{self.platform}: {failure}\n{(self.home / 'log.txt').read_text()[-2000:]}") from None
        return (after - before) / 1e3 / sent, payload, sent

    def over(self, run):
        state = self.ask(f"load?run={run}")
        return state["total"] if state["finished"] else 0


def floor(options, folder, payload, events):
    """CPU microseconds an event of the floor program."""
    path = folder / "platform.wire"
    parts = (frame(b'{"op":10,"d":{"heartbeat_interval":3600000}}'), frame(b'{"op":0}') * (1 + GUILDS),
             frame(payload) * events)
    with open(path, "wb") as file:
        for part in parts:
            file.write(f"{len(part)}\n".encode() + part)
    with Feed(options.programs, path, None) as feed:
        arguments = [options.programs / "bench_floors", "dom", feed.port, events, "plain"]
        with Child(arguments, stdout=subprocess.PIPE) as client:
            feed.wait_for("identified")
            feed.go()
            output, _ = client.process.communicate(timeout=PATIENCE)
            if client.process.returncode != 0:
                raise Failure("the floor program failed")
    return float(output.split()[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="two seconds each")
    parser.add_argument("--only", action="append", choices=PLATFORMS, help="may be repeated")
    parser.add_argument("--rate", type=int, default=RATE, help="messages a second")
    parser.add_argument("--runtime", type=pathlib.Path, default=ROOT / "build/release/rookery")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/bench")
    options = parser.parse_args()
    options.runtime, options.programs = options.runtime.resolve(), options.programs.resolve()
    print(f"  {'platform':<12}{'bytes':>7}{'us/event':>10}{'events/CPU s':>14}{'floor us':>10}{'x floor':>9}")
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as name:
        folder = pathlib.Path(name)
        try:
            for platform in options.only or PLATFORMS:
                cost, payload, events = Place(options, folder, platform).run()
                least = floor(options, folder, payload, max(events, 20_000))
                print(f"  {platform:<12}{len(payload):7}{cost:10.2f}{1e6 / cost:14.0f}{least:10.2f}{cost / least:9.1f}",
                      flush=True)
        except (Failure, OSError, subprocess.SubprocessError) as failure:
            sys.exit(f"bench: {failure}")


if __name__ == "__main__":
    main()
