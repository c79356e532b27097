"""Buttons, menus, forms and questions through the real binary: clicked twice, by the wrong person, forged, after a
kill -9, a reload, a removal; and told in text on platforms that have none."""

import json
import re
import signal
import sys
import time
import unittest

from harness import RuntimeTest, eventually

POLL = """
local rookery = require "rookery"
rookery.command { name = "poll", description = "Asks", run = function(ctx)
    return { content = "Well?", components = {
        { button = "Yes", action = "vote", state = { answer = "yes" } },
        { button = "No", action = "vote", state = { answer = "no", long = ("x"):rep(200) } },
        { button = "Once", action = "vote", state = { answer = "once" }, once = true },
        { button = "Mine", action = "vote", state = { answer = "mine" }, only = ctx.userId },
        { button = "Short", action = "vote", state = { answer = "short" }, expires = 1 },
        { select = "Colour", action = "colour", choices = { "red", "green", "blue" }, max = 2 },
        { link = "Docs", url = "https://example.com" },
    } }
end }
rookery.press("vote", function(press, state)
    rookery.log.info("VOTE " .. state.answer .. " by " .. press.component)
    press:reply { content = "noted: " .. state.answer, ephemeral = true }
end)
rookery.press("colour", function(press)
    press:update { content = "Chosen: " .. table.concat(press.values, "+"), components = {} }
end)
"""

FORM = """
local rookery = require "rookery"
rookery.command { name = "feedback", description = "Tells", run = function(ctx)
    ctx:form { title = "Feedback", action = "sent", state = { n = 5 }, fields = {
        { name = "text", label = "What?" },
        { name = "why", label = "Why?", required = false },
    } }
end }
rookery.press("sent", function(press, state)
    rookery.log.info("SENT " .. press.component)
    press:reply("got " .. press.fields.text .. "/" .. tostring(press.fields.why) .. "/" .. state.n)
end)
"""

CONFIRM = """
local rookery = require "rookery"
rookery.command { name = "delete", description = "Deletes", run = function(ctx)
    rookery.log.info("ASKING")
    local sure = ctx:confirm("Really?", { yes = "Delete", no = "Keep", timeout = TIMEOUT })
    rookery.log.info("ANSWER " .. tostring(sure))
    ctx:followUp("answer: " .. tostring(sure))
end }
"""


class ComponentsTest(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.transcript = []

    def note(self, who, what):
        self.transcript.append(f"{who:>10}  {what}")

    def show(self, title):
        """Printed with -v: what was done and seen."""
        if "-v" in sys.argv:
            print(f"\n--- {title}\n" + "\n".join(self.transcript), flush=True)

    def restart(self, runtime, number=signal.SIGKILL):
        self.note("operator", f"signal {int(number)}, start")
        runtime.end(number)
        runtime = self.start()
        return runtime, runtime.simulator()

    def with_components(self, sim, channel="general"):
        found = [m for m in sim.get("messages", channel=channel) if m.get("components")]
        return found[-1] if found else None

    def slash(self, sim, name, user="alice"):
        self.note(user, f"/{name}")
        return sim.act("slash", channel="general", user=user, name=name)

    def ids(self, message):
        """Custom ids by label or placeholder."""
        out = {}
        for row in message["components"]:
            for one in row.get("components", []):
                if "custom_id" in one:
                    out[one.get("label") or one.get("placeholder")] = one["custom_id"]
        return out

    def poll(self, sim):
        self.slash(sim, "poll")
        return eventually(lambda: self.with_components(sim), "the message with components")

    def press(self, sim, message, custom_id, user="alice", **more):
        self.note(user, f"presses {custom_id[:16]}...")
        return sim.act("component", channel="general", user=user, message=message["id"], custom_id=custom_id, **more)

    def answer(self, sim, made):
        """The first answer to an interaction: what the user sees of it."""
        now = eventually(
            lambda: (lambda state: state if state["state"] == "answered" else None)(
                sim.get("interaction", token=made["token"])), "an answer")
        data = now["callback"].get("data") or {}
        self.note("bot", f"callback {now['callback']['type']}: {data.get('content', data.get('title', ''))}")
        return now["callback"]

    def said(self, sim, made):
        callback = self.answer(sim, made)
        return callback["data"]["content"], callback["data"].get("flags", 0) & 64


class Buttons(ComponentsTest):
    def test_buttons_and_menus_reach_their_handlers(self):
        self.home.script("poll", POLL)
        sim = self.start().simulator()
        message = self.poll(sim)
        ids = self.ids(message)
        self.assertTrue(all(one.startswith("rk1.") and len(one) <= 100 for one in ids.values()), ids)
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Yes"])), ("noted: yes", 64))
        self.assertEqual(self.said(sim, self.press(sim, message, ids["No"], "bob")), ("noted: no", 64))
        made = self.press(sim, message, ids["Colour"], values=["red", "blue"])
        self.assertEqual(self.answer(sim, made)["type"], 7)
        eventually(lambda: "Chosen: red+blue" in sim.messages(), "the update")

    def test_refusals_are_for_the_users_eyes(self):
        self.home.script("poll", POLL)
        sim = self.start().simulator()
        message = self.poll(sim)
        ids = self.ids(message)
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Mine"], "bob")), ("This is not for you.", 64))
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Mine"])), ("noted: mine", 64))
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Once"], "bob")), ("noted: once", 64))
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Once"])), ("This was used already.", 64))
        expired = lambda: self.said(sim, self.press(sim, message, ids["Short"])) == ("This has expired.", 64)
        eventually(expired, "the expiry")

    def test_buttons_survive_kill_and_reload_and_are_answered_after_a_removal(self):
        self.home.script("poll", POLL)
        runtime = self.start()
        sim = runtime.simulator()
        ids = self.ids(self.poll(sim))
        self.assertEqual(self.said(sim, self.press(sim, self.with_components(sim), ids["Once"])), ("noted: once", 64))
        code, text = self.control("reload", "poll")
        self.assertEqual(code, 0, text)
        message = self.with_components(sim)
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Yes"])), ("noted: yes", 64))
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Once"], "bob")), ("This was used already.", 64))
        (self.home.path / "scripts" / "poll.lua").unlink()
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Yes"])), ("This is no longer there.", 64))
        self.show("a button after a reload and after the removal of its extension")

    def test_a_forged_id_is_answered_and_reaches_no_handler(self):
        self.home.script("poll", POLL)
        self.home.script("forger", """
            local rookery = require "rookery"
            rookery.on("messageCreate", function(ev)
                local id = ev.content:match("^!forge (.+)")
                if id then
                    rookery.messages.send{ channelId = ev.channelId, content = "forged", components = {
                        { type = 1, components = { { type = 2, style = 1, label = "Forged", custom_id = id } } } } }
                end
            end)
        """)
        runtime = self.start()
        sim = runtime.simulator()
        real = self.ids(self.poll(sim))["Yes"]
        for forged in (real[:-1] + ("A" if real[-1] != "A" else "B"), "rk1.", "rk1." + "A" * 60, real[:30]):
            sim.act("write", channel="general", user="bob", text="!forge " + forged)
            find = lambda: next((m for m in sim.get("messages", channel="general")
                                 if m.get("components") and self.ids(m).get("Forged") == forged), None)
            message = eventually(find, "the forged button")
            self.assertEqual(self.said(sim, self.press(sim, message, forged)),
                             ("This is damaged and cannot be used.", 64))
        self.assertNotIn("VOTE", runtime.log)


class Forms(ComponentsTest):
    def test_a_form_over_a_kill_between_opening_and_sending(self):
        self.home.script("feedback", FORM)
        runtime = self.start_with_simulator_apart()
        made = self.slash(self.sim, "feedback")
        self.assertEqual(self.answer(self.sim, made)["type"], 9)
        runtime = self.kill_and_start(runtime)
        self.note("alice", "sends the form")
        sent = self.sim.act("submit", user="alice", fields={"text": "tea", "why": ""})
        self.assertEqual(self.answer(self.sim, sent)["data"]["content"].split("/")[0], "got tea")
        self.assertEqual(runtime.log.count("SENT modal"), 1)
        self.show("a form, kill -9 while it is open")

    def test_a_form_that_is_closed_leaves_nothing_behind(self):
        self.home.script("feedback", FORM)
        runtime = self.start()
        sim = runtime.simulator()
        for user in ("alice", "bob"):
            self.assertEqual(self.answer(sim, self.slash(sim, "feedback", user))["type"], 9)
        code, text = self.control("reload", "feedback")
        self.assertEqual(code, 0, text)
        self.assertNotIn("SENT", runtime.log)
        sent = sim.act("submit", user="bob", fields={"text": "later", "why": "x"})
        self.assertEqual(self.answer(sim, sent)["data"]["content"], "got later/x/5")


class Questions(ComponentsTest):
    def test_nobody_answers_a_confirmation(self):
        self.home.script("delete", CONFIRM.replace("TIMEOUT", "1"))
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "delete")
        message = eventually(lambda: self.with_components(sim), "the question")
        ids = self.ids(message)
        runtime.wait_for_log("ANSWER nil")
        eventually(lambda: "answer: nil" in sim.messages(), "the follow-up")
        eventually(lambda: self.with_components(sim) is None, "the buttons are taken away")
        self.assertEqual(sorted(ids), ["Delete", "Keep"])

    def test_a_confirmation_is_for_whoever_asked(self):
        self.home.script("delete", CONFIRM.replace("TIMEOUT", "30"))
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "delete")
        message = eventually(lambda: self.with_components(sim), "the question")
        ids = self.ids(message)
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Delete"], "bob")), ("This is not for you.", 64))
        self.press(sim, message, ids["Keep"])
        runtime.wait_for_log("ANSWER false")

    def test_a_confirmation_over_a_kill(self):
        self.home.script("delete", CONFIRM.replace("TIMEOUT", "60"))
        runtime = self.start_with_simulator_apart()
        self.slash(self.sim, "delete")
        message = eventually(lambda: self.with_components(self.sim), "the question")
        runtime = self.kill_and_start(runtime)
        runtime.wait_for_log("ASKING")
        made = self.press(self.sim, message, self.ids(message)["Delete"])
        self.answer(self.sim, made)
        runtime.wait_for_log("ANSWER true")
        eventually(lambda: "answer: true" in self.sim.messages(), "the follow-up")
        self.assertEqual(runtime.log.count("ANSWER"), 1)
        self.assertEqual(self.sim.messages().count("answer: true"), 1)
        self.show("a confirmation, kill -9 while it waits")

    def test_a_confirmation_over_a_reload(self):
        self.home.script("delete", CONFIRM.replace("TIMEOUT", "60"))
        self.home.write_config(runtime='reload_timeout = "500ms"')
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "delete")
        message = eventually(lambda: self.with_components(sim), "the question")
        code, text = self.control("reload", "delete")
        self.note("operator", "rookery reload delete: " + text.strip().splitlines()[-1])
        callback = self.answer(sim, self.press(sim, message, self.ids(message)["Delete"]))
        if code == 0 and callback["type"] == 4:
            self.assertEqual(callback["data"]["flags"] & 64, 64)
        self.assertLessEqual(runtime.log.count("ANSWER true"), 1)
        self.show("a confirmation, reload while it waits")


if __name__ == "__main__":
    unittest.main()
