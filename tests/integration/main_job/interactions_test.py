"""Commands, buttons and forms through the real binary: who answers, when, and what the platform gets to see."""

import json
import unittest

from harness import RuntimeTest, eventually

class Interactions(RuntimeTest):
    def overwrites(self, sim):
        """How often all commands of a scope were replaced."""
        lines = [json.dumps(entry) for entry in sim.get("log", limit=5000)]
        return len([line for line in lines if "PUT" in line and "/commands" in line])

    def state(self, sim, made):
        return sim.get("interaction", token=made["token"])

    def answered(self, sim, made, state="answered"):
        return eventually(lambda: (lambda now: now if now["state"] == state else None)(self.state(sim, made)), state)

    def test_slash_command_is_answered(self):
        self.home.script(
            "greet",
            """
            local rookery = require "rookery"
            rookery.commands.declare{ name = "greet", description = "Greets" }
            rookery.on_command("greet", function(ev) assert(ev:reply("hello " .. ev.user.username)) end)
            rookery.on_command("other", function(ev) ev:reply("wrong") end)
            """,
        )
        sim = self.start().simulator()
        made = sim.act("slash", channel="general", user="alice", name="greet")
        now = self.answered(sim, made)
        self.assertEqual(now["callback"]["type"], 4)
        self.assertEqual(now["callback"]["data"]["content"], "hello alice")
        self.assertIn("hello alice", sim.messages())

    def test_the_guardian_defers_a_slow_handler_and_its_reply_fills_the_deferral_in(self):
        self.home.write_config(bot='interactions = { guardian = "defer", after = "300ms" }')
        self.home.script(
            "slow",
            """
            local rookery = require "rookery"
            rookery.on_command("slow", function(ev)
                rookery.sleep(1.5)
                local sent = assert(ev:reply("late"))
                assert(ev:reply{ content = "and more", ephemeral = true })
                rookery.log.info("done", sent.id)
            end)
            """,
        )
        runtime = self.start()
        sim = runtime.simulator()
        made = sim.act("slash", channel="general", user="alice", name="slow")
        deferred = self.answered(sim, made, "deferred")
        self.assertEqual(deferred["callback"]["type"], 5)
        runtime.wait_for_log("done ")
        self.assertIn("late", sim.messages())
        self.assertEqual(self.state(sim, made)["callback"]["type"], 5)
        self.assertRegex(
            runtime.log,
            r"interaction \d+ \(command slow\) had no answer after \d+ ms and is deferred: "
            r"script slow has had it for \d+ ms \(handler of command slow \(slow.lua:3\)\)",
        )
        self.assertNotIn(made["token"], runtime.log)

    def test_what_is_meant_for_one_user_stays_so_after_the_guardians_public_deferral(self):
        self.home.write_config(bot='interactions = { after = "200ms" }')
        self.home.script(
            "slow",
            """
            local rookery = require "rookery"
            rookery.on_command("slow", function(ev)
                rookery.sleep(1)
                assert(ev:reply{ content = "for you alone", ephemeral = true })
            end)
            """,
        )
        sim = self.start().simulator()
        self.answered(sim, sim.act("slash", channel="general", user="alice", name="slow"), "deferred")
        find = lambda: [m for m in sim.get("messages", channel="general") if m["content"] == "for you alone"]
        self.assertEqual(eventually(find, "the reply")[0]["flags"] & 64, 64)

    def test_without_the_guardian_a_late_reply_is_an_error(self):
        self.home.write_config(bot='interactions = { guardian = "off" }')
        self.home.script(
            "slow",
            """
            local rookery = require "rookery"
            rookery.on_command("slow", function(ev)
                rookery.sleep(3.5)
                local sent, problem, kind = ev:reply("late")
                rookery.log.info("came to", sent, problem, kind)
                rookery.log.info("again", select(3, ev:followUp("later")))
            end)
            """,
        )
        runtime = self.start()
        sim = runtime.simulator()
        made = sim.act("slash", channel="general", user="alice", name="slow")
        runtime.wait_for_log("came to nil interactions.reply: the interaction has expired")
        runtime.wait_for_log("again stale")
        self.assertNotIn(made["token"], runtime.log)

    def test_a_button_updates_its_message(self):
        self.home.script(
            "counter",
            """
            local rookery = require "rookery"
            local function row(n)
                return { { type = 1, components = { { type = 2, style = 1, label = tostring(n), custom_id = "count:" .. n } } } }
            end
            rookery.on_command("count", function(ev) ev:reply{ content = "0", components = row(1) } end)
            rookery.on_component("count:*", function(ev)
                local n = tonumber(ev.customId:match("%d+"))
                assert(ev:update{ content = tostring(n), components = row(n + 1) })
            end)
            """,
        )
        sim = self.start().simulator()
        self.answered(sim, sim.act("slash", channel="general", user="alice", name="count"))
        message = eventually(lambda: [m for m in sim.get("messages", channel="general") if m["content"] == "0"], "0")[-1]
        made = sim.act("component", channel="general", user="alice", message=message["id"], custom_id="count:1")
        self.assertEqual(self.answered(sim, made)["callback"]["type"], 7)
        self.assertEqual(self.state(sim, made)["callback"]["data"]["content"], "1")

    def test_commands_are_sent_once_for_each_change(self):
        script = """
            local rookery = require "rookery"
            rookery.commands.declare{ name = "%s", description = "One" }
            rookery.commands.declare{ name = "Look up", type = "user" }
        """
        self.home.script("one", script % "first")
        self.home.script("two", 'require("rookery").commands.declare{ name = "two", description = "Two" }')
        runtime = self.start()
        sim = runtime.simulator()
        runtime.wait_for_log("3 commands everywhere: added first, added two, added Look up")
        self.assertEqual(self.overwrites(sim), 1)
        self.home.script("one", "-- the same commands\n" + script % "first")
        for _ in range(3):
            self.assertEqual(self.control("reload", "one")[0], 0)
        self.assertEqual(self.control("reload")[0], 0)
        self.home.script("one", script % "second")
        self.assertEqual(self.control("reload")[0], 0)
        runtime.wait_for_log("3 commands everywhere: added second, removed first")
        self.assertEqual(self.overwrites(sim), 2)
        code, text = self.control("commands")
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r"second +slash +everywhere +script one +\d+ +there")
        self.assertEqual(runtime.end(), 0)
        again = self.start()
        sim = again.simulator()
        eventually(lambda: self.control("commands")[1].count(" there") == 3, "all are there")
        self.assertEqual(self.overwrites(sim), 1)  # an embedded simulator begins anew, without commands
        (self.home.path / "scripts" / "two.lua").unlink()
        self.assertEqual(self.control("reload")[0], 0)
        again.wait_for_log("2 commands everywhere: removed two")

    def test_a_command_of_one_guild(self):
        self.home.script("one", "")
        runtime = self.start()
        sim = runtime.simulator()
        guild = sim.get("state")["guilds"][0]["id"]
        self.home.script(
            "one",
            f'require("rookery").commands.declare{{ name = "local", description = "Here", guilds = {{ "{guild}" }} }}',
        )
        self.assertEqual(self.control("reload")[0], 0)
        runtime.wait_for_log(f"1 command in guild {guild}: added local")
        self.assertIn(guild, self.control("commands")[1])
        self.home.script("one", "")
        self.assertEqual(self.control("reload")[0], 0)
        runtime.wait_for_log(f"0 commands in guild {guild}: removed local")

    def test_the_second_of_two_extensions_with_one_command_is_refused(self):
        text = 'require("rookery").commands.declare{ name = "mine", description = "d" }'
        self.home.script("a", text)
        self.home.script("b", "\n" + text)
        runtime = self.start()
        runtime.wait_for_log("b.lua:2: rookery.commands.declare: command mine has been declared already by script a (a.lua:1)")

    def test_a_reload_in_the_middle_loses_no_answer(self):
        self.home.script(
            "slow",
            """
            local rookery = require "rookery"
            rookery.on_command("slow", function(ev)
                rookery.log.info("begun")
                rookery.sleep(1)
                assert(ev:reply("from the old version"))
            end)
            """,
        )
        runtime = self.start()
        sim = runtime.simulator()
        made = sim.act("slash", channel="general", user="alice", name="slow")
        runtime.wait_for_log("begun")
        self.home.script("slow", 'require("rookery").on_command("slow", function(ev) ev:reply("new") end)')
        self.assertEqual(self.control("reload")[0], 0)
        self.assertEqual(self.answered(sim, made)["callback"]["data"]["content"], "from the old version")
        made = sim.act("slash", channel="general", user="alice", name="slow")
        self.assertEqual(self.answered(sim, made)["callback"]["data"]["content"], "new")

    def test_the_feedback_example_from_typing_to_the_form(self):
        self.home.example_script("feedback")
        runtime = self.start()
        sim = runtime.simulator()
        runtime.wait_for_log("commands everywhere: added commands, added feedback, added help, added Quote")

        def person(*arguments):
            code, text = self.control("sim", *arguments)
            self.assertEqual(code, 0, text)
            return text

        self.assertIn("problem", person("complete", "#general", "alice", "/feedback pr"))
        made = sim.act("slash", channel="general", user="alice", name="feedback",
                       options=[{"name": "topic", "type": 3, "value": "praise"}])
        shown = self.answered(sim, made)["callback"]["data"]
        self.assertIn("Thank you", shown["content"])
        self.assertEqual(shown["flags"], 64)
        button = shown["components"][0]["components"][0]["custom_id"]
        self.assertIn("a form opened: Your feedback", person("click", "last", button, "alice"))
        sent = sim.post("interact", kind="submit", user="alice", custom_id="", fields={"text": "Very good"}, timeout_ms=5000)
        eventually(lambda: "**praise** from alice: Very good" in sim.messages(), "the feedback")
        self.assertEqual(self.state(sim, sent)["callback"]["type"], 5)
        form = person("click", "last", button, "alice")
        self.assertIn("a form opened: Your feedback", form)
        self.assertIn("  text: ", form)
        self.assertIn("passed on", person("submit", "Your feedback", "alice", "text=Even better"))
        self.assertIn("rookery: **praise** from alice: Even better", person("messages", "#general"))
        self.assertNotIn("deferred because", self.control("status")[1].replace("0 deferred because", ""))


if __name__ == "__main__":
    unittest.main()
