#!/usr/bin/env python3
"""What the fan-out of an event costs: the runtime's Socket.IO beside npm's socket.io, under the same clients.

    fanout.py [--short] [--programs FOLDER] [--alone]

An event of 1 KB goes to all websocket clients of a room; figures are deliveries per second of CPU time (user and
system) of the server. At most `ahead` broadcasts are on their way at a time. The two servers take turns; medians.
Then: the delay at 100 clients and 20 broadcasts a second, the memory of an idle connection, and the server's memory
while one client among 1,000 does not read. Nothing is asserted on a time; events that are lost are an error.

--alone leaves npm's out. Its modules come from tests/integration/npm (`npm ci`).
"""

import argparse
import collections
import json
import pathlib
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
MODULES = ROOT / "tests/integration/npm"
PATIENCE = 180  # seconds for one run

Scenario = collections.namedtuple("Scenario", "name clients rooms ahead count aim")
SCENARIOS = (
    Scenario("1 client", 1, 1, 32, 800_000, 8),
    Scenario("100 clients, one room", 100, 1, 32, 60_000, 8),
    Scenario("1,000 clients, one room", 1000, 1, 32, 5_000, 5),
    Scenario("1,000 clients, 50 rooms", 1000, 50, 200, 80_000, 3),
)
SHARE_OF_PEER = 8  # the part of the events that it gets, as it needs so much longer


class Server:
    """A server process, for the length of a block."""

    def __init__(self, command):
        self.command = [str(word) for word in command]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().split()
        if len(line) != 2 or line[0] != "listening":
            raise SystemExit(f"fanout: {self.command[0]} did not start")
        self.port = line[1]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def load(programs, command, **options):
    with Server(command) as server:
        words = [programs / "bench_fanout_load", server.port, server.process.pid]
        words += [f"{name}={value}" for name, value in options.items()]
        done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            raise SystemExit(f"fanout: the load on {command[0]} failed")
        return json.loads(done.stdout)


def per_cpu_second(result):
    return result["deliveries"] / max(result["cpu"], 0.01)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="one run of each, and fewer events")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/bench")
    parser.add_argument("--alone", action="store_true", help="without npm's server")
    arguments = parser.parse_args()
    programs = arguments.programs
    servers = {"rookery": [programs / "bench_fanout_server"]}
    if not arguments.alone:
        if shutil.which("node") is None:
            sys.exit("fanout: node is not there (./dev setup), or use --alone")
        if not (MODULES / "node_modules/socket.io").is_dir():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=MODULES, check=True)
        servers["npm"] = ["node", HERE / "peers/fanout_peer.mjs", MODULES / "package.json"]
    runs = 1 if arguments.short else 3
    part = 4 if arguments.short else 1

    print(f"{'deliveries per CPU second':28}" + "".join(f"{name:>12}" for name in servers) + f"{'ratio':>8}{'aim':>6}")
    for scenario in SCENARIOS:
        figures = {name: [] for name in servers}
        for _ in range(runs):
            for name, command in servers.items():
                count = scenario.count // part // (1 if name == "rookery" else SHARE_OF_PEER)
                result = load(programs, command, clients=scenario.clients, rooms=scenario.rooms,
                              window=scenario.ahead, count=count)
                figures[name].append(per_cpu_second(result))
        medians = [statistics.median(values) for values in figures.values()]
        ratio = f"{medians[0] / medians[1]:7.1f}x" if len(medians) > 1 else ""
        print(f"{scenario.name:28}" + "".join(f"{value:12,.0f}" for value in medians) +
              f"{ratio:>8}{scenario.aim:5}x   {scenario.ahead} ahead", flush=True)

    print("\ndelay in ms, 100 clients, 20 broadcasts a second")
    for name, command in servers.items():
        result = load(programs, command, clients=100, rate=20, count=100 if arguments.short else 200)
        print(f"  {name:10} p50 {result['p50'] / 1000:6.2f}   p99 {result['p99'] / 1000:6.2f}", flush=True)

    print("\nmemory of an idle connection, 4,000 of them")
    for name, command in servers.items():
        result = load(programs, command, clients=4000, count=0)
        print(f"  {name:10} {(result['with_kib'] - result['before_kib']) / 4000:6.2f} KiB", flush=True)

    print("\none stuck client among 1,000: resident memory")
    result = load(programs, servers["rookery"], clients=1000, stuck=1, count=3000 if arguments.short else 10_000)
    print(f"  rookery    {result['with_kib'] / 1024:.1f} MiB before, {result['most_kib'] / 1024:.1f} MiB at most")


if __name__ == "__main__":
    main()
