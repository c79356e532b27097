"""Scripts that never end, or never should, and what one round of each comes to in the real binary while another
script answers. The long form: `./dev soak --runaway [ROUNDS]`."""

import collections
import datetime
import json
import pathlib
import statistics
import threading
import time

from harness import Home, Runtime, cli, eventually

BUDGET_MS = 100
MEMORY = "16MiB"

# The nine kinds that the hard stop was designed on.
KNOWN = {
    "counting_loop": "local i = 0 while true do i = i + 1 end",
    "table_growth": "local t = {} while true do for i = 1, 20000 do t[i] = i end t = {} end",
    "endless_tail_call": "local function f(n) return f(n + 1) end f(1)",
    "catastrophic_pattern": '(("a"):rep(40)):find(("a?"):rep(40) .. ("a"):rep(40) .. "b")',
    "pcall_of_errors": 'while true do pcall(error, "x") end',
    "pcall_around_a_loop": "while true do pcall(function() while true do end end) end",
    "string_doubling": 'while true do local s = "x" for i = 1, 18 do s = s .. s end end',
    "table_of_tables": "while true do local t = {} for i = 1, 1000 do t[i] = { i, { i } } end end",
    "loop_in_a_coroutine": "coroutine.wrap(function() while true do end end)()",
}

OWN = {
    "recursion_in_index": """
        local t = setmetatable({}, { __index = function(t, k) return t[k .. "x"] end })
        while true do pcall(function() return t.a end) end""",
    "recursion_in_tostring": """
        local t = setmetatable({}, { __tostring = function(t) return tostring(t) end })
        while true do pcall(tostring, t) end""",
    "gsub_with_a_callback": 'while true do (("x"):rep(100)):gsub(".", function() return "yy" end) end',
    "gmatch_without_end": 'while true do for w in (("x "):rep(1e5)):gmatch("%S+") do end end',
    "quadratic_pattern": '(("a"):rep(2e6)):find(".-b")',
    "coroutine_ping_pong": """
        local ping, pong
        pong = coroutine.wrap(function() while true do coroutine.yield() end end)
        ping = coroutine.wrap(function() while true do pong() coroutine.yield() end end)
        while true do ping() end""",
    "chains_of_coroutines": """
        local function f() return coroutine.wrap(function() return f() end)() end
        while true do pcall(f) end""",
    "sort_that_cannot_agree": """
        local t = {} for i = 1, 2000 do t[i] = i end
        while true do pcall(table.sort, t, function() return true end) end""",
    "sort_that_never_returns": "table.sort({ 3, 2, 1 }, function() while true do end end)",
    "formatting": 'while true do local s = ("%s %5.2f %q"):format(("x"):rep(1000), 1.5, "y") end',
    "error_in_the_error_handler": 'while true do xpcall(error, function() error("again") end) end',
    "loading_of_code": 'local n = 0 while true do n = n + 1 load(("x = 1 "):rep(500) .. "return " .. n)() end',
    "encoding_of_json": """
        local t = {} for i = 1, 200 do t[i] = { a = i, b = { "x", i } } end
        while true do rookery.json.encode(t) end""",
    "decoding_of_json": """
        local text = rookery.json.encode({ a = { 1, 2, { b = ("x"):rep(1000) } } })
        while true do rookery.json.decode(text) end""",
    "logging": 'while true do rookery.log.debug("x") end',
    "reading_of_the_event": "while true do local s = ev.author.username .. ev.content end",
    "calls_of_the_clock": 'while true do os.date("!%Y-%m-%d", os.time()) end',
    "concatenation": 'local t = {} for i = 1, 1e4 do t[i] = "xxxx" end while true do table.concat(t, ",") end',
    "quadratic_concatenation": 'local s = "" while true do s = s .. "x" if #s > 1e6 then s = "" end end',
    "collecting_of_garbage": "while true do collectgarbage() end",
    "random_numbers": "while true do math.random() end",
    "growth_by_closures": "local f = function() end while true do local g = f f = function() return g() end end",
    "growth_of_a_string": 'local s = "x" while true do s = s .. s end',
    "one_huge_string": '("x"):rep(1e9)',
    "growth_of_a_table": "local t = {} while true do t[#t + 1] = {} end",
    "huge_unpack": "while true do pcall(unpack, {}, 1, 1e7) end",
    "timers_without_number": "while true do rookery.after(3600, function() end) end",
    "tasks_without_number": "while true do rookery.spawn(function() rookery.sleep(3600) end) end",
    "handlers_without_number": 'while true do rookery.on("guildUpdate", function() end) end',
    "deep_table_as_json": "local t = {} for i = 1, 1e5 do t = { t } end while true do rookery.json.encode(t) end",
}

SCRIPT = """
local rookery = require "rookery"
local run = {}
%s
rookery.on("messageCreate", function(ev)
    local kind = ev.content:match("^!run (%%S+)$")
    if not kind then return end
    print("begins " .. kind)
    pcall(run[kind], ev)
    print("returned " .. kind)
end)
print("listens")
"""

PING = """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    if ev.content == "!ping" and not ev.author.bot then ev:reply("pong") end
end)
"""


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


class Log:
    """The runtime's log as it grows: (moment in ms, line)."""

    def __init__(self, path):
        self.file = open(path, "r", encoding="utf-8", errors="replace")
        self.rest = ""
        self.whole = collections.deque()

    def lines(self):
        """Those that nobody has taken yet."""
        *whole, self.rest = (self.rest + self.file.read()).split("\n")
        self.whole.extend(whole)
        while self.whole:
            line = self.whole.popleft()
            try:
                moment = datetime.datetime.strptime(line[:23], "%Y-%m-%d %H:%M:%S.%f").timestamp() * 1000
            except ValueError:
                continue
            yield moment, line[24:]


class Pinger(threading.Thread):
    """Asks the other script all the while."""

    def __init__(self, sim):
        super().__init__(daemon=True)
        self.sim, self.over, self.latencies, self.missed = sim, threading.Event(), [], 0

    def run(self):
        while not self.over.is_set():
            reply = self.sim.post("say", channel="random", user="bob", text="!ping", timeout_ms=10000)
            if reply["answered"]:
                self.latencies.append(reply["latency_ms"])
            else:
                self.missed += 1
            self.over.wait(0.04)  # well below what the runtime may send in a second

    def stop(self):
        self.over.set()
        if self.is_alive():
            self.join(30)


class Show:
    """One runtime with the runaways, the other script, and somebody who asks it."""

    def __init__(self):
        self.kinds = {**KNOWN, **OWN}
        self.home = Home()
        self.home.write_config(simulator="rate_limits = false", extra=f'[scripts.runaway]\ntime_limit = "{BUDGET_MS}ms"\nmemory_limit = "{MEMORY}"\n')
        self.home.script("ping", PING)
        self.home.script("runaway", SCRIPT % "\n".join(
            f"function run.{kind}(ev)\n{body}\nend" for kind, body in self.kinds.items()))
        self.runtime = Runtime(self.home).wait_ready()
        self.sim = self.runtime.simulator()
        self.log = Log(self.runtime.log_path)
        self.late = []
        self.results = {kind: {"stopped": 0, "failed": 0, "late": 0.0} for kind in self.kinds}
        self.pinger = Pinger(self.sim)

    def close(self):
        self.pinger.stop()
        self.runtime.end()
        self.home.remove()

    def resident(self):
        fields = pathlib.Path(f"/proc/{self.runtime.process.pid}/status").read_text()
        return int(fields.split("VmRSS:")[1].split()[0]) / 1000

    def await_lines(self, found, what):
        """Lines until found(moment, line) gives something."""
        seen = []

        def look():
            for moment, line in self.log.lines():
                seen.append(line)
                value = found(moment, line)
                if value:
                    return value
            return None

        try:
            return eventually(look, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n" + "\n".join(seen[-20:])) from None

    def round(self, kind):
        self.sim.post("say", channel="general", user="alice", text=f"!run {kind}", timeout_ms=1)
        began = self.await_lines(lambda moment, line: f"begins {kind}" in line and moment, f"{kind} begins")
        ended, stopped = self.await_lines(
            lambda moment, line: (moment, "and was stopped" in line)
            if "and was stopped" in line or f"returned {kind}" in line or "not enough memory" in line else None,
            f"{kind} ends")
        self.results[kind]["stopped" if stopped else "failed"] += 1
        if stopped:
            self.late.append(ended - began - BUDGET_MS)
            self.results[kind]["late"] = max(self.results[kind]["late"], self.late[-1])
            self.await_lines(lambda _, line: "script runaway: started afresh" in line, f"a fresh start after {kind}")
            # Five restarts in ten minutes are a quarantine; a reload by hand begins a new count.
        # One that ran out of memory is replaced meanwhile: then again.
        eventually(lambda: cli("reload", "runaway", "--state", self.home.path / "state")[0] == 0,
                   f"a reload after {kind}")

    def listed(self):
        code, text = cli("list", "--json", "--state", self.home.path / "state")
        assert code == 0, text
        return {each["name"]: each for each in json.loads(text)["extensions"]}


def show(rounds, tell=print):
    """Runs every kind that often; what came of it."""
    stage = Show()
    try:
        stage.round("counting_loop")  # what is made once is made
        before = stage.resident()
        stage.late.clear()
        stage.results["counting_loop"].update(stopped=0, late=0.0)
        quiet = Pinger(stage.sim)
        quiet.start()
        time.sleep(1)
        quiet.stop()
        stage.pinger.start()
        began = time.monotonic()
        for _ in range(rounds):
            for kind in stage.kinds:
                stage.round(kind)
        took = time.monotonic() - began
        stage.pinger.stop()
        after = eventually(lambda: stage.resident(), "memory")
        for kind, result in stage.results.items():
            tell(f"  {kind}: stopped {result['stopped']}, failed by itself {result['failed']} of {rounds}, "
                 f"late by {result['late']:.0f} ms at most")
        total = rounds * len(stage.kinds)
        stopped = sum(result["stopped"] for result in stage.results.values())
        failed = sum(result["failed"] for result in stage.results.values())
        latencies = stage.pinger.latencies
        tell(f"{len(KNOWN)} known and {len(OWN)} further kinds, {rounds} rounds each, {took:.0f} s: {total} rounds, "
             f"{stopped} stopped, {failed} failed by themselves, {total - stopped - failed} went on")
        tell(f"late by (budget {BUDGET_MS} ms): median {statistics.median(stage.late):.0f}, "
             f"p99 {percentile(stage.late, 0.99):.0f}, most {max(stage.late):.0f} ms")
        tell(f"the other script: {len(latencies)} answers, {stage.pinger.missed} missed, "
             f"p50 {percentile(latencies, 0.5):.1f}, p99 {percentile(latencies, 0.99):.1f}, most {max(latencies):.1f} ms "
             f"(nothing else running: p99 {percentile(quiet.latencies, 0.99):.1f} ms)")
        tell(f"resident: {before:.1f} MB before, {after:.1f} MB after")
        return {"total": total, "stopped": stopped, "failed": failed, "results": stage.results, "late": stage.late,
                "missed": stage.pinger.missed, "listed": stage.listed(), "grown_mb": after - before}
    finally:
        stage.close()
