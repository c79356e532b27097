"""Buttons, menus, forms and questions through the real binary: clicked twice, by the wrong person, forged, after a
kill -9, a reload, a removal; and told in text on platforms that have none."""

import json
import os
import signal
import subprocess
import sys
import unittest

from harness import BINARY, RuntimeTest, Simulator, eventually

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


CLAIM = """
local rookery = require "rookery"
rookery.command { name = "poll", description = "Gives", run = function()
    return { content = "One gift.", components = { { button = "Claim", action = "claim", once = true } } }
end }
rookery.press("claim", function(press)
    press:deferUpdate()
    rookery.log.info("BEGUN")
    rookery.sleep(%s)
    press:reply("claimed by " .. press.userId)
end)
"""


# Takes its time to start.
FRAGILE = """
local rookery = require "rookery"
local begun = os.time()
while os.time() - begun < 2 do end
rookery.command { name = "poll", description = "Asks", run = function()
    return { content = "Well?", components = {
        { button = "Hang", action = "hang" }, { button = "Yes", action = "vote" },
    } }
end }
rookery.press("hang", function(press)
    while true do pcall(function() while true do end end) end
end)
rookery.press("vote", function(press) press:reply { content = "noted", ephemeral = true } end)
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

    def start_with_simulator_apart(self):
        self.sim = self.simulator_apart()
        return self.start()

    def settled(self):
        """Nothing is in flight. Where repeated effects cannot be told, a kill before it repeats a question."""
        code, text = self.control("list", "--json")
        return code == 0 and json.loads(text)["bots"][0]["open"] == 0

    def kill_and_start(self, runtime, meanwhile=lambda: None):
        self.note("operator", "kill -9, start")
        runtime.end(signal.SIGKILL)
        meanwhile()
        again = self.start(ready=False)
        again.wait_for_log("resumed at event")
        return again

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

    def open_form(self, sim, user):
        self.note(user, "/feedback")
        made = eventually(lambda: self.tried(sim, user), "the command is known to the platform")
        self.assertIn("Feedback", json.dumps(made), made)
        self.note("bot", "a form opens: Feedback")

    def tried(self, sim, user):
        try:
            return sim.post("interact", kind="slash", channel="general", user=user, text="/feedback", target="",
                            timeout_ms=10000)
        except AssertionError:
            return None  # commands are brought to the platform in the background

    def submit(self, sim, user, **fields):
        """Sends the form that the user sees; what comes back."""
        self.note(user, f"sends the form: {fields}")
        made = sim.post("interact", kind="submit", user=user, custom_id="", fields=fields, timeout_ms=10000)
        self.note("bot", str(made.get("answer") or made.get("content") or made.get("state")))
        return made

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

    def test_buttons_survive_a_reload_and_are_answered_after_a_removal(self):
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

    def test_a_press_during_a_restart_after_a_crash_waits_for_it(self):
        self.home.write_config(bot='interactions = { guardian = "off" }',
                               extra='[scripts.poll]\ntime_limit = "4s"')
        self.home.script("poll", FRAGILE)
        runtime = self.start()
        sim = runtime.simulator()
        message = self.poll(sim)
        ids = self.ids(message)
        self.press(sim, message, ids["Hang"])
        runtime.wait_for_log("a fresh start in")
        self.assertEqual(self.said(sim, self.press(sim, message, ids["Yes"])), ("noted", 64))
        runtime.wait_for_log("started afresh")

    def test_a_press_that_a_kill_interrupts_is_still_the_first(self):
        self.home.script("gift", CLAIM % 60)
        runtime = self.start_with_simulator_apart()
        message = self.poll(self.sim)
        claim = self.ids(message)["Claim"]
        self.press(self.sim, message, claim)
        runtime.wait_for_log("BEGUN")
        runtime = self.kill_and_start(runtime, lambda: self.home.script("gift", CLAIM % 0))
        runtime.wait_for_log("BEGUN")
        claimed = lambda: [m for m in self.sim.messages() if (m or "").startswith("claimed by")]
        eventually(claimed, "the claim")
        self.note("bot", claimed()[0])
        self.assertEqual(self.said(self.sim, self.press(self.sim, message, claim, "bob")),
                         ("This was used already.", 64))
        self.assertEqual(len(claimed()), 1)
        self.show("a button, kill -9 while its handler works")

    def test_the_key_is_its_owners_alone_and_a_damaged_one_is_no_start(self):
        self.home.script("poll", POLL)
        runtime = self.start()
        file = self.home.path / "state" / "components.key"
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        key = file.read_bytes()
        self.assertEqual(len(key), 32)
        runtime.end()
        runtime = self.start()
        self.assertEqual(file.read_bytes(), key)
        runtime.end()
        file.chmod(0o644)
        runtime = self.start()
        self.assertIn("components.key could be read by others", runtime.log)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        runtime.end()
        file.write_bytes(key[:10])
        self.is_no_start()
        file.unlink()
        file.symlink_to("/dev/zero")
        self.is_no_start()
        file.unlink()
        os.mkfifo(file)
        self.is_no_start()

    def is_no_start(self):
        runtime = self.start(ready=False)
        runtime.wait_for_log("components.key cannot be read or is damaged")
        self.assertEqual(runtime.process.wait(30), 1)

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
        self.open_form(self.sim, "alice")
        runtime = self.kill_and_start(runtime)
        self.assertIn("got tea", json.dumps(self.submit(self.sim, "alice", text="tea", why="")))
        self.assertTrue(any((m or "").startswith("got tea/") for m in self.sim.messages()))
        self.assertEqual(runtime.log.count("SENT modal"), 1)
        self.show("a form, kill -9 while it is open")

    def test_a_form_that_is_closed_leaves_nothing_behind(self):
        self.home.script("feedback", FORM)
        runtime = self.start()
        sim = runtime.simulator()
        for user in ("alice", "bob"):
            self.open_form(sim, user)
        code, text = self.control("reload", "feedback")
        self.assertEqual(code, 0, text)
        self.assertNotIn("SENT", runtime.log)
        self.assertIn("got later/x/5", json.dumps(self.submit(sim, "bob", text="later", why="x")))
        self.assertEqual(runtime.log.count("SENT modal"), 1)


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
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "delete")
        message = eventually(lambda: self.with_components(sim), "the question")
        code, text = self.control("reload", "delete")
        self.note("operator", "rookery reload delete: " + text.strip().splitlines()[-1])
        self.assertEqual(code, 0, text)
        eventually(lambda: runtime.log.count("ASKING") == 2, "the new version has asked too")
        self.answer(sim, self.press(sim, message, self.ids(message)["Delete"]))
        runtime.wait_for_log("ANSWER true")
        eventually(lambda: sim.messages().count("answer: true") == 1, "the follow-up")
        self.assertEqual(runtime.log.count("ANSWER"), 1)
        self.assertEqual(sim.messages().count("Really?"), 1)
        self.show("a confirmation, reload while it waits")


class TextTest(ComponentsTest):
    """A bot where there are no components."""

    platform = "revolt"
    ready = "ready as"
    knows_repeats = True

    def start_there(self, script, name="poll", **more):
        self.home.script(name, script)
        self.home.write_config(bot=f'platform = "{self.platform}"', **more)
        runtime = self.start(ready=False)
        runtime.wait_for_log(self.ready)
        return runtime, runtime.simulator()

    def menu(self, sim):
        """The text of the menu, once it is there."""
        return eventually(lambda: next((m for m in sim.messages() if "1. Yes" in (m or "")), None), "the menu")

    def write(self, sim, text, user="alice"):
        self.note(user, text)
        sim.act("write", channel="general", user=user, text=text)

    def hears(self, sim, part):
        eventually(lambda: any(part in (m or "") for m in sim.messages()), part)
        self.note("bot", part)

    def start_apart(self, name, script):
        """Beside a platform that a kill does not touch."""
        host = subprocess.Popen([BINARY, "sim", "--platforms", self.platform, "--state", str(self.home.path / "sim")],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        place = where["platforms"][self.platform]
        self.home.write_config(bot=f'platform = "{self.platform}"\ntoken = "{place["token"]}"\n'
                                   f'api_url = "{place["api_url"]}"\ngateway_url = "{place["gateway_url"]}"')
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true", "enabled = false"))
        self.home.script(name, script)
        return self.again(), Simulator(where["control"])

    def again(self):
        runtime = self.start(ready=False)
        runtime.wait_for_log(self.ready)
        return runtime

    def kill(self, runtime):
        if not self.knows_repeats:
            eventually(self.settled, "everything is finished")
        self.note("operator", "kill -9, start")
        runtime.end(signal.SIGKILL)
        return self.again()


class InText(TextTest):
    """The same scripts where there are no components."""

    def test_numbers_and_labels_press(self):
        runtime, sim = self.start_there(POLL)
        self.write(sim, "!poll")
        text = self.menu(sim)
        self.assertIn("Colour (1–2):\n6. red\n7. green\n8. blue\nDocs: https://example.com", text)
        self.write(sim, "2", "bob")
        runtime.wait_for_log("VOTE no by text")
        self.write(sim, "yes")
        runtime.wait_for_log("VOTE yes by text")
        self.write(sim, "3")
        runtime.wait_for_log("VOTE once by text")
        self.write(sim, "3", "bob")  # used, and no reply to the menu: nobody's business
        self.write(sim, "4", "bob")  # theirs, and nobody's business
        self.write(sim, "6, 8")
        self.hears(sim, "Chosen: red+blue")
        self.assertNotIn("VOTE mine", runtime.log)
        self.assertEqual(runtime.log.count("VOTE once"), 1)
        self.assertFalse(any("used already" in (m or "") for m in sim.messages()))
        self.assertFalse(any("1. Yes" in (m or "") for m in sim.messages()), "the menu is gone")
        self.write(sim, "1")
        self.write(sim, "!poll")
        self.menu(sim)
        self.assertEqual(runtime.log.count("VOTE yes"), 1)
        self.show(f"a menu on {self.platform}")

    def test_a_form_is_asked_field_by_field(self):
        runtime, sim = self.start_there(FORM, "feedback")
        self.write(sim, "!feedback")
        self.hears(sim, "What?")
        self.write(sim, "nothing of mine", "bob")
        self.write(sim, "tea")
        self.hears(sim, "Why?")
        code, text = self.control("reload", "feedback")
        self.assertEqual(code, 0, text)
        self.note("operator", "rookery reload feedback")
        self.write(sim, "thirst")
        self.hears(sim, "got tea/thirst/5")
        self.assertEqual(runtime.log.count("SENT modal"), 1)
        self.show(f"a form on {self.platform}")

    def test_a_question(self):
        runtime, sim = self.start_there(CONFIRM.replace("TIMEOUT", "30"), "delete")
        self.write(sim, "!delete")
        self.hears(sim, "1. Delete")
        self.write(sim, "delete", "bob")
        self.write(sim, "2")
        runtime.wait_for_log("ANSWER false")
        self.hears(sim, "answer: false")

    def test_menus_survive_a_kill(self):
        runtime, sim = self.start_apart("poll", POLL)
        self.write(sim, "!poll")
        self.menu(sim)
        self.write(sim, "3", "bob")
        runtime.wait_for_log("VOTE once by text")
        eventually(self.settled, "bob's press is finished, so that it does not come again")
        runtime = self.kill(runtime)
        self.write(sim, "no")
        runtime.wait_for_log("VOTE no by text")
        self.write(sim, "3")
        self.write(sim, "yes")
        runtime.wait_for_log("VOTE yes by text")
        self.assertNotIn("VOTE once", runtime.log)
        self.assertFalse(any("used already" in (m or "") for m in sim.messages()))
        self.assertEqual(runtime.log.count("VOTE no"), 1)
        self.show(f"a menu on {self.platform}, kill -9 between question and answer")

    def test_a_form_survives_a_kill_between_its_fields(self):
        runtime, sim = self.start_apart("feedback", FORM)
        self.write(sim, "!feedback")
        self.hears(sim, "What?")
        self.write(sim, "tea")
        self.hears(sim, "Why?")
        runtime = self.kill(runtime)
        self.write(sim, "thirst")
        self.hears(sim, "got tea/thirst/5")
        asked = [m for m in sim.messages() if "Why?" in (m or "")]
        self.assertEqual(len(asked), 1, asked)
        self.show(f"a form on {self.platform}, kill -9 between its fields")


class InTextOnGuilded(InText):
    platform = "guilded"
    ready = "bot demo: ready"
    knows_repeats = False


class InTextOnWhatsApp(InText):
    platform = "whatsapp"
    ready = "demo: ready"
    knows_repeats = False


if __name__ == "__main__":
    unittest.main()
