#!/usr/bin/env python3
"""Every case of the gateway has a test that bears its number.

The cases are what a server, a network or a user can do to a gateway connection. A test names those that it covers:
TEST(SessionFsm, G15_refused_resume_...) or def test_G19_.... This program fails when a case has none, or a test names
one that does not exist, and when docs/reference/gateway-cases.md is not what it writes:

    gateway_cases.py ROOT            check
    gateway_cases.py ROOT --write    write the page
"""

import pathlib
import re
import sys

CASES = """
G01 Normal start: version, encoding, token, intents, properties and shard; one READY
G02 The first heartbeats of many starts are spread over the interval
G03 READY is withheld: heartbeats go on with no sequence number
G04 A heartbeat carries the newest sequence number, also after a resume
G05 The server asks for a heartbeat: answered at once, the schedule stays
G06 The server asks for a heartbeat while an ack is due: no reconnect
G07 An ack is missing when the next heartbeat is due: close resumably, resume
G08 Acks are missing while events flow: reconnect (the strict rule)
G09 Half-open connection: noticed within two intervals
G10 Connection lost without a close frame: resume at once at the resume address
G11 The server asks for a reconnect: resume, no identify, replay once
G12 A reconnect request before or instead of Hello: no identify there
G13 The server does not close after its reconnect request: the client does
G14 Invalid session, resumable: resume
G15 Resume refused: forget, wait 1 to 5 s, base address, identify
G16 Invalid session after an identify: wait, identify once more
G17 Invalid session out of the blue: as the two above
G18 Closed with 4003 behind an invalid session: a new session, no storm
G19 4004: stop, name the token, no further connection
G20 4010 to 4013: stop with a text of its own each
G21 4014: stop and name the intents with who needs them
G22 4000, 4001, 4002, 4005, 4008: resume, the last after a backoff
G23 4003, 4007, 4009: a new session
G24 1000 and 1001 from the server: try to resume once
G25 An unknown close code: resume
G26 Resume refused because the session timed out: as G15
G27 The resume host is unreachable: base address, session kept
G28 A session that is cut at every resume: three attempts, then identify
G29 A long replay: in order, each once, RESUMED behind it
G30 Replayed events that were handled before: not again
G31 A gap in the numbers: no reconnect
G32 Numbers out of order: the highest counts, all are handled
G33 READY is late while acks flow: no second identify before the limit
G34 Hello never comes: give up, back off
G35 The upgrade is refused: back off with growth and jitter, no identify spent
G36 Four shards, concurrency 1: five seconds between identifies
G37 32 shards, concurrency 16: keys in parallel, ascending within
G38 No identify remains: wait for the reset and say so
G39 A shard dies while it waits to identify: no hole for the next
G40 Twenty shards drop together: all resume, spread in time
G41 The token is reset at run time: stop
G42 A compressed payload in pieces, cut anywhere
G43 Compressed payloads that share a window
G44 Compressed messages of one to three bytes
G45 A new connection begins with a fresh compression context
G46 Corrupt compressed data: resume with a fresh context
G47 zstd: a payload larger than the buffer, a frame without end
G48 Text among compressed frames: both are read
G49 A compressed bomb stops at the cap
G50 A payload of 10 MB in fragments with pings between
G51 A command of 4097 bytes is refused before it is sent
G52 200 commands at once: never more than 120 in 60 s, heartbeats included and on time
G53 30 presence changes in 5 s: five leave in 20 s, the last one counts
G54 Commands while disconnected: held until ready, or failed at their deadline
G55 An unknown event: available raw
G56 An unknown opcode: ignored
G57 Envelopes with missing or odd members: no crash
G58 Broken JSON or UTF-8: resume
G59 A handler that blocks: heartbeats and others are not affected
G60 The host was asleep: one reconnect, no late heartbeats
G61 The wall clock is set back: nothing happens
G62 A request for members is rate-limited: again after the wait, or an error
G63 Member chunks out of order, interleaved, one lost
G64 Ids that were not found come as numbers: texts
G65 Stop by the user: no reconnect, timers gone
G66 Restart: resume first; another shard count: identify
G67 The first of several addresses is dead: the next one is used
G68 Another server: the configured addresses are used
"""

PATTERN = re.compile(r"(?:TEST(?:_F|_P)?\(\s*(\w+),\s*|def test_)((?:G\d\d_)+)(\w+)")


def tests_of(root):
    """Case -> [(test, file)]"""
    found = {}
    files = [*root.glob("tests/unit/**/*_test.cpp"), *root.glob("tests/integration/**/*.py")]
    for path in sorted(files):
        for suite, ids, name in PATTERN.findall(path.read_text()):
            title = f"{suite + '.' if suite else ''}{name}"
            for case in re.findall(r"G\d\d", ids):
                found.setdefault(case, []).append((title, path.relative_to(root)))
    return found


def page(cases, found):
    lines = [
        "# Cases of the gateway",
        "",
        "What can happen on a gateway connection, and the tests that hold what Rookery makes of it. Written by",
        "`tests/checks/gateway_cases.py`.",
        "",
        "| Case | Tests |",
        "| --- | --- |",
    ]
    for case, text in cases.items():
        names = "<br>".join(f"`{title}` ({path.name})" for title, path in found.get(case, []))
        lines.append(f"| {case} {text} | {names} |")
    return "\n".join(lines) + "\n"


def main():
    root = pathlib.Path(sys.argv[1])
    cases = dict(line.split(" ", 1) for line in CASES.strip().splitlines())
    found = tests_of(root)
    faults = [f"no test bears {case}: {text}" for case, text in cases.items() if case not in found]
    faults += [f"{found[case][0][1]} names {case}, which there is not" for case in found if case not in cases]
    text = page(cases, found)
    target = root / "docs" / "reference" / "gateway-cases.md"
    if "--write" in sys.argv:
        target.write_text(text)
    elif not target.exists() or target.read_text() != text:
        faults.append(f"{target.relative_to(root)} is out of date: tests/checks/gateway_cases.py . --write")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
