"""The event stream as outside programs have it: npm's socket.io-client and Debian's python3-socketio, both unmodified,
against the real binary and its simulator."""

import json
import re
import shutil
import subprocess
import threading
import unittest

import socketio

from harness import SOURCE, RuntimeTest, eventually

NODE = shutil.which("node") or shutil.which("nodejs")
NPM = SOURCE / "tests/integration/npm"
CLIENTS = SOURCE / "tests/integration/main_job/clients"

KEYS = """
[[server.key]]
id = "dashboard"
key = "dashboard-secret-0123456789"
scopes = ["events"]

[[server.key]]
id = "bot"
key = "bot-secret-0123456789abcdef"
scopes = ["admin"]

[[server.key]]
id = "rest"
key = "rest-secret-0123456789abcde"
scopes = ["read:guilds"]
"""
DASHBOARD, BOT, REST = "dashboard-secret-0123456789", "bot-secret-0123456789abcdef", "rest-secret-0123456789abcde"


class Program:
    """A client in a process of its own; its lines are gathered as they come."""

    def __init__(self, test, *command):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, bufsize=1,
        )
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        test.addCleanup(self.end)

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def end(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()

    def wait_line(self, text, count=1):
        eventually(lambda: self.lines.count(text) >= count, f"the line {text!r} in {self.lines}")


class Client(Program):
    """socket.io-client, driven by socket_client.mjs."""

    def __init__(self, test, address, **options):
        super().__init__(test, NODE, NPM / "socket_client.mjs", address, json.dumps(options))

    def told(self):
        return [json.loads(line) for line in list(self.lines) if line.startswith("{")]

    def wait(self, condition, what, after=0):
        """The first message for which the condition holds, and how many there were up to it."""
        def found():
            for at, message in enumerate(self.told()):
                if at >= after and condition(message):
                    return message, at + 1
            return None

        try:
            return eventually(found, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; it told {self.lines}") from None

    def wait_event(self, name, condition=lambda *arguments: True, after=0):
        message, at = self.wait(
            lambda one: "event" in one and one["event"][0] == name and condition(*one["event"][1:]), f"event {name}", after
        )
        return message["event"][1:], at

    def order(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def subscribe(self, guild, **more):
        before = len(self.told())
        self.order(emit=["subscribe", {"guildIds": [guild], **more}])
        return self.wait_event("subscribed", after=before)[0][0]


class StreamTest(RuntimeTest):
    server = ""
    socketio = ""

    def setUp(self):
        super().setUp()
        self.assertIsNotNone(NODE, "node is needed: ./dev setup installs it")
        self.configure("127.0.0.1:0")
        self.runtime = self.start()
        self.address = self.listening(self.runtime)
        self.sim = self.runtime.simulator()
        self.guild = self.sim.get("state")["guilds"][0]["id"]

    def configure(self, listen):
        self.home.write_config(
            extra=f'[server]\nlisten = "{listen}"\n{self.server}\n[server.socketio]\n{self.socketio}\n{KEYS}'
        )

    def listening(self, runtime):
        runtime.wait_for_log("listening on ")
        return re.search(r"listening on (http://[0-9.:]+)", runtime.log).group(1)

    def client(self, key=DASHBOARD, path="", **options):
        field = "token" if path else "apiKey"
        return Client(self, self.address + path, auth={field: key, **options.pop("auth", {})}, **options)

    def write(self, text, user="alice"):
        self.sim.act("write", channel="general", user=user, text=text)


class Examples(StreamTest):
    """The programs of the documentation that clients were written from."""

    def test_the_complete_example_of_a_holobridge_client(self):
        program = Program(self, NODE, CLIENTS / "discord_stream.mjs", NPM, self.address, DASHBOARD, self.guild)
        program.wait_line(f"Subscribed to: {self.guild}")
        self.assertEqual(program.lines[0], "Connected!")
        self.write("hello, stream")
        program.wait_line("[alice]: hello, stream")
        message = self.sim.get("messages", channel="general")[-1]["id"]
        self.sim.act("react", channel="general", user="bob", message=message, emoji="👍")
        program.wait_line("Reaction added: 👍")
        self.sim.act("slash", channel="general", user="alice", name="anything")
        program.wait_line("Interaction: application_command")
        self.sim.act("join", user="newcomer")
        eventually(lambda: any(line.endswith(" joined!") for line in program.lines), "a member joined")
        self.runtime.end()
        eventually(lambda: any(line.startswith("Disconnected: ") for line in program.lines), "the end is told")

    def test_the_javascript_example_of_a_bridge_client(self):
        program = Program(self, NODE, CLIENTS / "chat_events.cjs", NPM, self.address, DASHBOARD)
        program.wait_line("Connection status: open")
        self.assertIn("Connected", program.lines)
        self.write("!ping é")
        program.wait_line("!ping é")
        self.assertIn(f"New message from {self.sim.ids()['general']}", program.lines)

    def test_the_python_example_of_a_bridge_client(self):
        program = Program(self, "/usr/bin/python3", CLIENTS / "chat_events.py", self.address, DASHBOARD)
        program.wait_line("Connection status: open")
        self.write("from python é")
        program.wait_line("Message: from python é")


class Transports(StreamTest):
    def check(self, transports, upgrades):
        client = self.client(transports=transports)
        first, _ = client.wait(lambda one: "open" in one, "the first transport")
        self.assertEqual(first["open"], transports[0])
        _, at = client.wait(lambda one: "connect" in one, "the connection")
        if upgrades:
            client.wait(lambda one: one.get("upgrade") == "websocket", "the upgrade")
        self.assertEqual(client.subscribe(self.guild), {"guildIds": [self.guild]})
        for number in range(20):
            self.write(f"line {number}")
        for number in range(20):
            [payload], at = client.wait_event("discord", lambda one: one["event"] == "messageCreate", at)
            self.assertEqual(payload["data"]["content"], f"line {number}")
            self.assertEqual(list(payload), ["event", "guildId", "data", "seq", "bot", "platform"])
            self.assertEqual((payload["guildId"], payload["bot"], payload["platform"]), (self.guild, "demo", "discord"))

    def test_polling(self):
        self.check(["polling"], False)

    def test_websocket(self):
        self.check(["websocket"], False)

    def test_upgrade(self):
        self.check(["polling", "websocket"], True)

    def test_python_over_each_transport(self):
        for transports in (["polling"], ["websocket"], None):
            got = []
            sio = socketio.Client(reconnection=False)
            sio.on("discord", lambda payload, got=got: got.append(payload["data"].get("content")))
            sio.connect(self.address, auth={"apiKey": DASHBOARD}, transports=transports, wait_timeout=20)
            self.assertEqual(sio.call("subscribe", {"guildIds": [self.guild, "1"]}), {"guildIds": [self.guild]})
            self.write("to python")
            eventually(lambda got=got: "to python" in got, f"the message over {transports}")
            sio.disconnect()


class Conversation(StreamTest):
    def test_wrong_keys_are_told_why(self):
        cases = (
            ({"auth": {}}, "Missing API key", None),
            ({"auth": {"apiKey": "wrong"}}, "Invalid API key", None),
            ({"auth": {"apiKey": REST}}, "Missing required scope: events", "INSUFFICIENT_SCOPE"),
        )
        for options, message, code in cases:
            client = Client(self, self.address, **options)
            refusal, _ = client.wait(lambda one: "connect_error" in one, "the refusal")
            self.assertEqual(refusal["connect_error"], message)
            self.assertEqual((refusal["data"] or {}).get("code"), code)
        client = Client(self, self.address + "/nowhere", auth={"apiKey": DASHBOARD})
        self.assertEqual(client.wait(lambda one: "connect_error" in one, "the refusal")[0]["connect_error"], "Invalid namespace")
        client = Client(self, self.address + "/api/events", auth={"apiKey": DASHBOARD})
        self.assertEqual(client.wait(lambda one: "connect_error" in one, "the refusal")[0]["connect_error"], "Missing API key")

    def test_subscribe_and_unsubscribe_with_and_without_an_answer(self):
        client = self.client()
        client.wait(lambda one: "connect" in one, "the connection")
        client.order(emit=["subscribe", {"guildIds": ["1", self.guild, "x", self.guild]}], ack=True)
        self.assertEqual(client.wait(lambda one: "ack" in one, "the answer")[0]["ack"], [{"guildIds": [self.guild] * 2}])
        client.order(emit=["unsubscribe", {"guildIds": ["1", self.guild]}])
        self.assertEqual(client.wait_event("unsubscribed")[0], [{"guildIds": ["1", self.guild]}])
        witness = self.client()
        witness.wait(lambda one: "connect" in one, "the connection")
        witness.subscribe(self.guild, events=["messageCreate"])
        self.write("unheard")
        witness.wait_event("discord")  # it has gone by
        seen = len(client.told())
        self.assertEqual(client.subscribe(self.guild, events=["messageCreate"]), {"guildIds": [self.guild], "events": ["messageCreate"]})
        self.write("heard")
        [payload], _ = client.wait_event("discord", after=seen)
        self.assertEqual(payload["data"]["content"], "heard")

    def test_the_server_outlives_every_malformed_request(self):
        client = self.client()
        client.wait(lambda one: "connect" in one, "the connection")
        wrong = [[], [None], [5], ["text"], [{}], [{"guildIds": None}], [{"guildIds": "12"}], [{"guildIds": [1]}], [[[]]]]
        for name in ("subscribe", "unsubscribe"):
            for arguments in wrong:
                seen = len(client.told())
                client.order(emit=[name, *arguments], ack=True)
                [error], _ = client.wait_event("error", after=seen)
                self.assertEqual(error["code"], "INVALID_PAYLOAD", arguments)
                answer, _ = client.wait(lambda one: "ack" in one, "the answer", seen)
                self.assertEqual(answer["ack"], [{"error": error}])
        seen = len(client.told())
        client.order(binary="subscribe")
        self.assertEqual(client.wait_event("error", after=seen)[0][0]["code"], "INVALID_PAYLOAD")
        client.order(emit=["no such event", 1])
        self.assertEqual(client.subscribe(self.guild), {"guildIds": [self.guild]})

    def test_interactions_come_twice_and_their_tokens_to_whoever_may_answer(self):
        dashboard, bot = self.client(), self.client(BOT)
        for client in (dashboard, bot):
            client.wait(lambda one: "connect" in one, "the connection")
            client.subscribe(self.guild)
        self.write("with a button")
        made = self.sim.act("component", channel="general", user="alice", custom_id="go")
        [envelope], _ = bot.wait_event("discord", lambda one: one["event"] == "interactionCreate")
        [flat], _ = bot.wait_event("interaction:create")
        self.assertEqual(envelope["data"]["token"], made["token"])
        self.assertEqual((flat["token"], flat["customId"], flat["guildId"]), (made["token"], "go", self.guild))
        self.assertEqual(list(flat), ["id", "applicationId", "type", "token", "guildId", "channelId", "user", "customId",
                                      "createdAt", "componentType"])
        [flat], _ = dashboard.wait_event("interaction:create")
        self.assertEqual(flat["token"], "")
        self.assertNotIn(made["token"], "".join(dashboard.lines))

    def test_numbers_go_on_and_clients_come_back_after_a_restart(self):
        client = self.client(transports=["websocket"])
        client.wait(lambda one: "connect" in one, "the connection")
        client.subscribe(self.guild)
        self.write("before")
        [before], at = client.wait_event("discord", lambda one: one["data"].get("content") == "before")
        self.configure(self.address.removeprefix("http://"))
        self.runtime.end()
        client.wait(lambda one: "disconnect" in one, "the loss")
        self.runtime = self.start()
        client.wait(lambda one: "connect" in one, "the connection again", at)
        self.guild = self.runtime.simulator().get("state")["guilds"][0]["id"]
        self.assertEqual(client.subscribe(self.guild), {"guildIds": [self.guild]})
        self.runtime.simulator().act("write", channel="general", user="bob", text="after")
        [after], _ = client.wait_event("discord", lambda one: one["data"].get("content") == "after")
        self.assertGreater(after["seq"], before["seq"])


class Recovery(StreamTest):
    socketio = "recovery = true"

    def test_what_was_missed_comes_to_whoever_asked_for_it(self):
        client = self.client(transports=["websocket"], auth={"recovery": True}, reconnectionDelay=1500, reconnectionDelayMax=1500)
        plain = self.client(transports=["websocket"])
        for one in (client, plain):
            one.wait(lambda told: "connect" in told, "the connection")
            one.subscribe(self.guild)
        self.write("first")
        arguments, _ = plain.wait_event("discord")
        self.assertEqual(len(arguments), 1, "no offset for a client that did not ask for recovery")
        arguments, at = client.wait_event("discord")
        self.assertEqual(len(arguments), 2)
        client.order(cut=True)
        client.wait(lambda one: "disconnect" in one, "the loss")
        for number in range(5):
            self.write(f"missed {number}")
        hello, at = client.wait(lambda one: "connect" in one, "the connection again", at)
        self.assertTrue(hello["recovered"])
        missed = lambda: [one["event"][1]["data"]["content"] for one in client.told()
                          if one.get("event", [""])[0] == "discord" and "missed" in one["event"][1]["data"].get("content", "")]
        eventually(lambda: len(missed()) == 5, "what was missed")
        self.assertEqual(missed(), [f"missed {number}" for number in range(5)])


class Revocation(StreamTest):
    def test_a_key_that_is_revoked_takes_its_sockets_along(self):
        code, text = self.control("keys", "new", "guest", "--scopes", "events")
        self.assertEqual(code, 0, text)
        secret = re.search(r"rk_\S+", text).group(0)
        guest, stays = self.client(secret), self.client()
        for client in (guest, stays):
            client.wait(lambda one: "connect" in one, "the connection")
        code, listed = self.control("keys", "list")
        self.assertEqual(code, 0, listed)
        code, text = self.control("keys", "revoke", "guest")
        self.assertEqual(code, 0, text)
        self.assertEqual(guest.wait(lambda one: "disconnect" in one, "the end")[0]["disconnect"], "io server disconnect")
        again = self.client(secret)
        self.assertEqual(again.wait(lambda one: "connect_error" in one, "the refusal")[0]["connect_error"], "Invalid API key")
        self.assertEqual(stays.subscribe(self.guild), {"guildIds": [self.guild]})


if __name__ == "__main__":
    unittest.main()
