"""What extensions serve: routes, namespaces, sessions; over reloads, beside a runaway, without a key."""

import http.client
import json
import re
import threading
import time
import unittest

from harness import RuntimeTest, eventually

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
"""
OWN = "the-key-of-the-notes-script"

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


class Serving(RuntimeTest):
    def serve(self, **scripts):
        self.home.write_config(extra=KEYS)
        for name, text in scripts.items():
            self.home.script(name, text)
        runtime = self.start()
        port = re.search(r"listening on http://127\.0\.0\.1:(\d+)", runtime.log)
        self.port = int(port.group(1))
        return runtime

    def ask(self, method, path, key=None, body=None, connection=None):
        """Status, headers, body as JSON or text."""
        link = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"X-API-Key": key} if key else {}
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
