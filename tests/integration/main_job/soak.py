"""The long form of the delivery tests: `./dev soak`. Prints what it counted; fails when something was lost, handled
twice or out of order.

  python3 soak.py [--rate N] [--reloads N] [--plugin-reloads N]
  python3 soak.py --faults [SECONDS] [--seed N]
  python3 soak.py --runaway [ROUNDS]
  python3 soak.py --crashes [KILLS] [--seed N]
"""

import argparse
import json
import pathlib
import signal
import subprocess
import sys
import time

from harness import BINARY, Home, Runtime, Simulator, cli, eventually
from crashes import crashes, reloads
from runaways import show as show_runaways

BUSY = """
local rookery = require "rookery"
local seen = %d
rookery.on("messageCreate", function(ev) seen = seen + #ev.content end)
rookery.save(function() return { seen = seen } end)
rookery.load(function(saved) seen = saved.seen end)
"""


class Bench:
    """A home whose simulator is a process of its own, so that a killed runtime can come back to it."""

    def __init__(self, *options):
        self.home = Home()
        self.host = subprocess.Popen([BINARY, "sim", "--state", str(self.home.path / "sim"), "--guilds", "4", *options],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        self.sim = Simulator(where["control"])
        self.tally = self.home.path / "tally.txt"
        self.home.plugin("tally")
        self.home.write_config(
            bot=f'token = "{where["token"]}"\napi_url = "{where["api_url"]}"\ngateway_url = "{where["gateway_url"]}"',
            extra=f'[plugins.tally]\nfile = "{self.tally}"\n')
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true", "enabled = false"))
        self.home.script("busy", BUSY % 0)
        self.runtime = Runtime(self.home).wait_ready()

    def close(self):
        self.runtime.end()
        self.host.kill()
        self.host.wait()
        self.home.remove()

    def load(self, rate, seconds):
        return self.sim.post("load", rate=rate, seconds=seconds, guilds=4, channels_per_guild=4)["run"]

    def verdict(self, run, **more):
        return self.sim.get("verdict", run=run, tally=str(self.tally), timeout_ms=110000, **more)

    def reload(self, name):
        code, text = cli("reload", name, "--state", self.home.path / "state")
        if code != 0:
            raise SystemExit(f"reload {name}: {text}\n{self.runtime.log[-2000:]}")
        return text.strip()

    def handled(self):
        return self.tally.read_bytes().count(b"\n") if self.tally.exists() else 0

    def resident(self):
        fields = pathlib.Path(f"/proc/{self.runtime.process.pid}/status").read_text()
        return int(fields.split("VmRSS:")[1].split()[0]) / 1000

    def mappings(self, what):
        maps = pathlib.Path(f"/proc/{self.runtime.process.pid}/maps").read_text().splitlines()
        return len({line.split()[4] for line in maps if what in line})


def show(title, verdict, extra=""):
    print(f"{title}: sent {verdict['sent']}, handled {verdict['handled']}, lost {verdict['lost']}, "
          f"doubled {verdict['doubled']}, out of order {verdict['out_of_order']}{extra}", flush=True)
    return verdict["lost"] == 0 and verdict["out_of_order"] == 0


def reloads_under_load(bench, rate, count):
    before = bench.sim.sessions()
    run = bench.load(rate, max(6, count // 3))
    eventually(lambda: bench.handled() > rate // 2, "the load has begun")
    for i in range(count):
        bench.home.script("busy", BUSY % i)
        lines = [bench.reload(name) for name in ("tally", "busy")]
        if i in (0, count - 1):
            print("  " + "\n  ".join(lines))
    verdict = bench.verdict(run)
    after = bench.sim.sessions()
    reconnects = after["connects"] - before["connects"]
    good = show(f"{count} reloads of a plugin and of a script at {rate}/s", verdict, f", reconnects {reconnects}")
    return good and verdict["doubled"] == 0 and reconnects == 0


def kill_under_load(bench, rate):
    run = bench.load(rate, 6)
    begun = bench.handled()
    eventually(lambda: bench.handled() > begun + rate, "a good part is handled")
    bench.runtime.end(signal.SIGKILL)
    bench.runtime = Runtime(bench.home)
    bench.runtime.wait_for_log("resumed at event")
    verdict = bench.verdict(run)
    listed = json.loads(cli("list", "--json", "--state", bench.home.path / "state")[1])["bots"][0]
    good = show(f"kill -9 at {rate}/s and a restart", verdict,
                f", re-delivered {listed['redelivered']}, identified {listed['identified']}, "
                f"resumed {listed['resumed']}")
    return good and verdict["doubled"] <= 1 and listed["identified"] == 0


def many_reloads(bench, count):
    for _ in range(20):
        bench.reload("tally")
    before, started = bench.resident(), time.monotonic()
    for _ in range(count):
        bench.reload("tally")
    took = time.monotonic() - started
    left = bench.mappings("staged/") or bench.mappings("tally")
    print(f"{count} reloads of a plugin in {took:.1f} s: {left} mapping left, "
          f"resident {before:.1f} -> {bench.resident():.1f} MB", flush=True)
    return left <= 1 and bench.resident() - before < 5


def holes(path, run, sent):
    """The stretches of numbers that the tally lacks, as (first, last)."""
    prefix = f"{run}#"
    found = {int(line.split(prefix, 1)[1].split()[0]) for line in path.read_text().splitlines() if prefix in line}
    out = []
    for number in range(1, sent + 1):
        if number in found:
            continue
        if out and out[-1][1] == number - 1:
            out[-1] = (out[-1][0], number)
        else:
            out.append((number, number))
    return out


def under_chaos(bench, kinds, seconds, rate, seed):
    """One run with something broken every second; the verdict, what was broken, and the new sessions."""
    before = bench.sim.sessions()
    run = bench.load(rate, seconds)
    bench.sim.fault("chaos", seconds=seconds, every_ms=1000, seed=seed, kinds=kinds)
    eventually(lambda: not bench.sim.get("chaos")["running"], "the chaos ends", seconds * 4 + 120)
    # Longer than any pause between two attempts to connect.
    verdict = bench.verdict(run, settle_ms=40000)
    after = bench.sim.sessions()
    broken = bench.sim.get("chaos")
    print("  broken: " + ", ".join(f"{name} {count}" for name, count in sorted(broken["faults"].items())), flush=True)
    return run, verdict, {key: after[key] - before[key] for key in ("identifies", "resumes", "connects")}


def survived_faults(bench, seconds, rate, seed):
    _, verdict, counts = under_chaos(bench, "resumable", seconds, rate, seed)
    good = show(f"{seconds} s of faults that a session survives, at {rate}/s", verdict,
                f", resumes {counts['resumes']}, identifies {counts['identifies']}")
    return good and verdict["doubled"] == 0 and counts["identifies"] == 0


def lost_sessions(bench, seconds, rate, seed):
    """What is missing afterwards lies in one stretch for each session that was lost, and nowhere else."""
    run, verdict, counts = under_chaos(bench, "all", seconds, rate, seed)
    gaps = holes(bench.tally, run, verdict["sent"])
    show(f"{seconds} s of every fault, at {rate}/s", verdict,
         f", new sessions {counts['identifies']}, stretches without events {len(gaps)}: {gaps[:10]}")
    spent = bench.sim.get("state")["identify_budget"]
    return (verdict["doubled"] == 0 and verdict["out_of_order"] == 0 and len(gaps) <= counts["identifies"]
            and spent["remaining"] > 0)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=int, default=2000)
    options.add_argument("--reloads", type=int, default=20)
    options.add_argument("--plugin-reloads", type=int, default=1000)
    options.add_argument("--faults", type=int, nargs="?", const=600, metavar="SECONDS")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--runaway", type=int, nargs="?", const=40, metavar="ROUNDS")
    options.add_argument("--crashes", type=int, nargs="?", const=200, metavar="KILLS")
    chosen = options.parse_args()
    if chosen.crashes:
        results = [crashes(chosen.crashes, seed=chosen.seed), reloads(chosen.crashes, seed=chosen.seed)]
        sys.exit(0 if all(results) else 1)
    if chosen.runaway:
        result = show_runaways(chosen.runaway)
        ended = result["stopped"] + result["failed"]
        sys.exit(0 if ended == result["total"] and result["missed"] == 0 else 1)
    if chosen.faults:
        bench = Bench("--heartbeat-ms", "2000")
        try:
            results = [survived_faults(bench, chosen.faults, 200, chosen.seed),
                       lost_sessions(bench, max(20, chosen.faults // 4), 200, chosen.seed)]
        finally:
            bench.close()
        sys.exit(0 if all(results) else 1)
    bench = Bench()
    try:
        results = [reloads_under_load(bench, chosen.rate, chosen.reloads), kill_under_load(bench, chosen.rate),
                   many_reloads(bench, chosen.plugin_reloads)]
    finally:
        bench.close()
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
