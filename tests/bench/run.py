#!/usr/bin/env python3
"""What an event costs the runtime, beside programs that do only what is unavoidable.

    run.py [--short] [--only WORD]... [--peers] [--runtime BINARY] [--programs FOLDER]

For each transport (plain, zstd-stream, zlib-stream, TLS) and each mix of events (mixed, messages only) a loopback gateway
writes prepared events as fast as they are taken, first to the floor programs, then to `rookery run`:

    nobody        no extension is loaded
    fields .so    a plugin reads three fields of each message
    fields .lua   a script does the same
    json .so      a plugin asks for the whole normalised JSON of each message
    json .lua     a script does the same
    cached .so    the three fields, while the cache keeps everything

With --peers, discord.py (/usr/bin/python3) and discord.js (from tests/integration/npm) take a turn on plain
text, with everything that they keep by default; a tenth of the events, as they need so much longer.

CPU time is that of the whole process, user and system, between the first and the last event. Medians; the
floors and the runtime take turns, so that both meet the same weather. Nothing is asserted on a time; a run in
which events were lost, doubled or not handled is an error.
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 60.0  # seconds for any one step
QUIET = 0.06  # seconds without CPU time after which the runtime has nothing left to do

TRANSPORTS = ("plain", "zstd", "zlib", "tls")
MIXES = ("mixed", "messages")
FLOORS = ("split", "look", "scan", "fields", "wanted", "dom", "write")

# Work: the extension that does it, the floor that does the same, and what is aimed at in microseconds per
# event for plain text. With compression the aim is a multiple of the floor, except for whole documents.
Work = collections.namedtuple("Work", "name extension floor aims config", defaults=("",))
CACHE = '[bot.cache]\nmembers = "all"\n' + "".join(f"{kind} = true\n" for kind in (
    "channels", "roles", "messages", "presences", "voice_states"))
WORKS = (
    Work("nobody", None, "look", {"mixed": 0.4}),
    Work("fields .so", "three_fields.so", "wanted", {"mixed": 1.0, "messages": 2.6}),
    Work("fields .lua", "three_fields.lua", "wanted", {"mixed": 1.4, "messages": 4.0}),
    Work("json .so", "full_json.so", "write", {"mixed": 3.0, "messages": 12.0}),
    Work("json .lua", "full_json.lua", "write", {"mixed": 3.0, "messages": 12.0}),
    Work("cached .so", "three_fields.so", "fields", {}, CACHE),
)
COMPRESSED_AIMS = {"zlib": 1.35, "zstd": 1.3}  # times the floor
CACHE_AIM = 2.0  # times the floor, mixed, plain

PEERS = {
    "discord.py": ["/usr/bin/python3", HERE / "peers/peer.py"],
    "discord.js": ["node", HERE / "peers/peer.js"],
}
PEER_MODULES = ROOT / "tests/integration/npm"

Sample = collections.namedtuple("Sample", "cpu_us wall_us rss_mb")


class Failure(Exception):
    pass


class Child:
    """A process that ends with the block it is used in."""

    def __init__(self, arguments, **options):
        self.process = subprocess.Popen([str(word) for word in arguments], **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


class Feed(Child):
    """The gateway. Its lines are awaited with a deadline by way of a non-blocking pipe."""

    def __init__(self, programs, wire, certificate):
        super().__init__(
            [programs / "bench_feed", "serve", wire, *([certificate] if certificate else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        os.set_blocking(self.process.stdout.fileno(), False)
        self.pending = b""
        self.port = int(self.wait_for("port ").split()[1])

    def lines(self):
        self.pending += self.process.stdout.read() or b""
        *lines, self.pending = self.pending.split(b"\n")
        return [line.decode() for line in lines]

    def wait_for(self, word, alive=lambda: None):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in self.lines():
                if line.startswith(word):
                    return line
            alive()
            time.sleep(0.001)
        raise Failure(f"the feed did not say {word!r}")

    def go(self):
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.events = options.events
        self.wires = {}

    def wire(self, mix, transport, events=None):
        """File and counts of what goes over the wire; made once."""
        events = events or self.events
        kind = transport if transport in COMPRESSED_AIMS else "plain"
        if (mix, kind, events) not in self.wires:
            path = self.folder / f"{mix}-{kind}-{events}.wire"
            made = subprocess.run(
                [self.options.programs / "bench_feed", "make", path, mix, str(events), kind],
                capture_output=True, check=True, timeout=PATIENCE,
            )
            self.wires[mix, kind, events] = (path, json.loads(made.stdout))
        return self.wires[mix, kind, events]

    def feed(self, mix, transport):
        path, _ = self.wire(mix, transport)
        return Feed(self.options.programs, path, self.folder / "ca.pem" if transport == "tls" else None)

    def floor(self, name, mix, transport):
        with self.feed(mix, transport) as feed:
            arguments = [self.options.programs / "bench_floors", name, feed.port, self.events, transport]
            with Child(arguments, stdout=subprocess.PIPE) as client:
                feed.wait_for("identified")
                begin = time.monotonic()
                feed.go()
                output, _ = client.process.communicate(timeout=PATIENCE)
                wall = time.monotonic() - begin
                if client.process.returncode != 0:
                    raise Failure(f"floor {name} failed")
        cpu, rss, _ = output.split()
        return Sample(float(cpu), wall * 1e6 / self.events, float(rss))

    def home(self, work, transport, port):
        """A folder for one runtime, with one extension or none."""
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for name in ("plugins", "scripts"):
            (home / name).mkdir()
        section, extension = "", work.extension
        if extension:
            kind = "plugins" if extension.endswith(".so") else "scripts"
            source = self.options.programs / "bench_plugins" if kind == "plugins" else HERE / "scripts"
            shutil.copy(source / extension, home / kind)
            # The connection waits for the handler, as the feed's pace is unbounded; no file is written.
            section = f'[{kind}.{extension.split(".")[0]}]\nwhen_full = "block"\n'
        http, ws = ("https", "wss") if transport == "tls" else ("http", "ws")
        (home / "rookery.toml").write_text(
            f'[runtime]\nstate = "state"\nlog_level = "warn"\n'
            f'[[bot]]\nname = "bench"\ntoken = "bench"\nintents = "all"\n'
            f'api_url = "{http}://127.0.0.1:{port}/api/v10"\ngateway_url = "{ws}://127.0.0.1:{port}"\n'
            f'compression = "{f"{transport}-stream" if transport in COMPRESSED_AIMS else "none"}"\n{work.config}'
            f'[plugins]\ndir = "plugins"\n[scripts]\ndir = "scripts"\n{section}'
        )
        return home

    def runtime(self, work, mix, transport):
        _, counts = self.wire(mix, transport)
        with self.feed(mix, transport) as feed:
            home = self.home(work, transport, feed.port)
            environment = dict(os.environ, SSL_CERT_FILE=str(self.folder / "ca.pem"))
            log_path = home / "log.txt"
            with open(log_path, "wb") as log, Child(
                [self.options.runtime, "run", "--config", home / "rookery.toml"],
                stdout=log, stderr=subprocess.STDOUT, cwd=home, env=environment,
            ) as child:
                def alive():
                    if child.process.poll() is not None:
                        raise Failure(f"the runtime ended:\n{log_path.read_text(errors='replace')}")

                feed.wait_for("identified", alive)
                sample = self.watch(child.process.pid, feed, alive, lambda: self.done(home, work, counts))
            shutil.rmtree(home)
        return sample

    def peer(self, name, mix):
        path, counts = self.wire(mix, "plain", self.events // 10)
        with Feed(self.options.programs, path, None) as feed:
            arguments = [*PEERS[name], feed.port, counts["messages"]]
            environment = dict(os.environ, PEER_MODULES=str(self.options.peer_modules))
            said = self.folder / "peer.txt"
            with open(said, "wb") as out, Child(arguments, stdout=out, env=environment) as child:
                def alive():
                    if child.process.poll() is not None:
                        raise Failure(f"{name} ended: {said.read_text(errors='replace')}")

                deadline = time.monotonic() + PATIENCE
                while "up" not in said.read_text():
                    alive()
                    if time.monotonic() > deadline:
                        raise Failure(f"{name} did not log in")
                    time.sleep(0.05)
                sample = self.watch(child.process.pid, feed, alive, lambda: "done" in said.read_text())
        return Sample(sample.cpu_us * self.events / counts["events"], sample.wall_us * self.events / counts["events"],
                      sample.rss_mb)

    def watch(self, pid, feed, alive, done):
        """From now to the moment when everything has been handled."""
        clock = (~pid << 3) | 2  # the process's CPU time, as clock_getcpuclockid() names it
        self.settle(clock)
        before, begin = time.clock_gettime_ns(clock), time.monotonic()
        feed.go()
        feed.wait_for("end", alive)
        while True:
            after, end = self.settle(clock)
            alive()
            if done():
                break
            if time.monotonic() - begin > PATIENCE:
                raise Failure("not everything was handled")
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        return Sample((after - before) / 1e3 / self.events, (end - begin) * 1e6 / self.events, peak / 1024)

    @staticmethod
    def settle(clock):
        """Waits until the process has been idle for a while; its CPU time, and since when."""
        last, since = time.clock_gettime_ns(clock), time.monotonic()
        while time.monotonic() - since < QUIET:
            time.sleep(0.005)
            now = time.clock_gettime_ns(clock)
            if now - last > 100_000:
                last, since = now, time.monotonic()
        return last, since

    def done(self, home, work, counts):
        """Whether every event has come in and every message has been handled, once."""
        answer = subprocess.run(
            [self.options.runtime, "list", "--json", "--state", home / "state"],
            capture_output=True, timeout=PATIENCE, check=False,
        )
        if answer.returncode != 0:
            raise Failure(f"list: {answer.stderr.decode()}")
        state = json.loads(answer.stdout)
        received = state["bots"][0]["received"] - 1 - counts["guilds"]  # READY comes first
        if received > counts["events"] or state["bots"][0]["malformed"] > 0:
            raise Failure(f"received {received} of {counts['events']}")
        handled = 0
        for extension in state["extensions"]:
            handled += extension["handled"]
            if extension["errors"] or extension["dropped"] or extension["doubled"]:
                raise Failure(f"not in order: {extension}")
        return received == counts["events"] and handled == (counts["messages"] if work.extension else 0)


def median(samples):
    return Sample(*(statistics.median(column) for column in zip(*samples)))


def measure(bench, mix, transport, repetitions):
    """Medians by name; the runs take turns."""
    samples = collections.defaultdict(list)
    for _ in range(repetitions):
        for floor in FLOORS:
            samples[floor].append(bench.floor(floor, mix, transport))
        for work in WORKS:
            samples[work.name].append(bench.runtime(work, mix, transport))
        for peer in PEERS if bench.options.peers and transport == "plain" else ():
            samples[peer].append(bench.peer(peer, mix))
    return {name: median(taken) for name, taken in samples.items()}


def print_table(bench, mix, transport, medians):
    _, counts = bench.wire(mix, transport)
    size, wire = (counts[key] / counts["events"] for key in ("json_bytes", "wire_bytes"))
    print(f"\n{mix}, {transport}: {counts['events']} events, {counts['messages']} messages, {size:.0f} bytes of JSON each, "
          f"{wire:.0f} on the wire")
    print("  floor        " + "".join(f"{name:>9}" for name in FLOORS))
    print("  us/event     " + "".join(f"{medians[name].cpu_us:9.2f}" for name in FLOORS))
    print(f"  {'rookery':<12}{'us/event':>9}{'x floor':>9}  {'(which)':<9}{'aim':>6}{'wall us':>9}{'RSS MB':>8}")
    for work in WORKS:
        taken, floor = medians[work.name], medians[work.floor].cpu_us
        aim = work.aims.get(mix) if transport == "plain" else None
        if work.config and (mix, transport) == ("mixed", "plain"):
            aim = CACHE_AIM * floor
        elif transport in COMPRESSED_AIMS and work.floor != "write":
            aim = COMPRESSED_AIMS[transport] * floor
        print(f"  {work.name:<12}{taken.cpu_us:9.2f}{taken.cpu_us / floor:9.2f}  {work.floor:<9}"
              f"{f'{aim:6.2f}' if aim else '     -'}{taken.wall_us:9.2f}{taken.rss_mb:8.1f}", flush=True)
    for peer in PEERS:
        if peer in medians:
            taken, floor = medians[peer], medians["wanted"].cpu_us
            print(f"  {peer:<12}{taken.cpu_us:9.2f}{taken.cpu_us / floor:9.2f}  {'wanted':<9}     -{taken.wall_us:9.2f}"
                  f"{taken.rss_mb:8.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer events, one repetition: under a minute")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="a transport or a mix; may be repeated")
    parser.add_argument("--peers", action="store_true", help="discord.py and discord.js as well, on plain text")
    parser.add_argument("--peer-modules", type=pathlib.Path, default=PEER_MODULES, help="folder of discord.js's node_modules")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--events", type=int)
    parser.add_argument("--runtime", type=pathlib.Path, default=ROOT / "build/release/rookery")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/bench")
    options = parser.parse_args()
    options.events = options.events or (50_000 if options.short else 200_000)
    repetitions = 1 if options.short else options.repetitions
    for name in ("runtime", "programs"):
        setattr(options, name, getattr(options, name).resolve())
    if unknown := set(options.only) - {*TRANSPORTS, *MIXES}:
        parser.error(f"--only: {', '.join(sorted(unknown))}: not one of {', '.join((*TRANSPORTS, *MIXES))}")
    transports = [name for name in TRANSPORTS if name in options.only] or TRANSPORTS
    mixes = [name for name in MIXES if name in options.only] or MIXES

    print(f"CPU microseconds per event, whole process; medians of {repetitions}; {os.cpu_count()} processors, load "
          f"{os.getloadavg()[0]:.1f}. Each figure belongs to the floors above it.")
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        bench = Bench(options, pathlib.Path(folder))
        try:
            for mix in mixes:
                for transport in transports:
                    print_table(bench, mix, transport, measure(bench, mix, transport, repetitions))
        except (Failure, OSError, subprocess.SubprocessError) as failure:
            sys.exit(f"bench: {failure}")


if __name__ == "__main__":
    main()
