#!/usr/bin/env python3
"""What a community of many guilds costs: time until everything is known, CPU time and memory.

    scale.py [--guilds N]... [--runtime BINARY]

A simulator with that many guilds runs in a process of its own; `rookery run` logs in, once with a script that
looks at nothing (the cache stays empty), once with one that asks for the old value of every kind of change (the
cache holds everything). "ready" is the time from the start of the process until the last GUILD_CREATE has come
in and the process is idle. Memory is what the runtime holds then, and at most. Nothing is asserted on a time.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 300.0  # seconds for any one step
QUIET = 0.25  # seconds without CPU time after which the runtime has nothing left to do

SCRIPTS = {
    "nothing kept": 'local rookery = require "rookery"\nrookery.on("ready", function() end)\n',
    "all kept": 'local rookery = require "rookery"\nfor _, name in ipairs { "guildUpdate", "channelUpdate", "roleUpdate",\n'
    '    "guildMemberUpdate", "messageUpdate", "presenceUpdate", "voiceStateUpdate", "threadUpdate", "emojiUpdate" } do\n'
    "    rookery.on(name, function() end)\nend\n",
}


class Failure(Exception):
    pass


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def addresses(state, process):
    """Where the simulator listens, once it does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return json.loads((state / "simulator.json").read_text())
        except (OSError, ValueError):
            time.sleep(0.05)
    raise Failure("the simulator did not start")


def cpu_seconds(pid):
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e9


def memory(pid, key):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    raise Failure(f"no {key}")


def listed(runtime, state):
    answer = subprocess.run([runtime, "list", "--json", "--state", state], capture_output=True, timeout=60, check=False)
    return json.loads(answer.stdout) if answer.returncode == 0 else None


def measure(runtime, simulator, guilds, script, folder):
    home = pathlib.Path(tempfile.mkdtemp(dir=folder))
    (home / "scripts").mkdir()
    (home / "scripts/keep.lua").write_text(script)
    (home / "rookery.toml").write_text(
        '[runtime]\nstate = "state"\nlog_level = "warn"\n'
        '[[bot]]\nname = "scale"\ntoken = "bench"\nintents = "all"\n'
        f'api_url = "{simulator["api_url"]}"\ngateway_url = "{simulator["gateway_url"]}"\n'
        '[scripts]\ndir = "scripts"\n'
    )
    begin = time.monotonic()
    with open(home / "log.txt", "wb") as log:
        process = subprocess.Popen([runtime, "run", "--config", home / "rookery.toml"], cwd=home, stdout=log, stderr=log)
        try:
            while True:
                time.sleep(0.05)
                if process.poll() is not None or time.monotonic() - begin > PATIENCE:
                    raise Failure(f"not ready: {(home / 'log.txt').read_text(errors='replace')[-2000:]}")
                state = listed(runtime, home / "state")
                if state and state["bots"][0]["received"] >= guilds + max(1, state["bots"][0]["shardCount"]):
                    break
            last, since = cpu_seconds(process.pid), time.monotonic()
            while time.monotonic() - since < QUIET:
                time.sleep(0.01)
                if (now := cpu_seconds(process.pid)) - last > 0.002:
                    last, since = now, time.monotonic()
            return since - begin, last, memory(process.pid, "VmRSS"), memory(process.pid, "VmHWM"), listed(runtime, home / "state")
        finally:
            stop(process)
            shutil.rmtree(home)


def row(runtime, guilds, title, script, folder):
    """One line; with a simulator of its own, whose spacing of identifies has nothing to wait for."""
    state = pathlib.Path(tempfile.mkdtemp(dir=folder))
    with open(folder / "sim.txt", "wb") as log:
        simulator = subprocess.Popen(
            [runtime, "sim", "--guilds", str(guilds), "--token", "bench", "--concurrency", "16", "--no-limits", "--state", state], stdout=log, stderr=log)
    try:
        ready, cpu, rss, peak, status = measure(runtime, addresses(state, simulator), guilds, script, folder)
    finally:
        stop(simulator)
    cache = status["bots"][0].get("cache") or {}
    entries = sum(kind["entries"] for kind in (cache.get("kinds") or {}).values())
    print(f"{guilds:7}  {title:<13}{ready:8.2f}{cpu:8.2f}{rss:8.1f}{peak:9.1f}{entries:10}{cache.get('bytes', 0):12}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guilds", type=int, action="append", default=[])
    parser.add_argument("--runtime", type=pathlib.Path, default=ROOT / "build/release/rookery")
    options = parser.parse_args()
    runtime = options.runtime.resolve()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"{'guilds':>7}  {'cache':<13}{'ready s':>8}{'CPU s':>8}{'RSS MB':>8}{'peak MB':>9}{'entities':>10}{'bytes kept':>12}")
    with tempfile.TemporaryDirectory(prefix="rookery-scale-") as name:
        folder = pathlib.Path(name)
        for guilds in options.guilds or [1_000, 10_000]:
            for title, script in SCRIPTS.items():
                try:
                    row(runtime, guilds, title, script, folder)
                except (Failure, OSError, subprocess.SubprocessError) as failure:
                    sys.exit(f"scale: {failure}")


if __name__ == "__main__":
    main()
