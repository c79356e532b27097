"""A runtime that is killed at any moment while people use its commands, press its buttons and fill in its forms, beside
a platform that outlives it; and one that is reloaded all the while. Every answer is counted at the platform. The long
form: `./dev soak --crashes [KILLS]`."""

import collections
import json
import random
import signal
import subprocess
import threading
import time
import urllib.error

from harness import BINARY, Home, Runtime, Simulator, cli, eventually

SCRIPT = """
local rookery = require "rookery"
local pause = %s

local function command(name, run)
    rookery.command { name = name, description = "Version %d", run = run, options = {
        { name = "n", type = "integer", description = "Which", required = true } } }
end

command("fast", function(ctx, options) return ctx.source .. " fast " .. options.n end)
command("slow", function(ctx, options)
    rookery.sleep(pause)
    return ctx.source .. " slow " .. options.n
end)
command("defer", function(ctx, options)
    ctx:defer()
    rookery.sleep(pause)
    ctx:edit(ctx.source .. " defer " .. options.n)
end)
command("pair", function(ctx, options)
    ctx:reply(ctx.source .. " first " .. options.n)
    rookery.sleep(pause)
    ctx:followUp(ctx.source .. " second " .. options.n)
end)
command("sure", function(ctx, options)
    local sure = ctx:confirm("Sure of " .. ctx.source .. " " .. options.n .. "?", { timeout = 600 })
    ctx:followUp(ctx.source .. " sure " .. options.n .. " " .. tostring(sure))
end)
command("form", function(ctx, options)
    ctx:form { title = "Form", action = "filled", state = { n = options.n }, fields = { { name = "text", label = "Text" } } }
end)
rookery.press("filled", function(press, state)
    rookery.sleep(pause)
    press:reply("form " .. state.n .. " " .. press.fields.text)
end)

command("board", function()
    return { content = "Board", components = {
        { button = "Now", action = "press", state = { slow = false } },
        { button = "Later", action = "press", state = { slow = true } } } }
end)
rookery.press("press", function(press, state)
    if state.slow then rookery.sleep(pause) end
    press:reply("press " .. press.event.id)
end)

command("gift", function(_, options)
    return { content = "Gift " .. options.n, components = {
        { button = "Take", action = "take", state = { n = options.n }, once = true } } }
end)
rookery.press("take", function(press, state)
    press:deferUpdate()
    rookery.sleep(pause)
    press:followUp("gift " .. state.n .. " taken")
end)
rookery.cron("* * * * *", function()
    rookery.messages.send("%s", "cron " .. math.floor(rookery.time.now() / 60))
end)
"""

class Stage:
    """A platform in a process of its own, and the runtime beside it."""

    def __init__(self, pause=0.25, seed=1):
        self.random = random.Random(seed)
        self.home = Home()
        self.host = subprocess.Popen(
            [BINARY, "sim", "--no-limits", "--state", str(self.home.path / "sim")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        self.sim = Simulator(where["control"])
        self.home.write_config(bot=f'token = "{where["token"]}"\napi_url = "{where["api_url"]}"\n'
                                   f'gateway_url = "{where["gateway_url"]}"')
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true", "enabled = false"))
        self.cron = self.sim.ids()["welcome"]
        self.pause = pause
        self.version(0)
        self.home.example_script("reminders")
        self.runtime = Runtime(self.home).wait_ready()
        eventually(lambda: "commands everywhere: " in self.runtime.log, "the commands are on the platform")

    def version(self, number):
        self.home.script("crash", SCRIPT % (self.pause, 0, self.cron) + f"-- {number}\n")

    def kill(self):
        self.runtime.end(signal.SIGKILL)
        # Its log may matter later, its file need not stay open.
        self.runtime = Runtime(self.home)

    def settled(self):
        code, text = cli("list", "--json", "--state", self.home.path / "state")
        return code == 0 and json.loads(text)["bots"][0]["open"] == 0

    def close(self):
        self.runtime.end()
        self.host.kill()
        self.host.wait()
        self.home.remove()


class People(threading.Thread):
    """Does one thing after the other and notes what has to come of it."""

    CHANNELS = ("general", "random")

    def __init__(self, stage, pause):
        super().__init__(daemon=True)
        self.stage, self.sim, self.pause = stage, stage.sim, pause
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.number = 0
        self.wanted = {}  # what has to be read once: (what was done, token of the interaction or None)
        self.questions = {}  # text of the question: what has to be read after the answer
        self.forms = {}  # token: number
        self.gifts = {}
        self.seen = {}  # every message of the bot by its id
        # One person's reminders are made one after the other.
        self.users = [one["name"] for one in self.sim.get("state")["guilds"][0]["members"]
                      if one["name"] not in [bot["name"] for bot in self.sim.get("state")["bots"]]]
        self.failure = None
        self.board = None
        self.presses = 0

    def run(self):
        try:
            deeds = [self.slash, self.slash, self.text, self.text, self.press, self.press, self.sure, self.form, self.gift,
                     self.remind]
            while not self.over.wait(self.stage.random.expovariate(1 / self.pause)):
                self.stage.random.choice(deeds)()
                self.look()
                self.answer_what_is_open()
        except Exception as problem:  # told by whoever waits for this thread
            self.failure = problem
            raise

    def option(self, number):
        return [{"name": "n", "type": 4, "value": number}]

    def next(self):
        self.number += 1
        return self.number, self.stage.random.choice(self.CHANNELS)

    def use(self, name):
        number, channel = self.next()
        made = self.sim.act("slash", channel=channel, user="alice", name=name, options=self.option(number))
        return number, made["token"]

    def write(self, name):
        number, channel = self.next()
        self.sim.act("write", channel=channel, user="bob", text=f"!{name} {number}")
        return number, None

    def command(self, source, use):
        name = self.stage.random.choice(("fast", "slow", "defer", "pair"))
        number, token = use(name)
        for part in ("first", "second") if name == "pair" else (name,):
            self.wanted[f"{source} {part} {number}"] = (f"{source} {name}", token)

    def slash(self):
        self.command("slash", self.use)

    def text(self):
        self.command("prefix", self.write)

    def new_board(self):
        """Messages are only kept for a while."""
        old = self.board and self.board["id"]
        self.sim.act("write", channel="general", user="alice", text="!board 0")
        self.board = eventually(lambda: next((m for m in reversed(self.sim.get("messages", channel="general"))
                                              if m["content"] == "Board" and m["id"] != old), None), "the board")

    def press(self):
        if self.presses % 40 == 0:
            self.new_board()
        self.presses += 1
        ids = [one["custom_id"] for one in self.board["components"][0]["components"]]
        made = self.sim.act("component", channel="general", user="alice", message=self.board["id"],
                            custom_id=self.stage.random.choice(ids))
        self.wanted[f"press {made['id']}"] = ("press", made["token"])

    def sure(self):
        source, use = self.stage.random.choice((("slash", self.use), ("prefix", self.write)))
        number, token = use("sure")
        self.questions[f"Sure of {source} {number}?"] = (f"{source} sure {number} true", token)

    def form(self):
        """Only one can be open at a time for a user."""
        if self.forms:
            return
        number, channel = self.next()
        made = self.sim.post("interact", kind="slash", channel=channel, user="carol", text=f"/form n:{number}", wait=False)
        self.forms[made["token"]] = number
        self.opened = time.monotonic()

    def gift(self):
        number, token = self.use("gift")
        self.gifts[f"Gift {number}"] = (f"gift {number} taken", token)

    def remind(self):
        number, channel = self.next()
        seconds = self.stage.random.choice((2, 4, 7))
        self.sim.act("write", channel=channel, user=self.users[number % len(self.users)], text=f"!remind {seconds}s of {number}")
        self.wanted[f"of {number}"] = ("reminder", None)

    def look(self):
        """Messages are only kept for a while."""
        for channel in (*self.CHANNELS, "welcome"):
            for message in self.sim.get("messages", channel=channel):
                if message["author"].get("bot"):
                    message["channel"] = channel
                    self.seen[message["id"]] = message

    def buttons(self, message):
        return {one["label"]: one["custom_id"] for row in message.get("components") or [] for one in row["components"]}

    def answer_what_is_open(self):
        for message in list(self.seen.values()):
            text = message["content"]
            if text in self.questions and len(self.buttons(message)) == 2:
                wanted, _ = self.questions.pop(text)
                made = self.sim.act("component", channel=message["channel"],
                                    user="alice" if "slash" in text else "bob", message=message["id"],
                                    custom_id=list(self.buttons(message).values())[0])
                self.wanted[wanted] = ("confirmation", made["token"])
            if text in self.gifts and self.buttons(message):
                wanted, _ = self.gifts.pop(text)
                tokens = [self.sim.act("component", channel=message["channel"], user=user, message=message["id"],
                                       custom_id=self.buttons(message)["Take"])["token"] for user in ("alice", "bob")]
                self.wanted[wanted] = ("gift", tokens)
        for token, number in list(self.forms.items()):
            state = self.sim.get("interaction", token=token)
            if state["state"] != "open":
                del self.forms[token]
                if "modal" in state:
                    token = self.sim.post("interact", kind="submit", user="carol", wait=False, fields={"text": "tea"})["token"]
                self.wanted[f"form {number} tea"] = ("form", token)
            elif time.monotonic() - self.opened > 10:
                del self.forms[token]
                self.wanted[f"form {number} tea"] = ("form", token)

    def finish(self):
        self.over.set()
        self.join(60)
        if self.failure:
            raise self.failure

    def missing(self):
        """What has not been read yet."""
        read = {message["content"] for message in self.seen.values()}
        return {text: how for text, how in self.wanted.items() if not any(self.is_answer(one, text) for one in read)}

    @staticmethod
    def is_answer(message, text):
        return message == text or (text.startswith("of ") and message.startswith("<@") and message.endswith(" " + text))

    def expired(self, token):
        """The platform had given up on the interaction before anybody could answer."""
        tokens = token if isinstance(token, list) else [token]
        return all(one is not None and self.state(one) == "open" for one in tokens)

    def state(self, token):
        try:
            return self.sim.get("interaction", token=token)["state"]
        except urllib.error.HTTPError:
            return "forgotten"  # after a quarter of an hour

    def verdict(self):
        """Counts by kind: what was asked, answered once, doubled, expired, lost."""
        times = collections.Counter(message["content"] for message in self.seen.values())
        out = collections.defaultdict(collections.Counter)
        wrong = []
        for text, (kind, token) in self.wanted.items():
            count = sum(many for one, many in times.items() if self.is_answer(one, text))
            came = "once" if count == 1 else "doubled" if count > 1 else "expired" if self.expired(token) else "lost"
            out[kind][came] += 1
            if came in ("doubled", "lost"):
                wrong.append(f"{came}: {text} ({kind}, {count} times)")
        for text, (_, token) in {**self.questions, **self.gifts}.items():
            came = "expired" if self.expired(token) else "lost"
            out["question"][came] += 1
            if came == "lost":
                wrong.append(f"never asked: {text}")
        for text, count in times.items():
            if count > 1 and text not in self.wanted and text not in ("Board", "This was used already."):
                wrong.append(f"said {count} times: {text}")
        return out, wrong


def settle(stage, people):
    """Answers what is still asked, until nothing is open and nothing more comes; or until too much time has passed."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        people.look()
        people.answer_what_is_open()
        if stage.settled() and not people.forms and all(people.expired(token) for _, token in people.missing().values()):
            break
        time.sleep(0.2)
    people.look()


def count(stage, people, tell, title, may_expire):
    people.finish()
    settle(stage, people)
    kinds, wrong = people.verdict()
    for kind, came in sorted(kinds.items()):
        tell(f"  {kind}: " + ", ".join(f"{word} {many}" for word, many in sorted(came.items())))
    total = sum((came for came in kinds.values()), collections.Counter())
    tell(f"{title}: " + ", ".join(f"{word} {total[word]}" for word in ("once", "expired", "doubled", "lost")))
    for line in wrong[:40]:
        tell(f"  {line}")
    return not wrong and (may_expire or total["expired"] == 0)


def crashes(kills, tell=print, seed=1):
    """Kills the runtime that often; whether everything was answered once."""
    stage = Stage(seed=seed)
    try:
        people = People(stage, 0.12)
        people.start()
        for _ in range(kills):
            time.sleep(stage.random.choice((0.05, 0.3, 1, 2, 3)) * stage.random.random())
            if people.failure:
                raise people.failure
            stage.kill()
            if stage.random.random() < 0.8:
                stage.runtime.wait_for_log("resumed at event")
        return count(stage, people, tell, f"{kills} times kill -9", True)
    finally:
        stage.close()


def reloads(times, tell=print, seed=1):
    """Reloads the script that often; whether everything was answered once."""
    stage = Stage(seed=seed)
    try:
        people = People(stage, 0.12)
        people.start()
        for number in range(times):
            stage.version(number + 1)
            code, text = cli("reload", "crash", "--state", stage.home.path / "state")
            if code != 0:
                raise AssertionError(text)
            if people.failure:
                raise people.failure
        return count(stage, people, tell, f"{times} reloads", False)
    finally:
        stage.close()

