"""What extensions serve: routes, namespaces, sessions; over reloads, beside a runaway, without a key."""

import http.client
import json
import pathlib
import re
import shutil
import subprocess
import threading
import time
import unittest

import engineio
import socketio

from harness import SOURCE, RuntimeTest, eventually

NODE = shutil.which("node") or shutil.which("nodejs")
CLIENTS = pathlib.Path(SOURCE) / "tests/integration/npm"

KEYS = """
[server]
listen = "127.0.0.1:0"
rate_limit = "none"
address_rate_limit = "none"
[[server.key]]
id = "own"
key = "the-key-of-the-notes-script"
scopes = ["plugin:notes"]
[[server.key]]
id = "other"
key = "a-key-for-something-else-here"
scopes = ["read:guilds"]
[[server.key]]
id = "echo"
key = "the-key-of-the-echo-plugin"
scopes = ["plugin:echo"]
[[server.key]]
id = "admin"
key = "the-key-of-whoever-may-all"
scopes = ["admin"]
"""
OWN = "the-key-of-the-notes-script"
ADMIN = "the-key-of-whoever-may-all"
ECHO = "the-key-of-the-echo-plugin"

NOTES = """
local rookery = require "rookery"
local notes = {}
rookery.server.route("GET", "/notes/:id", { doc = "One note." }, function(request)
    local note = notes[request.params.id]
    if not note then return 404, { error = "no such note" } end
    return { id = request.params.id, text = note, by = request.key.id }
end)
rookery.server.route("POST", "/notes", { body_limit = 1000 }, function(request)
    local given, problem = request:json()
    if not given then return 400, { error = problem } end
    rookery.sleep(0.01)
    notes[given.id] = given.text
    return 201, { id = given.id }, { Location = "/api/plugins/notes/notes/" .. given.id }
end)
rookery.server.route("GET", "/version", { auth = "none" }, function() return "version 1" end)
rookery.server.route("GET", "/slow", { auth = "none", timeout = 0.2 }, function() rookery.sleep(60) end)
rookery.server.route("GET", "/fails", { auth = "none" }, function() error("on purpose") end)
rookery.server.route("GET", "/nothing", { auth = "none" }, function() end)
rookery.save(function() return notes end)
rookery.load(function(saved) notes = saved end)
"""

CHAT = """
local rookery = require "rookery"
local chat = rookery.server.namespace("/chat", { auth = function(auth)
    if type(auth.name) ~= "string" then return nil, "say your name", { code = "NAME" } end
    rookery.sleep(0.01)
    return { name = auth.name }
end })
local joined = 0
chat:on_connect(function(socket, auth)
    joined = joined + 1
    socket:join("hall")
    socket:emit("welcome", { you = socket.who.name, asked = auth.name, kept = socket.kept, rooms = socket.rooms })
end)
chat:on("say", function(socket, text, data)
    return chat:to("hall"):except(socket):emit("said", socket.who.name, text, data)
end)
chat:on("bytes", function(socket, bytes)
    return rookery.server.is_binary(bytes), rookery.server.binary(bytes.data:reverse()), { nested = bytes }
end)
chat:on("ask me", function(socket)
    rookery.spawn(function()
        socket:emit("answer", socket:timeout(5):call("question", "why", rookery.server.binary("\\0\\1")))
        socket:emit("silence", socket:timeout(0.05):call("ignored"))
    end)
end)
chat:on("away", function(socket) socket:disconnect() end)
chat:on("boom", function() error("on purpose") end)
chat:on_disconnect(function(socket, reason) print("left:", socket.who.name, reason) end)
rookery.server.route("GET", "/count", { auth = "none" }, function() return { joined = joined, there = #chat:sockets() } end)
"""


class Client:
    """python3-socketio in one namespace, with what it has heard."""

    refused = []  # what any of them was told when it was not let in

    def __init__(self, test, namespace, auth=None, transports=("websocket",)):
        self.io = socketio.Client(reconnection=False)
        self.heard = []
        self.namespace = namespace
        self.io.on("*", namespace=namespace)(lambda event, *args: self.heard.append((event, *args)))
        for event in ("welcome", "said", "answer", "silence"):
            self.io.on(event, lambda *args, event=event: self.heard.append((event, *args)), namespace=namespace)
        self.io.on("question", self.question, namespace=namespace)
        # Python's client acknowledges whatever no handler takes: silence has to be made.
        self.io.on("ignored", lambda *_: time.sleep(1), namespace=namespace)
        self.io.on("connect_error", Client.refused.append, namespace=namespace)
        test.addCleanup(self.io.disconnect)
        self.io.connect(f"http://127.0.0.1:{test.port}", auth=auth, namespaces=[namespace], transports=list(transports))

    @staticmethod
    def question(text, data):
        return ("because", text, data)

    def call(self, event, *args):
        return self.io.call(event, args, namespace=self.namespace, timeout=10)

    def emit(self, event, *args):
        self.io.emit(event, args, namespace=self.namespace)

    def wait_for(self, event):
        return eventually(lambda: next((line for line in self.heard if line[0] == event), None), event, 10)


class Serving(RuntimeTest):
    def serve(self, **scripts):
        self.home.write_config(extra=KEYS)
        for name, text in scripts.items():
            self.home.script(name, text)
        runtime = self.start()
        port = re.search(r"listening on http://127\.0\.0\.1:(\d+)", runtime.log)
        self.port = int(port.group(1))
        return runtime

    def ask(self, method, path, key=None, body=None, connection=None, headers=None):
        """Status, headers, body as JSON or text."""
        link = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {**(headers or {}), **({"X-API-Key": key} if key else {})}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        link.request(method, path, body=body, headers=headers)
        answer = link.getresponse()
        raw = answer.read()
        if connection is None:
            link.close()
        is_json = "json" in (answer.headers.get("Content-Type") or "")
        return answer.status, answer.headers, json.loads(raw) if is_json else raw.decode()

    def code(self, *arguments, **options):
        status, _, body = self.ask(*arguments, **options)
        return status, body["code"]

    def test_routes_answer_below_the_scripts_prefix(self):
        self.serve(notes=NOTES)
        status, headers, body = self.ask("POST", "/api/plugins/notes/notes", OWN, {"id": "a/b", "text": "über"})
        self.assertEqual((status, body), (201, {"id": "a/b"}))
        self.assertEqual(headers["Location"], "/api/plugins/notes/notes/a/b")
        status, headers, body = self.ask("GET", "/api/plugins/notes/notes/a%2Fb", OWN)
        self.assertEqual((status, body), (200, {"id": "a/b", "text": "über", "by": "own"}))
        self.assertTrue(headers["X-Request-Id"])
        self.assertEqual(self.ask("GET", "/api/plugins/notes/notes/none", OWN)[0], 404)
        self.assertEqual(self.ask("GET", "/api/plugins/notes/version")[2], "version 1")
        self.assertEqual(self.ask("GET", "/api/plugins/notes/nothing")[0], 204)

    def test_what_is_not_allowed_or_fails_is_refused_in_the_usual_form(self):
        runtime = self.serve(notes=NOTES)
        self.assertEqual(self.code("GET", "/api/plugins/notes/notes/a"), (401, "MISSING_API_KEY"))
        self.assertEqual(self.code("GET", "/api/plugins/notes/notes/a", "wrong"), (401, "INVALID_API_KEY"))
        self.assertEqual(
            self.code("GET", "/api/plugins/notes/notes/a", "a-key-for-something-else-here"), (403, "INSUFFICIENT_SCOPE")
        )
        self.assertEqual(self.code("GET", "/api/plugins/notes/none"), (404, "NOT_FOUND"))
        self.assertEqual(self.code("GET", "/api/plugins/nobody/none"), (404, "NOT_FOUND"))
        self.assertEqual(self.code("DELETE", "/api/plugins/notes/version"), (405, "METHOD_NOT_ALLOWED"))
        self.assertEqual(self.ask("POST", "/api/plugins/notes/notes", OWN, b"x" * 1001)[0], 413)
        self.assertEqual(self.ask("POST", "/api/plugins/notes/notes", OWN, b"not json")[0], 400)
        status, _, body = self.ask("GET", "/api/plugins/notes/fails")
        self.assertEqual(
            (status, body),
            (500, {"success": False, "error": "Internal plugin error", "code": "PLUGIN_ERROR", "plugin": "notes"}),
        )
        self.assertIn("on purpose", runtime.log)
        self.assertEqual(self.code("GET", "/api/plugins/notes/slow"), (504, "PLUGIN_TIMEOUT"))

    def test_a_reload_under_requests_loses_none(self):
        runtime = self.serve(notes=NOTES)
        done, failures, over = [], [], threading.Event()

        def client(number):
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            count = 0
            while not over.is_set():
                name = f"{number}-{count}"
                try:
                    status, _, body = self.ask("POST", "/api/plugins/notes/notes", OWN, {"id": name, "text": name}, link)
                except Exception as error:  # whatever a client may see is a failure here
                    failures.append(repr(error))
                    link.close()
                    continue
                if status != 201:
                    failures.append((status, body))
                done.append(name)
                count += 1
            link.close()

        clients = [threading.Thread(target=client, args=(number,)) for number in range(8)]
        for thread in clients:
            thread.start()
        path = self.home.path / "scripts" / "notes.lua"
        for version in range(2, 7):
            before = len(done)
            eventually(lambda mark=before: len(done) > mark + 20, "requests between the reloads")
            path.write_text(NOTES.replace("version 1", f"version {version}"))
            code, text = self.control("reload")
            self.assertEqual(code, 0, text)
            self.assertEqual(self.ask("GET", "/api/plugins/notes/version")[2], f"version {version}")
        over.set()
        for thread in clients:
            thread.join()
        self.assertEqual(failures, [])
        # What one version took is with the next.
        for name in done[:: max(1, len(done) // 50)]:
            self.assertEqual(self.ask("GET", f"/api/plugins/notes/notes/{name}", OWN)[0], 200, name)
        self.assertEqual(runtime.log.count("lost 0"), 5)

    def test_only_a_runaway_itself_suffers(self):
        runaway = """
            local rookery = require "rookery"
            rookery.server.route("GET", "/spin", { auth = "none" }, function() while true do end end)
            rookery.server.route("GET", "/ok", { auth = "none" }, function() return "ok" end)
        """
        runtime = self.serve(notes=NOTES, runaway=runaway)
        spun = []
        thread = threading.Thread(target=lambda: spun.append(self.code("GET", "/api/plugins/runaway/spin")))
        thread.start()
        slowest = 0.0
        while thread.is_alive():
            begun = time.monotonic()
            self.assertEqual(self.ask("GET", "/api/plugins/notes/version")[2], "version 1")
            slowest = max(slowest, time.monotonic() - begun)
        thread.join()
        self.assertEqual(spun, [(500, "PLUGIN_ERROR")])
        runtime.wait_for_log("started afresh")
        self.assertEqual(self.ask("GET", "/api/plugins/runaway/ok")[2], "ok")

    def test_a_namespace_of_a_script(self):
        runtime = self.serve(chat=CHAT)
        ann = Client(self, "/chat", {"name": "ann"})
        self.assertEqual(
            ann.wait_for("welcome")[1], {"you": "ann", "asked": "ann", "kept": False, "rooms": {"hall": True}}
        )
        bob = Client(self, "/chat", {"name": "bob"}, ("polling",))
        bob.wait_for("welcome")
        self.assertEqual(ann.call("say", "hello", b"\x00\xff"), True)
        self.assertEqual(bob.wait_for("said"), ("said", "ann", "hello", b"\x00\xff"))
        self.assertFalse([line for line in ann.heard if line[0] == "said"])
        self.assertEqual(bob.call("bytes", b"abc"), (True, b"cba", {"nested": b"abc"}))
        ann.emit("ask me")
        self.assertEqual(ann.wait_for("answer"), ("answer", "because", "why", b"\x00\x01"))
        self.assertEqual(ann.wait_for("silence")[3], "timeout")
        bob.emit("boom")
        runtime.wait_for_log("on purpose")
        bob.emit("away")
        runtime.wait_for_log("left: bob server namespace disconnect")
        self.assertEqual(self.ask("GET", "/api/plugins/chat/count")[2], {"joined": 2, "there": 1})
        with self.assertRaises(socketio.exceptions.ConnectionError):
            Client(self, "/chat", {})

    def test_sockets_stay_over_a_reload(self):
        self.serve(chat=CHAT)
        ann = Client(self, "/chat", {"name": "ann"})
        ann.wait_for("welcome")
        ann.heard.clear()
        (self.home.path / "scripts" / "chat.lua").write_text(CHAT + "-- changed\n")
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        self.assertEqual(ann.wait_for("welcome")[1]["kept"], True)
        self.assertEqual(ann.call("bytes", b"x")[0], True)
        self.assertEqual(self.ask("GET", "/api/plugins/chat/count")[2], {"joined": 1, "there": 1})
        code, text = self.control("disable", "chat")
        self.assertEqual(code, 0, text)
        eventually(lambda: not ann.io.connected or "/chat" not in ann.io.namespaces, "the socket is sent away")

    def test_a_namespace_that_asks_for_a_key(self):
        self.serve(notes='require("rookery").server.namespace("/notes"):on("ping", function(socket) return socket.key.id end)')
        self.assertEqual(Client(self, "/notes", {"apiKey": OWN}).call("ping"), "own")
        for auth, text in (({}, "Missing API key"), ({"token": "wrong"}, "Invalid API key")):
            with self.assertRaises(socketio.exceptions.ConnectionError):
                Client(self, "/notes", auth)
            self.assertEqual(Client.refused.pop(), {"message": text})

    def test_the_echo_over_socketio_with_python(self):
        self.serve(echo_socketio=(SOURCE / "scripts/echo_socketio.lua").read_text())
        client = Client(self, "/echo")
        self.assertEqual(client.call("any", 1, "zwei", b"3"), (1, "zwei", b"3"))
        self.assertEqual(client.wait_for("any"), ("any", 1, "zwei", b"3"))

    def test_the_echo_over_bare_engineio(self):
        runtime = self.serve(echo_engineio=(SOURCE / "scripts/echo_engineio.lua").read_text())
        # engineio's polling client sends text in Latin-1.
        for transports, text in ((["websocket"], "hällo"), (["polling"], "hello")):
            heard = []
            client = engineio.Client()
            client.on("message", heard.append)
            self.addCleanup(client.disconnect)
            client.connect(f"http://127.0.0.1:{self.port}", transports=transports, engineio_path="echo.io")
            client.send(text)
            client.send(b"\x00\x01")
            eventually(lambda got=heard, sent=text: got == [sent, b"\x00\x01"], f"both come back over {transports}", 10)
        code, text = self.control("disable", "echo_engineio")
        self.assertEqual(code, 0, text)
        self.assertEqual(self.ask("GET", "/echo.io/?EIO=4&transport=polling")[0], 404)
        self.assertNotIn("internal error", runtime.log)

    def test_paths_that_could_be_written_otherwise_are_refused(self):
        runtime = self.serve(odd="""
            local rookery = require "rookery"
            for _, path in ipairs { "/%zz/", "/%61pi/", "/a/../b/", "/a/./b/", "//a/" } do
                print(path, pcall(rookery.server.engine, path, { on_message = function() end }))
            end
            rookery.server.route("GET", "/there", { auth = "none" }, function() return "yes" end)
        """)
        for path in ("/%zz/", "/%61pi/", "/a/../b/", "/a/./b/", "//a/"):
            self.assertRegex(runtime.log, re.escape(path) + r"\s+(false|true\s+nil)\b.*path")
        self.assertEqual(self.ask("GET", "/api/plugins/odd/there")[2], "yes")

    def test_the_secrets_of_keys_stay_with_the_server(self):
        self.serve(peek="""
            local rookery = require "rookery"
            rookery.server.route("GET", "/mine", function(request) return request.headers end)
            rookery.server.namespace("/peek"):on_connect(function(socket, auth)
                socket:emit("welcome", auth, socket.handshake and socket.handshake.headers)
            end)
        """)
        headers = {"Authorization": "Bearer " + ADMIN, "X-Seen": "yes"}
        status, _, seen = self.ask("GET", "/api/plugins/peek/mine", headers=headers)
        self.assertEqual((status, seen.get("x-seen"), ADMIN in json.dumps(seen)), (200, "yes", False))
        client = Client(self, "/peek", {"apiKey": ADMIN, "name": "ann"})
        self.assertEqual(client.wait_for("welcome")[1], {"name": "ann"})

    def test_a_plugin_serves(self):
        self.home.plugin("echo")
        runtime = self.serve()
        self.assertEqual(self.ask("POST", "/api/plugins/echo/xxx", body=b"ab")[::2], (200, "ababab"))
        self.assertEqual(self.code("GET", "/api/plugins/echo/whoami", OWN), (403, "INSUFFICIENT_SCOPE"))
        self.assertEqual(self.ask("GET", "/api/plugins/echo/whoami", ECHO)[::2], (200, "echo"))
        self.assertEqual(self.code("GET", "/api/plugins/echo/fails"), (500, "PLUGIN_ERROR"))
        runtime.wait_for_log("on purpose")
        client = Client(self, "/plugin-echo")
        self.assertEqual(client.call("any", 1, b"2"), (1, b"2"))
        heard = []
        session = engineio.Client()
        session.on("message", heard.append)
        self.addCleanup(session.disconnect)
        session.connect(f"http://127.0.0.1:{self.port}", engineio_path="plugin-echo.io")
        session.send("text")
        session.send(b"\x00")
        eventually(lambda: len(heard) == 2, "both come back", 10)
        self.assertEqual(heard, ["text", b"\x00"])
        code, text = self.control("reload", "echo")
        self.assertEqual(code, 0, text)
        self.assertEqual(client.call("any", 3), 3)
        session.send("still there")
        eventually(lambda: heard[2:] == ["still there"], "the session has stayed", 10)
        code, text = self.control("disable", "echo")
        self.assertEqual(code, 0, text)
        self.assertEqual(self.ask("POST", "/api/plugins/echo/x", body=b"")[0], 404)

    @unittest.skipUnless(NODE and (CLIENTS / "node_modules/socket.io-client").is_dir(), "needs the npm clients")
    def test_both_echos_with_npms_clients(self):
        self.serve(
            echo_socketio=(SOURCE / "scripts/echo_socketio.lua").read_text(),
            echo_engineio=(SOURCE / "scripts/echo_engineio.lua").read_text(),
        )
        done = subprocess.run(
            [NODE, "echo_client.mjs", f"http://127.0.0.1:{self.port}"],
            cwd=CLIENTS, capture_output=True, text=True, timeout=60, check=False,
        )
        self.assertEqual(done.stdout.split(), ["socket.io", "ok", "engine.io", "ok"], done.stdout + done.stderr)

    def test_what_a_script_serves_goes_with_it(self):
        self.serve(notes=NOTES)
        self.assertEqual(self.ask("GET", "/api/plugins/notes/version")[0], 200)
        code, text = self.control("disable", "notes")
        self.assertEqual(code, 0, text)
        self.assertEqual(self.code("GET", "/api/plugins/notes/version"), (404, "NOT_FOUND"))

    def test_without_a_server_the_script_is_told_what_to_add(self):
        self.home.script("notes", NOTES)
        runtime = self.start()
        runtime.wait_for_log("[server] listen =")


if __name__ == "__main__":
    unittest.main()
