"""Guilded: the bot API against the simulator's; the clients of people against a real socket.io 2 server (Node.js)."""

import http.server
import json
import shutil
import signal
import subprocess
import threading
import urllib.request

import platforms_test
from harness import SOURCE, RuntimeTest, cli, eventually

NODE = shutil.which("node") or shutil.which("nodejs")
NPM = SOURCE / "tests" / "integration" / "npm"

PING = """
rookery.on("messageCreate", function(ev)
    if ev.content == "!ping" then rookery.messages.send(ev.channelId, "pong") end
    if ev.content == "!edit" then
        local sent = rookery.messages.send(ev.channelId, "first")
        rookery.messages.edit(ev.channelId, sent.id, "second")
    end
    if ev.content == "!delete" then
        local sent = rookery.messages.send(ev.channelId, "gone soon")
        rookery.messages.delete(ev.channelId, sent.id)
    end
    if ev.content == "!type" then rookery.channels.typing(ev.channelId) end
end)
"""

LISTENER = PING + """
local say = rookery.log.info
rookery.on("messageCreate", function(ev)
    say("GOT [" .. ev.content .. "] late=" .. tostring(ev.late) .. " guild=" .. tostring(ev.guildId)
        .. " by=" .. tostring(ev.author.username))
end)
rookery.on("messageUpdate", function(ev) say("EDITED [" .. tostring(ev.new.content) .. "]") end)
rookery.on("messageDelete", function(ev) say("DELETED " .. ev.id) end)
rookery.on("messageReactionAdd", function(ev) say("REACTED " .. tostring(ev.reaction.emoji.id)) end)
rookery.on("guildAvailable", function(ev) say("GUILD " .. ev.id) end)
rookery.on("guildMemberAdd", function(ev) say("JOINED " .. ev.user.username) end)
rookery.on("guilded:CHANNEL_SEEN", function(ev) say("RAW " .. ev.raw.channelId) end)
"""


EVERYTHING = """
local count = 0
rookery.on("*", function(ev)
    count = count + 1
    local text = rookery.json.encode(ev)
    for at = 1, #text, 1500 do -- a line of the log is not longer than 2,000
        rookery.log.info("EV " .. ev.event .. " #" .. count .. "#" .. text:sub(at, at + 1499))
    end
end)
"""

OPERATIONS = """
local function try(what, fn, ...)
    local result, why = fn(...)
    if why then rookery.log.info("FAILED " .. what .. ": " .. tostring(why)) end
    return result
end
rookery.on("messageCreate", function(ev)
    if ev.content ~= "!all" then return end
    local c, g, u = ev.channelId, ev.guildId, ev.author.id
    local sent = try("reply", rookery.messages.reply, c, ev.id, "an answer")
    if sent.replyTo ~= ev.id then rookery.log.info("FAILED replyTo " .. tostring(sent.replyTo)) end
    if try("get", rookery.messages.get, c, sent.id).content ~= "an answer" then rookery.log.info("FAILED content") end
    if #try("list", rookery.messages.list, c) < 2 then rookery.log.info("FAILED list") end
    try("react", rookery.reactions.add, c, sent.id, "wave:90002450")
    try("unreact", rookery.reactions.remove, c, sent.id, "wave:90002450")
    try("pin", rookery.pins.add, c, sent.id)
    try("unpin", rookery.pins.remove, c, sent.id)
    if try("guild", rookery.guilds.get, g).id ~= g then rookery.log.info("FAILED guild") end
    if #try("guilds", rookery.guilds.list) < 1 then rookery.log.info("FAILED guilds") end
    if try("member", rookery.members.get, g, u).user.id ~= u then rookery.log.info("FAILED member") end
    if #try("members", rookery.members.list, g) < 2 then rookery.log.info("FAILED members") end
    if not try("user", rookery.users.get, u).username then rookery.log.info("FAILED user") end
    local role = try("role", rookery.roles.create, g, { name = "made" })
    if role.name ~= "made" then rookery.log.info("FAILED role name") end
    try("give", rookery.members.addRole, g, u, role.id)
    try("take", rookery.members.removeRole, g, u, role.id)
    try("role gone", rookery.roles.delete, g, role.id)
    try("nick", rookery.members.edit, g, u, { nick = "Al" })
    local channel = try("channel", rookery.channels.create, g, "made", { topic = "t" })
    if channel.topic ~= "t" then rookery.log.info("FAILED topic") end
    try("edit channel", rookery.channels.edit, channel.id, { name = "made2" })
    try("channel gone", rookery.channels.delete, channel.id)
    try("delete", rookery.messages.delete, c, sent.id)
    local _, why = rookery.channels.typing(c)
    rookery.log.info("TYPING " .. tostring(why))
    rookery.log.info("ALL DONE")
end)
"""


class BotTest(RuntimeTest):
    def begin(self, listener=LISTENER, simulator=""):
        self.home.script("listener", listener)
        self.home.write_config(bot='platform = "guilded"', simulator=simulator)
        runtime = self.start(ready=False)
        runtime.wait_for_log("bot demo: ready")
        return runtime

    def test_the_ping_script_of_every_platform_answers(self):
        runtime = self.begin()
        sim = runtime.simulator()
        self.assertEqual(sim.say("!ping"), "pong")
        runtime.wait_for_log("GUILD ")
        self.assertEqual(sim.say("!edit"), "first")
        runtime.wait_for_log("EDITED [second]")
        sim.say("!delete")
        runtime.wait_for_log("DELETED ")
        self.assertNotIn("gone soon", sim.messages())

    def test_what_happens_is_told_in_the_common_words(self):
        runtime = self.begin(EVERYTHING)
        runtime.wait_for_log("EV guildAvailable")
        sim = runtime.simulator()
        message = sim.post("say", channel="general", user="alice", text="hello", timeout_ms=0)["message"]
        here = {"channel": "general", "message": message}
        for act, parameters in (
            ("react", {**here, "user": "bob", "emoji": "wave"}), ("unreact", {**here, "user": "bob", "emoji": "wave"}),
            ("edit", {**here, "text": "edited"}), ("pin", here), ("delete", here),
            ("join", {"user": "zoe"}), ("nick", {"user": "bob", "nick": "Bobby"}),
            ("role_create", {"name": "crew"}), ("role_update", {"role": "crew", "name": "crew2"}),
            ("role", {"user": "bob", "role": "crew2"}), ("role_delete", {"role": "crew2"}),
            ("channel_create", {"name": "new"}), ("channel_update", {"channel": "new", "name": "new2"}),
            ("channel_delete", {"channel": "new2"}),
            ("ban", {"user": "bob"}), ("unban", {"user": "bob"}), ("kick", {"user": "zoe"}), ("guild_join", {"name": "x"}),
        ):
            sim.act(act, **parameters)
        runtime.wait_for_log("EV guildCreate")

        def told(name):
            pieces = [line.split(f"EV {name} ", 1)[1] for line in runtime.log.splitlines() if f"EV {name} #" in line]
            self.assertTrue(pieces, name)
            number = pieces[0].split("#")[1]
            return json.loads("".join(one.split("#", 2)[2] for one in pieces if one.startswith(f"#{number}#")))

        self.assertEqual(told("messageCreate")["author"]["username"], "Alice")
        self.assertEqual(told("messageUpdate")["old"]["content"], "hello")
        self.assertEqual(told("messageUpdate")["new"]["content"], "edited")
        self.assertEqual(told("messageDelete")["message"]["content"], "edited")
        self.assertEqual(told("messageReactionAdd")["reaction"]["emoji"]["name"], "wave")
        self.assertEqual(told("messageReactionRemove")["messageId"], message)
        self.assertEqual(told("channelPinsUpdate")["channelId"], told("messageCreate")["channelId"])
        self.assertEqual(told("guildMemberAdd")["user"]["username"], "zoe")
        self.assertEqual(told("guildMemberUpdate")["new"]["nickname"], "Bobby")
        self.assertEqual(told("roleCreate")["name"], "crew")
        self.assertEqual(told("roleUpdate")["new"]["name"], "crew2")
        self.assertEqual(told("roleDelete")["role"]["name"], "crew2")
        self.assertEqual(told("channelUpdate")["new"]["name"], "new2")
        self.assertEqual(told("channelDelete")["guildId"], told("messageCreate")["guildId"])
        self.assertEqual(told("guildBanAdd")["user"]["id"], told("guildBanRemove")["user"]["id"])
        self.assertEqual(told("guildMemberRemove")["member"]["nickname"], "Bobby")

    def test_operations_of_the_bot_api(self):
        runtime = self.begin(OPERATIONS)
        sim = runtime.simulator()
        sim.post("say", channel="general", user="alice", text="!all", timeout_ms=0)
        runtime.wait_for_log("ALL DONE")
        self.assertNotIn("FAILED", runtime.log)
        self.assertIn("not on guilded (flavour bot)", runtime.log)

    def test_what_was_said_during_a_cut_is_replayed_once(self):
        runtime = self.begin()
        sim = runtime.simulator()
        sim.say("!ping")
        for number in range(3):
            sim.fault("reset")
            for text in range(5):
                sim.post("say", channel="general", user="alice", text=f"cut {number} {text}", timeout_ms=0)
        for number in range(3):
            for text in range(5):
                runtime.wait_for_log(f"GOT [cut {number} {text}]")
        self.assertEqual(sim.say("!ping"), "pong")
        for number in range(3):
            for text in range(5):
                self.assertEqual(runtime.log.count(f"GOT [cut {number} {text}]"), 1)

    def test_a_cursor_that_is_too_old_is_a_gap(self):
        runtime = self.begin()
        sim = runtime.simulator()
        sim.say("!ping")
        sim.fault("invalid_cursor")
        runtime.wait_for_log("ready", count=2)
        self.assertEqual(sim.say("!ping"), "pong")

    def test_a_server_that_is_silent_is_left(self):
        runtime = self.begin(simulator='heartbeat_interval = "300ms"')
        sim = runtime.simulator()
        sim.fault("freeze")
        runtime.wait_for_log("a heartbeat had no answer")
        eventually(lambda: sim.say("!ping", timeout_ms=2000) == "pong", "an answer over a new connection")

    def test_odd_frames_do_no_harm(self):
        runtime = self.begin()
        sim = runtime.simulator()
        for kind in ("unknown_event", "unknown_opcode", "malformed", "nested", "wrong_type"):
            sim.fault(kind)
        self.assertEqual(sim.say("!ping"), "pong")

    def test_without_addresses_it_is_refused(self):
        self.home.config.write_text('[[bot]]\nname = "old"\nplatform = "guilded"\ntoken = "abc"\n')
        code, text = cli("check", self.home.config)
        self.assertNotEqual(code, 0)
        self.assertIn("Guilded has ended its service", text)


class ParkedHost:
    """What is left of a service: every path is a web page."""

    def __init__(self):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = b"<html><body>This domain is for sale</body></html>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.address = f"127.0.0.1:{self.server.server_port}"

    def end(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class GoneTest(RuntimeTest):
    def test_web_pages_instead_of_the_service_end_it_for_good(self):
        host = ParkedHost()
        self.addCleanup(host.end)
        self.home.config.write_text(
            '[runtime]\nstate = "state"\n'
            '[[bot]]\nname = "bot"\nplatform = "guilded"\ntoken = "some-token-1"\n'
            f'api_url = "http://{host.address}/api/v1"\ngateway_url = "ws://{host.address}/websocket/v1"\n'
            '[[bot]]\nname = "person"\nplatform = "guilded"\nflavour = "user"\ntoken = "some-cookie-1"\n'
            f'api_url = "http://{host.address}/api"\ngateway_url = "http://{host.address}"\n')
        runtime = self.start(ready=False)
        runtime.wait_for_log("nobody answers as Guilded there", count=2, patience=90)


class UserTest(RuntimeTest):
    """The clients of people, against the simulator's gateway."""

    def begin(self, listener=LISTENER, simulator=""):
        self.home.script("listener", listener)
        self.home.write_config(bot='platform = "guilded"\nflavour = "user"', simulator=simulator)
        runtime = self.start(ready=False)
        runtime.wait_for_log("bot demo: ready", count=2)  # the account's socket, and its team's
        return runtime

    def test_the_ping_script_of_every_platform_answers(self):
        runtime = self.begin()
        sim = runtime.simulator()
        self.assertEqual(sim.say("!ping"), "pong")
        self.assertEqual(sim.say("!edit"), "first")
        runtime.wait_for_log("EDITED [second]")
        sim.say("!delete")
        runtime.wait_for_log("DELETED ")
        runtime.wait_for_log("GUILD ")
        self.assertEqual(runtime.log.count("GOT [!ping]"), 1)

    def test_what_was_said_during_a_cut_is_fetched_once(self):
        runtime = self.begin()
        sim = runtime.simulator()
        self.assertEqual(sim.say("!ping"), "pong")
        for number in range(3):
            sim.fault("reset")
            for text in range(5):
                sim.post("say", channel="general", user="alice", text=f"cut {number} {text}", timeout_ms=0)
            for text in range(5):
                runtime.wait_for_log(f"GOT [cut {number} {text}]")
        self.assertEqual(sim.say("!ping"), "pong")
        for number in range(3):
            for text in range(5):
                self.assertEqual(runtime.log.count(f"GOT [cut {number} {text}]"), 1)

    def test_texts_of_both_sides_are_documents(self):
        runtime = self.begin(LISTENER + """
rookery.on("messageCreate", function(ev)
    if ev.content == "!rich" then rookery.messages.send(ev.channelId, "**bold** and `code`\\n> quoted") end
end)
""")
        sim = runtime.simulator()
        sim.say("!rich")
        runtime.wait_for_log("GOT [**bold** and `code`")

    def test_what_happens_is_told_in_the_common_words(self):
        runtime = self.begin(EVERYTHING)
        sim = runtime.simulator()
        message = sim.post("say", channel="general", user="alice", text="hello", timeout_ms=0)["message"]
        here = {"channel": "general", "message": message}
        for act, parameters in (
            ("react", {**here, "user": "bob", "emoji": "wave"}), ("unreact", {**here, "user": "bob", "emoji": "wave"}),
            ("edit", {**here, "text": "edited"}), ("pin", here), ("delete", here), ("typing", {"user": "alice", "channel": "general"}),
            ("join", {"user": "zoe"}), ("nick", {"user": "bob", "nick": "Bobby"}), ("role_create", {"name": "crew"}),
            ("channel_create", {"name": "new"}), ("channel_update", {"channel": "new", "name": "new2"}),
            ("channel_delete", {"channel": "new2"}), ("kick", {"user": "zoe"}),
        ):
            sim.act(act, **parameters)
        for name in ("messageCreate", "messageReactionAdd", "messageReactionRemove", "messageUpdate", "channelPinsUpdate",
                     "messageDelete", "typingStart", "guildMemberAdd", "guildMemberUpdate", "channelCreate", "channelUpdate",
                     "channelDelete", "guildMemberRemove"):
            runtime.wait_for_log(f"EV {name} #")


class UserDeliveryTest(platforms_test.Guilded):
    """The same for the clients of people: nothing is repeated by the server, so it is fetched."""

    shards = 2  # the account's, and its team's

    def simulator_outside(self, *arguments):
        sim, _, where = super().simulator_outside(*arguments)
        bot = (f'platform = "guilded"\nflavour = "user"\ntoken = "{where["token"]}"\nclient_id = "{where["user_session"]}"\n'
               f'api_url = "{where["user_api_url"]}"\ngateway_url = "{where["user_gateway_url"]}"\n')
        return sim, bot, where

    def configure(self, bot="", extra="", outside=False):
        super().configure(bot or 'platform = "guilded"\nflavour = "user"', extra, outside)


class Gateway:
    """tests/integration/npm/guilded_gateway.cjs: the user gateway and API on socket.io 2 for Node.js."""

    def __init__(self):
        self.process = subprocess.Popen(
            [NODE, "guilded_gateway.cjs"], cwd=NPM, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            raise AssertionError(f"the gateway did not start: {line}{self.process.stdout.read()}")
        self.port = int(line)

    def control(self, what, **wish):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/control/{what}", data=json.dumps(wish).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def say(self, identity, text, **more):
        return self.control("say", id=identity, text=text, **more)

    def end(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class RealUserGatewayTest(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.gateway = Gateway()
        self.addCleanup(self.gateway.end)

    def begin(self, token="session-cookie-1234"):
        self.home.script("listener", LISTENER)
        self.home.config.write_text(
            '[runtime]\nstate = "state"\n[[bot]]\nname = "person"\nplatform = "guilded"\nflavour = "user"\n'
            f'token = "{token}"\nclient_id = "client-1"\n'
            f'api_url = "http://127.0.0.1:{self.gateway.port}/api"\n'
            f'gateway_url = "http://127.0.0.1:{self.gateway.port}"\n'
            '[scripts]\ndir = "scripts"\n')
        return self.start(ready=False)

    def connected(self):
        """The account's socket and that of its one team."""
        eventually(lambda: len(self.gateway.control("sockets")["open"]) == 2, "both sockets")

    def test_the_ping_script_answers_and_both_sockets_are_one_source(self):
        runtime = self.begin()
        self.connected()
        self.gateway.say("00000000-0000-4000-8000-000000000001", "!ping", both=True)
        eventually(lambda: "pong" in json.dumps(self.gateway.control("sent")), "the answer")
        runtime.wait_for_log("GOT [pong]")
        sent = self.gateway.control("sent")["messages"]
        self.assertEqual(len(sent), 1)
        self.assertEqual(runtime.log.count("GOT [!ping]"), 1)
        self.gateway.say("00000000-0000-4000-8000-000000000002", "!type")
        eventually(lambda: self.gateway.control("sent")["typing"] == ["channel-1"], "typing")
        self.gateway.say("00000000-0000-4000-8000-000000000003", "!edit")
        runtime.wait_for_log("EDITED [second]")
        self.gateway.control("emit", team=True, name="TeamMemberJoined", payload={
            "teamId": "team0001", "user": {"id": "user0002", "name": "Kim"}})
        runtime.wait_for_log("JOINED Kim")
        self.gateway.control("emit", name="ChannelSeen", payload={"channelId": "channel-1"})
        runtime.wait_for_log("RAW channel-1")

    def test_what_was_missed_is_fetched_and_late(self):
        runtime = self.begin()
        self.connected()
        self.gateway.say("00000000-0000-4000-8000-000000000001", "before")
        runtime.wait_for_log("GOT [before] late=false")
        self.gateway.control("cut")
        self.gateway.say("00000000-0000-4000-8000-000000000002", "meanwhile", silent=True)
        runtime.wait_for_log("GOT [meanwhile] late=true")
        self.connected()
        self.gateway.say("00000000-0000-4000-8000-000000000003", "after", both=True)
        runtime.wait_for_log("GOT [after] late=false")
        for text in ("before", "meanwhile", "after"):
            self.assertEqual(runtime.log.count(f"GOT [{text}]"), 1)

    def test_a_fetch_that_failed_is_made_again_whatever_came_since(self):
        runtime = self.begin()
        self.connected()
        self.gateway.say("00000000-0000-4000-8000-000000000001", "before")
        runtime.wait_for_log("GOT [before] late=false")
        self.gateway.control("fail", on=True)
        self.gateway.control("cut")
        for number in range(150):  # more than one answer holds
            self.gateway.say(f"00000000-0000-4000-8000-000000001{number:03}", f"meanwhile {number}", silent=True)
        runtime.wait_for_log("what was missed in a channel cannot be fetched")
        self.connected()
        self.gateway.say("00000000-0000-4000-8000-000000000002", "after")
        runtime.wait_for_log("GOT [after] late=false")
        self.gateway.control("fail", on=False)
        runtime.wait_for_log("GOT [meanwhile 149] late=true")
        for number in range(150):
            self.assertEqual(runtime.log.count(f"GOT [meanwhile {number}]"), 1)
        self.assertEqual(runtime.log.count("GOT [after]"), 1)

    def test_what_a_person_wrote_while_nothing_ran_is_fetched(self):
        runtime = self.begin()
        self.connected()
        self.gateway.say("00000000-0000-4000-8000-000000000001", "before")
        runtime.wait_for_log("GOT [before] late=false")
        self.assertEqual(runtime.end(signal.SIGINT), 0)
        self.gateway.say("00000000-0000-4000-8000-000000000002", "in private", silent=True, channel="direct-1")
        again = self.start(ready=False)
        again.wait_for_log("GOT [in private] late=true")
        self.assertEqual(again.log.count("GOT [before]"), 0)

    def test_heartbeats_without_an_answer_end_the_connection(self):
        runtime = self.begin()
        self.connected()
        before = self.gateway.control("sockets")["connects"]
        self.gateway.control("mute")
        eventually(lambda: self.gateway.control("sockets")["connects"] > before, "another connection")
        self.connected()
        self.gateway.say("00000000-0000-4000-8000-000000000009", "again")
        runtime.wait_for_log("GOT [again]")

    def test_a_refused_session_is_final(self):
        runtime = self.begin(token="wrong-cookie")
        runtime.wait_for_log("the session was refused")

    def test_a_team_that_is_joined_has_a_socket_until_it_is_left(self):
        self.begin()
        self.connected()
        self.gateway.control("emit", name="USER_TEAMS_UPDATED", payload={"teamId": "team0002"})
        eventually(lambda: "team0002" in self.gateway.control("sockets")["open"], "a socket for the new team")
        self.gateway.control("emit", name="USER_TEAMS_UPDATED", payload={"teamId": "team0002", "isRemoved": True})
        eventually(lambda: "team0002" not in self.gateway.control("sockets")["open"], "the end of that socket")
        self.connected()

    def test_a_document_nested_a_thousand_deep_is_told_as_such(self):
        runtime = self.begin()
        self.connected()
        self.gateway.control("deep", depth=1000)
        runtime.wait_for_log("[nested too deeply]")
        self.gateway.say("00000000-0000-4000-8000-000000000004", "still here")
        runtime.wait_for_log("GOT [still here]")
