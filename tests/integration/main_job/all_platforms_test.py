"""config/all-platforms.toml: one poll script on five platforms in one process, each in its simulator."""

import json
import re
import shutil

from harness import SOURCE, RuntimeTest, eventually

PLATFORMS = ("discord", "revolt", "guilded", "whatsapp", "holobridge")


class AllPlatformsTest(RuntimeTest):
    def start_everywhere(self):
        text = (SOURCE / "config" / "all-platforms.toml").read_text()
        text = text.replace("../state-everywhere", "state").replace("../scripts/everywhere", "scripts")
        self.home.config.write_text(text)
        shutil.copy(SOURCE / "scripts" / "everywhere" / "poll.lua", self.home.path / "scripts")
        runtime = self.start(ready=False)
        eventually(self.all_ready, "every bot is ready", patience=60)
        return runtime.simulator()

    def all_ready(self):
        code, text = self.control("list", "--json")
        if code != 0:
            return False  # not up yet
        return [bot["state"] for bot in json.loads(text)["bots"]].count("ready") == len(PLATFORMS)

    def poll(self, sim, platform):
        """Asks, votes by !vote and by a reaction; the text of the poll at the end."""
        channel = f"{platform}:general"
        reply = sim.post("say", channel=channel, user="alice", text='!poll "Lunch today?" Pizza Soup', timeout_ms=20000)
        self.assertTrue(reply["answered"], platform)
        self.assertIn("Lunch today?", reply["answer"], platform)
        sim.post("act", do="write", channel=channel, user="bob", text="!vote 2")
        shown = eventually(lambda: self.standing(sim, channel), f"{platform}: bob's vote is shown")
        self.assertRegex(shown, r"Pizza\D*0[\s\S]*Soup\D*1", platform)
        return shown

    def standing(self, sim, channel):
        """The text of a message (edited, or an answer to !results) in which Soup has a vote."""
        for content in reversed(sim.messages(channel)):
            if re.search(r"Soup\D*1", content or ""):
                return content
        return None

    def test_one_script_polls_on_every_platform(self):
        sim = self.start_everywhere()
        self.assertEqual(sorted(sim.get("state")["platforms"]), sorted(PLATFORMS))
        for platform in PLATFORMS:
            with self.subTest(platform):
                self.poll(sim, platform)

    def test_a_vote_before_the_platform_has_answered_counts(self):
        sim = self.start_everywhere()
        for platform in PLATFORMS:
            with self.subTest(platform):
                sim.post("fault", platform=platform, kind="rest_slow", count=1, ms=1500)
                self.poll(sim, platform)

    def test_nobody_breaks_a_protocol(self):
        sim = self.start_everywhere()
        for platform in PLATFORMS:
            sim.post("say", channel=f"{platform}:general", user="alice", text='!poll "Q" A B', timeout_ms=20000)
            self.assertEqual(sim.get("violations", platform=platform), [], platform)

    def test_reactions_vote_where_people_react(self):
        sim = self.start_everywhere()
        for platform in ("discord", "revolt"):
            with self.subTest(platform):
                channel = f"{platform}:general"
                sim.post("say", channel=channel, user="alice", text='!poll "Tea?" Yes No', timeout_ms=20000)
                sim.post("act", do="react", channel=channel, user="bob", message="last_bot", emoji="1\ufe0f\u20e3")
                eventually(lambda: any(re.search(r"Yes\D*1", text or "") for text in sim.messages(channel)),
                           f"{platform}: the reaction is counted")

    def test_addresses_of_all_stand_in_simulator_json(self):
        self.start_everywhere()
        known = json.loads((self.home.path / "state" / "simulator.json").read_text())["platforms"]
        self.assertEqual(sorted(known), sorted(PLATFORMS))
        for platform in PLATFORMS:
            self.assertTrue(known[platform]["api_url"].startswith("http"), platform)
