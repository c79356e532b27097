"""WhatsApp through a bridge: against the simulator's, and against one on the real Socket.IO server (Node.js)."""

import json
import shutil
import signal
import subprocess
import time
import urllib.request

from harness import SOURCE, Runtime, RuntimeTest, eventually

NODE = shutil.which("node") or shutil.which("nodejs")
NPM = SOURCE / "tests" / "integration" / "npm"
KEY = "bridge-key"

LISTENER = """
local say = rookery.log.info
local batched = 0 -- a script's lines in the log are limited
rookery.on("messageCreate", function(ev)
    if ev.content:find("^batch ") then
        batched = batched + (ev.late and 1 or 0)
        if ev.content == "batch 300" then say("BATCHED " .. batched) end
        return
    end
    say("GOT " .. ev.id .. " " .. ev.channelId .. " " .. ev.content .. " late=" .. tostring(ev.late))
end)
rookery.on("messageDelete", function(ev) say("DELETED " .. ev.id .. " in " .. ev.channelId) end)
rookery.on("whatsapp:auth.qr", function(ev) say("QR " .. ev.raw.qr) end)
rookery.on("whatsapp:creds.update", function(ev) say("CREDS " .. rookery.json.encode(ev.raw)) end)
"""


class Bridge:
    def __init__(self):
        self.process = subprocess.Popen(
            [NODE, "whatsapp_bridge.mjs", KEY], cwd=NPM, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            raise AssertionError(f"the bridge did not start: {line}{self.process.stdout.read()}")
        self.port = int(line)

    def control(self, what, **wish):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/control/{what}", data=json.dumps(wish).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def emit(self, name, payload):
        return self.control("emit", name=name, payload=payload)

    def message(self, identity, text, chat="4915100000001@s.whatsapp.net", time=1767225600):
        return {"key": {"remoteJid": chat, "fromMe": False, "id": identity}, "messageTimestamp": time,
                "pushName": "Lena", "message": {"conversation": text}}

    def end(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class RealSocketIoTest(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.bridge = Bridge()
        self.addCleanup(self.bridge.end)

    def run_against_bridge(self, key=KEY, listener=LISTENER):
        self.home.script("listener", listener)
        self.home.config.write_text(
            '[runtime]\nstate = "state"\n'
            f'[[bot]]\nname = "wa"\nplatform = "whatsapp"\ntoken = "{key}"\n'
            f'gateway_url = "http://127.0.0.1:{self.bridge.port}"\n'
            '[plugins]\ndir = "plugins"\n[scripts]\ndir = "scripts"\n')
        runtime = Runtime(self.home)
        self.addCleanup(lambda: runtime.process.poll() is None and runtime.end())
        return runtime

    def subscribed(self, joins=1):
        eventually(lambda: (s := self.bridge.control("get"))["joins"] >= joins and s["asked"], "the subscription")

    def test_events_come_and_answers_go_out(self):
        runtime = self.run_against_bridge(listener=LISTENER + """
rookery.on("messageCreate", function(ev)
    if ev.content == "!ping" then ev:reply("**pong**") end
end)
""")
        self.subscribed()
        state = self.bridge.control("get")
        self.assertIn("messages.upsert", state["asked"])
        self.assertEqual(len(state["asked"]), 17)
        self.bridge.emit("messages.upsert", {"type": "notify", "messages": [
            self.bridge.message("A1", "!ping"), self.bridge.message("A2", "*bold*")]})
        runtime.wait_for_log("GOT A1 4915100000001@s.whatsapp.net !ping")
        runtime.wait_for_log("GOT A2 4915100000001@s.whatsapp.net **bold**")
        sent = eventually(lambda: self.bridge.control("get")["sent"], "the answer")[0]
        self.assertEqual(sent["to"], "4915100000001@s.whatsapp.net")
        self.assertEqual(sent["message"]["text"], "*pong*")
        self.assertEqual(sent["message"]["contextInfo"]["stanzaId"], "A1")
        # With attachments, and without the account's keys for extensions.
        self.bridge.emit("creds.update", {"routingInfo": {"$bytes": "secret"}, "me": {"id": "49170:1@s.whatsapp.net", "name": "Me"}})
        runtime.wait_for_log("CREDS ")
        self.assertNotIn("routingInfo", runtime.log)
        self.bridge.emit("messages.update", [
            {"key": {"remoteJid": "4915100000001@s.whatsapp.net", "id": "A1"}, "update": {"messageStubType": 1}}])
        runtime.wait_for_log("DELETED A1 in 4915100000001@s.whatsapp.net")

    def test_heartbeats_of_the_real_server_keep_the_link(self):
        runtime = self.run_against_bridge()
        self.subscribed()
        # Longer than its interval and time-out together would not be waited for by a dead client's server.
        eventually(lambda: self.bridge.process.poll() is None and runtime.process.poll() is None, "both run")
        self.bridge.emit("messages.upsert", {"type": "notify", "messages": [self.bridge.message("B1", "x")]})
        runtime.wait_for_log("GOT B1")
        self.assertEqual(self.bridge.control("get")["joins"], 1)

    def test_after_a_gap_what_was_missed_is_fetched_once_and_marked(self):
        runtime = self.run_against_bridge()
        self.subscribed()
        self.bridge.emit("messages.upsert", {"type": "notify", "messages": [self.bridge.message("C1", "before", time=4000000000)]})
        runtime.wait_for_log("GOT C1")
        self.bridge.control("set", chats=[{"id": "4915100000001@s.whatsapp.net", "conversationTimestamp": 4000000001}], messages=[
            self.bridge.message("C1", "before", time=4000000000), self.bridge.message("C2", "meanwhile", time=4000000001)])
        self.bridge.control("drop")
        self.subscribed(joins=2)
        runtime.wait_for_log("GOT C2 4915100000001@s.whatsapp.net meanwhile late=true")
        self.assertEqual(runtime.log.count("GOT C1"), 1)

    def test_a_gap_that_could_not_be_fetched_outlives_a_kill(self):
        chat = "4915100000001@s.whatsapp.net"
        runtime = self.run_against_bridge()
        self.subscribed()
        self.bridge.emit("messages.upsert", {"type": "notify", "messages": [self.bridge.message("F1", "before")]})
        runtime.wait_for_log("GOT F1")
        dropped = time.time()
        # As old as a gap that begins now takes it for its own, with its margin of 120 seconds.
        meanwhile = int(dropped) - 119
        self.bridge.control("set", chatsStatus=400, chats=[{"id": chat, "conversationTimestamp": meanwhile}],
                            messages=[self.bridge.message("F2", "meanwhile", time=meanwhile)])
        self.bridge.control("drop")
        self.subscribed(joins=2)
        runtime.wait_for_log("what happened in the meantime is not known")
        # What is heard now says nothing of the gap before it.
        eventually(lambda: time.time() > dropped + 3, "too late for the margin")
        self.bridge.emit("messages.upsert", {"type": "notify", "messages": [self.bridge.message("F3", "after")]})
        runtime.wait_for_log("GOT F3")
        runtime.end(signal.SIGKILL)
        self.bridge.control("set", chatsStatus=200)
        runtime = self.run_against_bridge()
        self.subscribed(joins=3)
        runtime.wait_for_log(f"GOT F2 {chat} meanwhile late=true")

    def test_a_message_of_before_a_kill_can_still_be_reacted_to_and_deleted(self):
        group = "120363000000000001@g.us"
        listener = LISTENER + """
rookery.on("messageCreate", function(ev)
    local verb, id = ev.content:match("^!(%a+) (%w+)$")
    if verb == "react" then
        rookery.reactions.add(ev.channelId, id, "x")
    elseif verb == "delete" then
        rookery.messages.delete(ev.channelId, id)
    end
end)
"""
        runtime = self.run_against_bridge(listener=listener)
        self.subscribed()
        old = self.bridge.message("E1", "yesterday", chat=group)
        old["key"]["participant"] = "200000000000001@lid"
        self.bridge.emit("messages.upsert", {"type": "notify", "messages": [old]})
        runtime.wait_for_log("GOT E1")
        runtime.end(signal.SIGKILL)
        runtime = self.run_against_bridge(listener=listener)
        self.subscribed(joins=2)
        self.bridge.emit("messages.upsert", {"type": "notify", "messages": [
            self.bridge.message("E2", "!react E1", chat=group), self.bridge.message("E3", "!delete E1", chat=group)]})
        sent = eventually(lambda: len(all_ := self.bridge.control("get")["sent"]) == 2 and all_, "both operations")
        key = {"remoteJid": group, "fromMe": False, "id": "E1", "participant": "200000000000001@lid"}
        self.assertIn({"react": {"text": "x", "key": key}}, [one["message"] for one in sent])
        self.assertIn({"delete": key}, [one["message"] for one in sent])

    def test_being_sent_away_is_no_refusal_while_the_key_is_right(self):
        runtime = self.run_against_bridge()
        self.subscribed()
        self.bridge.control("kick")
        self.subscribed(joins=2)
        self.bridge.emit("messages.upsert", {"type": "notify", "messages": [self.bridge.message("D1", "again")]})
        runtime.wait_for_log("GOT D1")

    def test_a_wrong_key_is_told_in_both_styles_and_not_tried_for_ever(self):
        for style in ("middleware", "handler"):
            with self.subTest(style):
                self.bridge.control("set", refuse=style)
                runtime = self.run_against_bridge(key="wrong-key-" + style)
                runtime.wait_for_log("`token` has to be the bridge's API key")
                self.assertNotIn("wrong-key-" + style, runtime.log)
                runtime.end()

    def test_a_code_to_pair_with_is_shown_and_passed_on(self):
        self.bridge.control("set", connection="connecting", qr="2@first,code")
        runtime = self.run_against_bridge()
        runtime.wait_for_log("Linked devices")
        runtime.wait_for_log("\u2588")
        self.bridge.emit("auth.qr", {"qr": "2@second,code"})
        runtime.wait_for_log("QR 2@second,code")


class SimulatedBridgeTest(RuntimeTest):
    """Over all that the simulator's bridge does: both shapes of Baileys, people under two numbers, technical messages."""

    LISTENER = LISTENER + """
rookery.on("messageUpdate", function(ev) say("EDITED " .. ev.new.id .. " " .. ev.new.content) end)
rookery.on("messageReactionAdd", function(ev) say("REACTED " .. ev.messageId .. " " .. ev.reaction.emoji.name) end)
rookery.on("ready", function(ev) say("READY " .. ev.user.username) end)
rookery.on("messageCreate", { bot = false }, function(ev)
    if ev.content == "!ping" then
        ev:reply("**pong**")
    elseif ev.content == "!edit" then
        local sent = ev:reply("first")
        rookery.messages.edit(ev.channelId, sent.id, { content = "second" })
        say("EDIT DONE " .. sent.id)
    elseif ev.content == "!react" then
        ev:react("👍")
    elseif ev.content == "!unsupported" then
        local done, problem = rookery.channels.typing(ev.channelId)
        say("TYPING " .. tostring(done) .. " " .. tostring(problem))
    elseif ev.content == "!file" then
        local done, problem = rookery.messages.send(ev.channelId, { content = "look", files = { { name = "a.txt", data = "hello" } } })
        say("FILE " .. tostring(done and done.id) .. " " .. tostring(problem))
        done, problem = rookery.messages.send(ev.channelId, { files = { name = "b.txt", data = "alone" } })
        say("ONE FILE " .. tostring(done and done.id) .. " " .. tostring(problem))
    end
end)
"""

    def setUp(self):
        super().setUp()
        self.home.script("listener", self.LISTENER)
        self.home.write_config(bot='platform = "whatsapp"')
        self.runtime = Runtime(self.home)
        self.addCleanup(lambda: self.runtime.process.poll() is None and self.runtime.end())
        self.runtime.wait_for_log("READY")
        self.simulator = self.runtime.simulator()

    def test_a_bot_answers_edits_reacts_and_sends_files(self):
        self.assertEqual(self.simulator.say("!ping"), "*pong*")
        self.simulator.say("!edit", timeout_ms=1)
        self.runtime.wait_for_log("EDIT DONE")
        self.runtime.wait_for_log("EDITED")
        self.simulator.say("!react", timeout_ms=1)
        self.runtime.wait_for_log("REACTED")
        self.simulator.say("!file", timeout_ms=1)
        self.runtime.wait_for_log("FILE ")
        self.assertIn("nil", self.runtime.log.split("FILE ", 1)[1].splitlines()[0].rsplit(" ", 1)[1])
        self.runtime.wait_for_log("ONE FILE ")
        self.assertNotIn("ONE FILE nil", self.runtime.log)
        self.simulator.say("!unsupported", timeout_ms=1)
        self.runtime.wait_for_log("TYPING nil")
        self.assertIn("channels.typing", self.runtime.log.split("TYPING nil", 1)[1].splitlines()[0])

    def test_batches_binary_events_and_broken_texts(self):
        self.simulator.fault("batch", count=300)
        self.runtime.wait_for_log("BATCHED 300")
        self.simulator.fault("creds", attachments=2)
        self.runtime.wait_for_log("CREDS ")
        self.simulator.fault("lone_surrogate")
        self.runtime.wait_for_log("a name that is no text")
        for version in (6, 7):
            self.simulator.fault("baileys", version=version)
            self.simulator.fault("long_numbers", on=version == 6)
            self.assertEqual(self.simulator.say("!ping"), "*pong*")

    def test_what_breaks_the_stream_is_survived(self):
        # First what the link survives, then what ends it: the waits in between grow.
        for name in ("duplicate", "flood", "fragments", "garbage", "nested", "wrong_namespace", "binary", "disconnect", "error",
                     "stray_ping", "missing_attachment", "cut_frame", "oversized"):
            with self.subTest(name):
                self.simulator.fault(name)
                eventually(lambda: self.simulator.say("!ping", timeout_ms=1000) == "*pong*", f"an answer after {name}", 75)

    def test_the_accounts_states_are_shown(self):
        self.simulator.fault("session", to="qr")
        self.runtime.wait_for_log("Linked devices")
        self.runtime.wait_for_log("QR 2@c2lt")
        eventually(lambda: "pairing" in self.control("list")[1], "the state pairing")
        self.simulator.fault("session", to="logged_out")
        eventually(lambda: "logged_out" in self.control("list")[1], "the state logged_out")
        self.assertIn("pair it again", self.control("list")[1])
        self.simulator.fault("session", to="pair")
        eventually(lambda: "logged_out" not in self.control("list")[1], "the account is back")
        self.assertEqual(self.simulator.say("!ping"), "*pong*")


if NODE is None:
    def setUpModule():
        raise AssertionError("Node.js is not installed: run ./dev setup")

if __name__ == "__main__":
    import unittest
    unittest.main()
