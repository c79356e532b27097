#!/usr/bin/env python3
"""What a command costs that somebody writes, with 500 registered: found, its words read as values and checked.

    commands.py [--programs FOLDER]

Beside it, in the same run: a floor that looks the name up, cuts the words and reads numbers, and discord.py's
commands.Bot on the same texts where /usr/bin/python3 has it. All is time of the CPU, the median of several rounds.
Nothing is asserted on it.
"""

import argparse
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEER = pathlib.Path(__file__).resolve().parent / "peers/commands_peer.py"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/bench")
    program = str(parser.parse_args().programs / "bench_commands")

    out = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    cost = {name: float(value) for name, value in (line.split() for line in out.splitlines())}
    texts = subprocess.run([program, "texts"], check=True, capture_output=True, text=True).stdout
    peer = subprocess.run(["/usr/bin/python3", str(PEER)], input=texts, capture_output=True, text=True, check=False)

    rows = [("floor: name, words, numbers", cost["floor"]), ("a command, routed and read", cost["command"]),
            ("an unknown command", cost["unknown"]), ("a message that is none", cost["other"])]
    if peer.returncode == 0:
        rows.append(("a command in discord.py", float(peer.stdout)))
    print("| with 500 commands | ns each | a second | to the floor |\n| --- | ---: | ---: | ---: |")
    for name, each in rows:
        print(f"| {name} | {each:,.0f} | {1e9 / each:,.0f} | {each / cost['floor']:.2f} |")
    if peer.returncode != 0:
        print(f"discord.py took no part: {peer.stderr.strip().splitlines()[-1:]}")


if __name__ == "__main__":
    main()
