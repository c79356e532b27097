"""Connections of the real binary: shards, compression, and what goes out over the gateway."""

import json
import unittest

from harness import RuntimeTest, eventually
from lifecycle_test import PONG

COMMANDS = """
local rookery = require "rookery"
rookery.on("messageCreate", function(e)
    local answer
    if e.content == "!members" then
        local found, err = rookery.members.request(e.guildId)
        answer = found and ("members " .. found.member_count .. " " .. #found.members) or err
    elseif e.content == "!presence" then
        local done, err = rookery.presence.set("dnd", { { name = "chess", type = 0 } })
        answer = done == nil and err or "presence set"
    elseif e.content == "!leave" then
        local done, err = rookery.voice.update(e.guildId)
        answer = done == nil and err or "left"
    end
    if answer then rookery.messages.send(e.channelId, tostring(answer)) end
end)
rookery.on("guildMemberAdd", function() end)
"""


class Links(RuntimeTest):
    def bot(self):
        code, text = self.control("list", "--json")
        self.assertEqual(code, 0, text)
        return json.loads(text)["bots"][0]

    def test_every_compression_carries_events_and_survives_corruption(self):
        for compression in ("zstd", "zlib"):
            with self.subTest(compression):
                self.home.write_config(bot=f'compression = "{compression}"')
                self.home.script("ping", PONG % "one")
                runtime = self.start()
                self.assertEqual(runtime.simulator().say("!ping"), "one")
                runtime.simulator().fault("corrupt", count=1)
                runtime.simulator().post("say", channel="general", user="alice", text="x", timeout_ms=100)
                runtime.wait_for_log("resumed at event")
                self.assertEqual(runtime.simulator().say("!ping"), "one")
                bot = self.bot()
                self.assertGreater(bot["bytesPlain"], bot["bytesIn"])
                self.assertEqual(runtime.end(), 0)

    def test_shards_are_listed_each(self):
        self.home.write_config(bot="shards = 2", simulator="guilds = 4")
        self.home.script("ping", PONG % "one")
        runtime = self.start(ready=False)
        runtime.wait_for_log("is ready as", count=2)
        bot = eventually(lambda: self.bot() if self.bot()["state"] == "ready" else None, "both shards are ready")
        self.assertEqual(bot["shardCount"], 2)
        self.assertEqual([(shard["id"], shard["identified"]) for shard in bot["shards"]], [(0, 1), (1, 1)])
        code, text = self.control("list")
        self.assertEqual(code, 0, text)
        self.assertIn("shard 1/2", text)
        self.assertEqual(runtime.simulator().say("!ping"), "one")

    def test_a_session_that_is_lost_leaves_a_gap_that_is_told(self):
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        self.assertEqual(runtime.simulator().say("!ping"), "one")
        before = self.bot()
        self.assertEqual((before["gaps"], before["shards"][0]["lastGap"]), (0, None))
        runtime.simulator().fault("expire_sessions")
        runtime.simulator().fault("reset")
        runtime.wait_for_log("was not seen")
        after = eventually(lambda: self.bot() if self.bot()["state"] == "ready" else None, "the new session is ready")
        gap = after["shards"][0]["lastGap"]
        self.assertEqual(after["gaps"], 1)
        self.assertGreaterEqual(gap["lastSeq"], before["seq"])
        self.assertLessEqual(gap["fromMs"], gap["toMs"])
        self.assertEqual(runtime.simulator().say("!ping"), "one")

    def test_commands_over_the_gateway(self):
        self.home.script("commands", COMMANDS)
        runtime = self.start()
        simulator = runtime.simulator()
        answer = simulator.say("!members")
        self.assertRegex(answer or "", r"^members [1-9]\d* [1-9]\d*$")
        self.assertEqual(len(set(answer.split()[1:])), 1, answer)
        self.assertEqual(simulator.say("!presence"), "presence set")
        self.assertEqual(simulator.say("!leave"), "left")

    def test_G09_a_frozen_connection_is_replaced_and_nothing_is_lost(self):
        self.home.write_config(simulator='heartbeat_interval = "300ms"')
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        runtime.simulator().fault("freeze")
        self.assertEqual(runtime.simulator().say("!ping"), "one")
        self.assertIn("did not answer a heartbeat", runtime.log)
        self.assertIn("resumed at event", runtime.log)

    def test_events_held_back_behind_answered_heartbeats_are_fetched(self):
        self.home.write_config(bot='dispatch_timeout = "10s"', simulator='heartbeat_interval = "500ms"')
        self.home.script("ping", PONG % "one")
        runtime = self.start()
        self.assertEqual(runtime.simulator().say("!ping"), "one")
        runtime.simulator().fault("mute", on=True)
        runtime.wait_for_log("in case some are held back")
        runtime.simulator().fault("mute", on=False)
        runtime.wait_for_log("resumed at event")
        self.assertEqual(runtime.simulator().say("!ping"), "one")


if __name__ == "__main__":
    unittest.main()
