"""Handlers that ask several things in a row, through the real binary: what was answered is neither lost nor asked
again, whether the runtime is killed, the extension reloaded, or the answer comes in just that moment."""

import json
import signal
import threading
import unittest

import components_test
from harness import eventually

ORDER = """
local rookery = require "rookery"
rookery.command { name = "order", description = "Orders", run = function(ctx)
    rookery.log.info("BEGUN")
    local drink = ctx:choose("Which drink?", { "tea", "coffee" }, { timeout = 250 })
    rookery.log.info("DRINK " .. tostring(drink))
    local sure = ctx:confirm("Really " .. tostring(drink) .. "?", { yes = "Order", no = "Leave", timeout = 250 })
    rookery.log.info("SURE " .. tostring(sure))
    rookery.messages.send{ channelId = ctx.channelId, content = "ordered: " .. tostring(drink) .. " " .. tostring(sure) }
end }
"""

WHO = """
local rookery = require "rookery"
rookery.command { name = "who", description = "Asks", run = function(ctx)
    rookery.log.info("BEGUN")
    local name = ctx:ask("Your name?", { timeout = 250 })
    rookery.log.info("NAME " .. tostring(name))
    local age = ctx:ask("Your age?", { timeout = 250 })
    rookery.log.info("AGE " .. tostring(age))
    rookery.messages.send{ channelId = ctx.channelId, content = "hello " .. tostring(name) .. " of " .. tostring(age) }
end }
rookery.command { name = "ping", description = "Pongs", run = function() return "pong" end }
"""

# The version that follows takes its time to start, and then to ask.
SLOWLY = """
local begun = os.time()
while os.time() - begun < 2 do end
"""


class QuestionsTest(components_test.ComponentsTest):
    """On Discord."""

    def count(self, sim, text):
        return sum(text in (m or "") for m in sim.messages())

    def hears(self, sim, text):
        eventually(lambda: self.count(sim, text) == 1, text)
        self.note("bot", text)

    def asked(self, sim, text):
        """The question that is open, with its buttons or its menu."""
        find = lambda: next((m for m in sim.get("messages", channel="general")
                             if m.get("components") and text in (m.get("content") or "")), None)
        return eventually(find, text)

    def write(self, sim, text, user="alice"):
        self.note(user, text)
        sim.act("write", channel="general", user=user, text=text)

    def choose(self, sim, value):
        message = self.asked(sim, "Which drink?")
        row = message["components"][0]["components"][0]
        self.note("alice", f"chooses {value}")
        sim.act("component", channel="general", user="alice", message=message["id"], custom_id=row["custom_id"],
                values=[value])

    def order(self, sim, text):
        message = self.asked(sim, text)
        self.note("bot", text)
        self.note("alice", "presses Order")
        sim.act("component", channel="general", user="alice", message=message["id"],
                custom_id=self.ids(message)["Order"])

    def reload(self, name):
        code, text = self.control("reload", name)
        self.note("operator", f"rookery reload {name}: " + text.strip().splitlines()[-1])
        self.assertEqual(code, 0, text)

    def once(self, sim, *texts):
        for text in texts:
            self.assertEqual(self.count(sim, text), 1, (text, sim.messages()))

    def test_the_first_of_two_answers_over_a_kill(self):
        self.home.script("order", ORDER)
        runtime = self.start_with_simulator_apart()
        self.write(self.sim, "!order")
        self.choose(self.sim, "tea")
        self.asked(self.sim, "Really tea?")
        runtime = self.kill_and_start(runtime)
        runtime.wait_for_log("DRINK tea")
        self.order(self.sim, "Really tea?")
        self.hears(self.sim, "ordered: tea true")
        self.once(self.sim, "Which drink?", "Really tea?")
        self.show("two questions, kill -9 between the first answer and the second")

    def test_the_first_of_two_answers_over_reloads(self):
        self.home.script("order", ORDER)
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "order")
        self.choose(sim, "tea")
        self.asked(sim, "Really tea?")
        for count in (2, 3):
            self.reload("order")
            eventually(lambda: runtime.log.count("DRINK tea") == count, "the answer comes again")
        self.order(sim, "Really tea?")
        self.hears(sim, "ordered: tea true")
        self.once(sim, "Which drink?", "Really tea?")
        self.assertEqual(runtime.log.count("SURE"), 1)
        self.show("two questions, two reloads between the first answer and the second")

    def test_an_answer_waits_for_a_handler_that_takes_its_time_to_ask_again(self):
        self.home.script("order", ORDER.replace('rookery.log.info("BEGUN")', "rookery.sleep(3)"))
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "order")
        self.asked(sim, "Which drink?")
        self.reload("order")
        self.choose(sim, "tea")
        self.order(sim, "Really tea?")
        self.hears(sim, "ordered: tea true")
        self.assertNotIn("This has expired.", str(sim.messages()))
        self.show("an answer right after a reload, three seconds before it is asked for again")

    def test_a_bot_with_new_settings_does_not_ask_again(self):
        self.home.script("order", ORDER)
        self.home.write_config(runtime='drain_timeout = "1s"')
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "order")
        self.choose(sim, "tea")
        self.asked(sim, "Really tea?")
        self.home.write_config(bot="rest_limit = 40", runtime='drain_timeout = "1s"')
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        runtime.wait_for_log("connects with its new settings")
        runtime.wait_for_log("resumed at event")
        self.note("operator", "rookery reload, with new settings of the bot")
        self.order(sim, "Really tea?")
        self.hears(sim, "ordered: tea true")
        self.assertEqual(runtime.log.count("BEGUN"), 1)
        self.once(sim, "Which drink?", "Really tea?")
        settled = lambda: json.loads(self.control("list", "--json")[1])["bots"][0]["open"] == 0
        eventually(settled, "everything is finished")
        self.show("two questions, the bot connects anew between the first answer and the second")

    def test_what_is_written_over_a_kill(self):
        self.home.script("who", WHO)
        runtime = self.start_with_simulator_apart()
        self.write(self.sim, "!who")
        self.hears(self.sim, "Your name?")
        self.write(self.sim, "Al")
        self.hears(self.sim, "Your age?")
        self.note("operator", "kill -9")
        runtime.end(signal.SIGKILL)
        self.write(self.sim, "42")
        self.note("operator", "start")
        runtime = self.start(ready=False)
        self.hears(self.sim, "hello Al of 42")
        self.once(self.sim, "Your name?", "Your age?")
        self.show("a text that is written while the runtime is dead is the answer")

    def test_what_is_written_in_the_middle_of_a_reload(self):
        self.home.script("who", WHO)
        self.home.write_config(extra='[scripts.who]\ntime_limit = "30s"')
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "who")
        self.write(sim, "too early", "bob")
        runtime.wait_for_log("BEGUN")
        eventually(lambda: self.interaction_answered(sim), "the question")
        self.home.script("who", SLOWLY + WHO)
        going = threading.Thread(target=self.reload, args=("who",))
        going.start()
        self.write(sim, "Al")
        going.join()
        self.hears(sim, "Your age?")
        self.write(sim, "!ping")
        self.hears(sim, "pong")
        self.write(sim, "42")
        self.hears(sim, "hello Al of 42")
        self.show("a text that is written during a reload, and a command in between")

    def interaction_answered(self, sim):
        return any("Your name?" in (m or "") for m in sim.messages())


class QuestionsInText(components_test.TextTest):
    """On Revolt."""

    def once(self, sim, *texts):
        for text in texts:
            found = [m for m in sim.messages() if text in (m or "")]
            self.assertEqual(len(found), 1, (text, sim.messages()))

    def test_the_first_of_two_answers_over_a_kill(self):
        runtime, sim = self.start_apart("order", ORDER)
        self.write(sim, "!order")
        self.hears(sim, "1. tea")
        self.write(sim, "tea")
        self.hears(sim, "Really tea?")
        self.hears(sim, "1. Order")
        runtime = self.kill(runtime)
        runtime.wait_for_log("DRINK tea")
        self.write(sim, "1")
        self.hears(sim, "ordered: tea true")
        self.once(sim, "Which drink?", "Really tea?")
        self.show(f"two questions on {self.platform}, kill -9 between the first answer and the second")

    def test_what_is_written_over_a_kill(self):
        runtime, sim = self.start_apart("who", WHO)
        self.write(sim, "!who")
        self.hears(sim, "Your name?")
        self.write(sim, "Al")
        self.hears(sim, "Your age?")
        runtime = self.kill(runtime)
        runtime.wait_for_log("NAME Al")
        self.write(sim, "!ping")
        self.hears(sim, "pong")
        self.write(sim, "42")
        self.hears(sim, "hello Al of 42")
        self.once(sim, "Your name?", "Your age?")
        self.show(f"two texts on {self.platform}, kill -9 between them")

    def test_over_a_reload(self):
        runtime, sim = self.start_there(ORDER, "order")
        self.write(sim, "!order")
        self.hears(sim, "1. tea")
        self.write(sim, "tea")
        self.hears(sim, "1. Order")
        code, text = self.control("reload", "order")
        self.assertEqual(code, 0, text)
        self.note("operator", "rookery reload order")
        eventually(lambda: runtime.log.count("DRINK tea") == 2, "the answer comes again")
        self.write(sim, "order")
        self.hears(sim, "ordered: tea true")
        self.assertEqual(runtime.log.count("SURE"), 1)
        self.show(f"two questions on {self.platform}, a reload between the first answer and the second")


if __name__ == "__main__":
    unittest.main()
