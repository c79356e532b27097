"""scripts/relay and plugins/relay: one room over all platforms, each in its simulator: what is said, changed, taken back, answered and
reacted to in one place shows in the others; with faults of every link nothing is lost or doubled."""

import json
import shutil
import threading
import time

from harness import SOURCE, RuntimeTest, eventually

PLATFORMS = ("discord", "revolt", "guilded", "whatsapp", "holobridge")
# Where what is written while a link is down can be had afterwards: a stock HoloBridge keeps nothing.
KEEPING = ("discord", "revolt", "guilded", "whatsapp")


class RelayTest(RuntimeTest):
    extension = "script"

    def start_room(self):
        bots = "\n".join(f'[[bot]]\nname = "{name}"\nplatform = "{name}"\n' for name in PLATFORMS)
        self.config = (f'[runtime]\nstate = "state"\n\n{bots}\n[simulator]\nenabled = true\nchatter = false\n'
                       'rate_limits = false\n\n[plugins]\ndir = "plugins"\n\n[scripts]\ndir = "scripts"\n')
        self.home.config.write_text(self.config)
        self.rooms = self.channels()
        self.install()
        places = ",\n".join(f'    {{ bot = "{bot}", channel = "{channel}" }}' for bot, channel in self.rooms.items())
        self.home.config.write_text(f"{self.config}\n[{self.extension}s.relay.rooms]\nlounge = [\n{places},\n]\n")
        return self.start_all()

    def start_all(self):
        runtime = self.start(ready=False)
        eventually(self.all_ready, "every bot is ready", patience=60)
        self.sim = runtime.simulator()
        return runtime

    def channels(self):
        """Of #general on each platform: the ids are the same at every start."""
        runtime = self.start_all()
        found = {name: self.channel_id(name, "general") for name in PLATFORMS}
        self.assertEqual(runtime.end(), 0)
        return found

    def install(self):
        if self.extension == "script":
            for part in ("relay", "lib"):
                shutil.copytree(SOURCE / "scripts" / part, self.home.path / "scripts" / part)
        else:
            self.home.plugin("relay")

    def all_ready(self):
        code, text = self.control("list", "--json")
        return code == 0 and [bot["state"] for bot in json.loads(text)["bots"]].count("ready") == len(PLATFORMS)

    def channel_id(self, platform, name):
        guild = self.sim.get("state", platform=platform)["guilds"][0]
        return next(channel["id"] for channel in guild["channels"] if channel["name"] == name)

    def write(self, platform, text, user="alice", **more):
        return self.sim.post("act", do="write", channel=f"{platform}:general", user=user, text=text, **more)["id"]

    def texts(self, platform):
        return self.sim.messages(f"{platform}:general")

    def holding(self, platform, text):
        return [one for one in self.texts(platform) if text in (one or "")]

    def shown_once_everywhere(self, text, but=()):
        for platform in PLATFORMS:
            if platform not in but:
                eventually(lambda: self.holding(platform, text), f"{text!r} shows on {platform}", patience=30)

    def assert_no_echo(self, texts):
        """What is in a room is done one after the other: once a last message is everywhere, the ones before it are."""
        for platform in PLATFORMS:
            for text in texts:
                self.assertEqual(len(self.holding(platform, text)), 1, f"{text!r} on {platform}: {self.texts(platform)}")

    def test_what_is_said_in_one_place_is_said_in_all(self):
        self.start_room()
        texts = [f"hello from {platform}." for platform in PLATFORMS]
        for platform, text in zip(PLATFORMS, texts):
            self.write(platform, text)
            self.shown_once_everywhere(text)
        self.write("discord", "the end", user="bob")
        self.shown_once_everywhere("the end")
        self.assert_no_echo(texts)

    def test_names_and_pictures_where_the_platform_has_them(self):
        self.start_room()
        self.write("whatsapp", "who am I?")
        self.shown_once_everywhere("who am I?")
        discord = [one for one in self.sim.get("messages", channel="discord:general") if one["content"] == "who am I?"]
        self.assertEqual(discord[0]["author"]["username"], "Alice")
        revolt = [one for one in self.sim.get("messages", channel="revolt:general") if one["content"] == "who am I?"]
        self.assertEqual(revolt[0]["masquerade"]["name"], "Alice")
        self.assertTrue(self.holding("guilded", "**Alice**: who am I?"), self.texts("guilded"))

    def test_edits_and_deletions_follow(self):
        self.start_room()
        for platform in PLATFORMS:
            with self.subTest(platform):
                before, after = f"first on {platform}.", f"second on {platform}."
                message = self.write(platform, before)
                self.shown_once_everywhere(before)
                self.sim.post("act", do="edit", channel=f"{platform}:general", user="alice", message=message,
                              text=after, content=after)
                self.shown_once_everywhere(after)
                self.sim.post("act", do="delete", channel=f"{platform}:general", user="alice", message=message)
                for other in PLATFORMS:
                    eventually(lambda: not self.holding(other, after), f"{after!r} is gone from {other}", patience=30)

    def test_an_answer_is_an_answer_to_the_copy(self):
        self.start_room()
        self.write("discord", "a question")
        self.shown_once_everywhere("a question")
        asked = [one for one in self.sim.get("messages", channel="revolt:general") if one["content"] == "a question"][0]
        self.write("revolt", "an answer", user="bob", reply_to=asked["_id"])
        self.shown_once_everywhere("an answer")
        answer = [one for one in self.sim.get("messages", channel="discord:general") if "an answer" in one["content"]][0]
        question = [one for one in self.sim.get("messages", channel="discord:general") if one["content"] == "a question"][0]
        self.assertEqual(answer["message_reference"]["message_id"], question["id"])

    def test_reactions_are_shown_as_long_as_somebody_has_one(self):
        self.start_room()
        message = self.write("discord", "who likes it?")
        self.shown_once_everywhere("who likes it?")

        def shown():
            return [one for one in self.sim.get("messages", channel="revolt:general")
                    if one["content"] == "who likes it?" and (one.get("reactions") or {}).get("🎉")]

        self.sim.post("act", do="react", channel="discord:general", user="bob", message=message, emoji="🎉")
        eventually(shown, "the reaction shows on revolt")
        self.sim.post("act", do="unreact", channel="discord:general", user="bob", message=message, emoji="🎉")
        eventually(lambda: not shown(), "the reaction is gone from revolt")

    def test_faults_of_every_link_lose_and_double_nothing(self):
        self.start_room()
        texts, over = [], threading.Event()

        def disturb():
            turn = 0
            while not over.wait(0.4):
                self.sim.post("fault", platform=PLATFORMS[turn % len(PLATFORMS)], kind=("close", "reset")[turn // 2 % 2])
                turn += 1

        disturber = threading.Thread(target=disturb)
        disturber.start()
        try:
            for number in range(60):
                platform = KEEPING[number % len(KEEPING)]
                texts.append(f"line {number} of {platform}.")
                self.write(platform, texts[-1])
                time.sleep(0.05)
        finally:
            over.set()
            disturber.join()
        eventually(self.all_ready, "every bot is ready again", patience=60)
        for text in texts:
            self.shown_once_everywhere(text)
        self.write("discord", "the end", user="bob")
        self.shown_once_everywhere("the end")
        self.assert_no_echo(texts)


class RelayPluginTest(RelayTest):
    """The same room by plugins/relay."""

    extension = "plugin"
