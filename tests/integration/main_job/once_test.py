"""What an extension stores for an event, it stores once, however often the event is handled: over kill -9 and reloads in
the middle of its handlers."""

import signal
import unittest

from harness import FAULTY, RuntimeTest, eventually

# Counts in every way, then hangs as long as HOLD says.
COUNT = """
local rookery = require "rookery"
local kv = rookery.kv
local function tally()
    return ("%d %d %d"):format(kv.get("count"), kv.get("points"), #kv.get("list"))
end
rookery.on("messageCreate", function(ev)
    if ev.author.bot then return end
    if ev.content == "!read" then ev:reply(tally()) end
    if ev.content ~= "!count" then return end
    kv.incr("count")
    local points = kv.transaction(function(tx)
        rookery.log.info("RUN")
        return tx.incr("points")
    end)
    local list = kv.get("list") or {}
    list[#list + 1] = points
    kv.set("list", list)
    rookery.log.info("COUNTED")
    rookery.sleep(HOLD)
    ev:reply(tally())
end)
"""

ASK = """
local rookery = require "rookery"
rookery.command { name = "vote", description = "Votes", run = function(ctx)
    local count = rookery.kv.incr("votes")
    rookery.log.info("ASKING " .. count)
    local sure = ctx:confirm("Really?", { yes = "Yes", no = "No", timeout = 60 })
    rookery.log.info("ANSWER " .. tostring(sure))
    ctx:followUp("vote " .. rookery.kv.incr("votes", 10))
end }
"""


class Once(RuntimeTest):
    def start_with_simulator_apart(self):
        self.sim = self.simulator_apart()
        return self.start()

    def kill_and_start(self, runtime):
        runtime.end(signal.SIGKILL)
        again = self.start(ready=False)
        again.wait_for_log("resumed at event")
        return again

    def question(self):
        found = [m for m in self.sim.get("messages", channel="general") if m.get("components")]
        return found[-1] if found else None

    def press_yes(self, message):
        button = next(part for row in message["components"] for part in row["components"] if part["label"] == "Yes")
        return self.sim.act("component", channel="general", user="alice", message=message["id"],
                            custom_id=button["custom_id"])

    def test_a_script_that_is_killed_in_the_middle_counts_once(self):
        self.home.script("count", COUNT.replace("HOLD", "3600"))
        runtime = self.start_with_simulator_apart()
        self.sim.act("write", channel="general", user="alice", text="!count")
        runtime.wait_for_log("COUNTED")
        runtime = self.kill_and_start(runtime)
        runtime.wait_for_log("COUNTED")
        self.assertNotIn("RUN", runtime.log)
        self.home.script("count", COUNT.replace("HOLD", "0"))
        runtime = self.kill_and_start(runtime)
        eventually(lambda: "1 1 1" in self.sim.messages(), "the answer")
        self.assertEqual(self.sim.say("!count"), "2 2 2")
        self.assertEqual(self.sim.say("!read"), "2 2 2")

    def test_a_plugin_that_is_killed_in_the_middle_counts_once(self):
        self.home.plugin("coroutines", FAULTY)
        runtime = self.start_with_simulator_apart()
        self.sim.act("write", channel="general", user="alice", text="count")
        runtime.wait_for_log("slept, counted 1")
        runtime = self.kill_and_start(runtime)
        runtime.wait_for_log("slept, counted 1")
        self.sim.act("write", channel="general", user="alice", text="here")
        runtime.wait_for_log("met, counted 2")
        self.sim.act("write", channel="general", user="alice", text="count")
        runtime.wait_for_log("slept, counted 3")

    def test_a_vote_before_a_question_counts_once_over_a_kill_and_a_reload(self):
        self.home.script("vote", ASK)
        runtime = self.start_with_simulator_apart()
        self.sim.act("slash", channel="general", user="alice", name="vote")
        message = eventually(self.question, "the question")
        runtime = self.kill_and_start(runtime)
        runtime.wait_for_log("ASKING 1")
        code, text = self.control("reload", "vote")
        self.assertEqual(code, 0, text)
        eventually(lambda: runtime.log.count("ASKING 1") == 2, "the new version has asked too")
        self.press_yes(message)
        runtime.wait_for_log("ANSWER true")
        eventually(lambda: "vote 11" in self.sim.messages(), "the follow-up")
        self.assertNotIn("ASKING 2", runtime.log)


if __name__ == "__main__":
    unittest.main()
