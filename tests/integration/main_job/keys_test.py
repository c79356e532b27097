"""Keys of clients, and what the server says of the process, through the real binary."""

import http.client
import json
import re
import time

from harness import RuntimeTest, eventually

SECTION = '[server]\nlisten = "127.0.0.1:0"\n'
CHOSEN = "a-key-that-somebody-chose"
KEY = f'[[server.key]]\nid = "given"\nkey = "{CHOSEN}"\nscopes = ["{{}}"]\n'
ANSWERS = 'rookery.on("messageCreate", function(event) end)\n'

SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)$')


def read_metrics(text):
    """Values by name and labels; a fault of the form is an assertion."""
    assert text.endswith("\n")
    values, types, helps, family = {}, {}, set(), None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name = line.split(" ", 3)[2]
            assert name not in helps, f"a second HELP: {line}"
            helps.add(name)
        elif line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert family not in types, f"a family in two places: {line}"
            assert kind in ("counter", "gauge", "histogram"), line
            types[family] = kind
        else:
            found = SAMPLE.match(line)
            assert found, f"no sample: {line}"
            name, labels, value = found.groups()
            ends = ("_bucket", "_sum", "_count") if types[family] == "histogram" else ("",)
            assert name in {family + end for end in ends}, f"outside of its family: {line}"
            assert (name, labels) not in values, f"twice: {line}"
            values[name, labels] = float(value)
    assert all(name in helps for name in types if name.startswith("rookery_"))
    return {name + (labels or ""): value for (name, labels), value in values.items()}


class KeysTest(RuntimeTest):
    def serve(self, extra="", **sections):
        self.home.write_config(extra=SECTION + extra, **sections)
        self.home.config.chmod(0o600)
        self.runtime = self.start()
        return self.runtime

    def get(self, path, key=None, method="GET", **headers):
        host, port = re.search(r"listening on https?://([^:]+):(\d+)", self.runtime.log).groups()
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        if key is not None:
            headers["X-API-Key"] = key
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def code_of(self, key, path="/api/guilds"):
        status, _, body = self.get(path, key)
        return (status, json.loads(body).get("code"))

    def made(self, name, *arguments):
        code, text = self.control("keys", "new", name, "--json", *arguments)
        self.assertEqual(code, 0, text)
        return json.loads(text)["key"]

    def listed(self, key_id):
        code, text = self.control("keys", "list", "--json")
        self.assertEqual(code, 0, text)
        return next(key for key in json.loads(text) if key["id"] == key_id)

    def test_key_works_at_once_until_it_is_revoked(self):
        runtime = self.serve()
        secret = self.made("dashboard", "--scopes", "read:guilds")
        self.assertEqual(eventually(lambda: self.get("/api/guilds", secret)[0] == 200, "the key is known"), True)
        listed = self.listed("dashboard")
        self.assertGreaterEqual(listed["requests"], 1)
        self.assertIsNotNone(listed["lastUsed"])
        code, text = self.control("keys", "revoke", "dashboard")
        self.assertEqual(code, 0, text)
        eventually(lambda: self.code_of(secret) == (401, "REVOKED_API_KEY"), "the key is refused")
        self.assertEqual(self.listed("dashboard")["state"], "revoked")
        self.assertNotIn(secret, runtime.log)
        self.assertNotIn(secret.rsplit("_", 1)[1], (self.home.path / "state" / "keys.json").read_text())
        self.assertEqual((self.home.path / "state" / "keys.json").stat().st_mode & 0o777, 0o600)

    def test_keys_made_while_nothing_runs_are_known_at_the_start(self):
        self.home.write_config(extra=SECTION)
        secret = None
        code, text = self.control("keys", "new", "early", "--scopes", "read:guilds", "--json")
        self.assertEqual(code, 0, text)
        secret = json.loads(text[text.index("{") :])["key"]
        self.serve()
        self.assertEqual(self.get("/api/guilds", secret)[0], 200)

    def test_missing_wrong_and_expired_keys(self):
        self.serve()
        self.assertEqual(self.code_of(None), (401, "MISSING_API_KEY"))
        self.assertEqual(self.code_of("wrong"), (401, "INVALID_API_KEY"))
        secret = self.made("short", "--scopes", "read:guilds", "--expires", "1s")
        eventually(lambda: self.code_of(secret) == (401, "EXPIRED_API_KEY"), "the key has expired")

    def test_scope_that_is_missing(self):
        self.serve(KEY.format("read:messages"))
        status, _, body = self.get("/api/guilds", CHOSEN)
        self.assertEqual(status, 403)
        answer = json.loads(body)
        self.assertEqual(answer["code"], "INSUFFICIENT_SCOPE")
        self.assertEqual(answer["required"], ["read:guilds"])
        self.assertEqual(answer["granted"], ["read:messages"])

    def test_compat_enforces_no_scope(self):
        self.serve('compat = "holobridge"\n' + KEY.format("read:messages"))
        self.assertEqual(self.get("/api/guilds", CHOSEN)[0], 200)

    def test_rate_of_a_key(self):
        self.serve('rate_limit = "2/m"\n' + KEY.format("read:guilds"))
        remaining = [self.get("/api/guilds", CHOSEN)[1]["X-RateLimit-Remaining"] for _ in range(2)]
        self.assertEqual(remaining, ["1", "0"])
        status, headers, body = self.get("/api/guilds", CHOSEN)
        self.assertEqual(status, 429)
        answer = json.loads(body)
        self.assertEqual(list(answer), ["success", "error", "code", "retryAfter"])
        self.assertEqual(answer["code"], "RATE_LIMITED")
        self.assertEqual(int(headers["Retry-After"]), answer["retryAfter"])
        self.assertGreaterEqual(int(headers["X-RateLimit-Reset"]), int(time.time()))

    def test_reload_takes_up_keys_of_the_config(self):
        runtime = self.serve(KEY.format("read:messages"))
        self.assertEqual(self.get("/api/guilds", CHOSEN)[0], 403)
        self.home.write_config(extra=SECTION + KEY.format("read:guilds"))
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        self.assertEqual(self.get("/api/guilds", CHOSEN)[0], 200)
        self.assertNotIn(CHOSEN, runtime.log)

    def test_wrong_arguments_are_told(self):
        self.serve()
        for arguments, text in (
            (("new", "a"), "a key needs scopes"),
            (("new", "a", "--scopes", "read:guild"), 'did you mean "read:guilds"?'),
            (("new", "a", "--scopes", "events", "--guilds", "x/y"), "expected ids of guilds"),
            (("new", "a", "--scopes", "events", "--expires", "soon"), "--expires: expected"),
            (("revoke", "nobody"), "there is no such key"),
        ):
            code, said = self.control("keys", *arguments)
            self.assertEqual(code, 1, said)
            self.assertIn(text, said)

    def test_health_is_everybody_s(self):
        self.serve()
        for path in ("/healthz", "/health"):
            status, _, body = self.get(path)
            self.assertEqual(status, 200)
            self.assertEqual(json.loads(body)["status"], "ok")

    def test_bot_whose_link_is_down_makes_the_process_not_ready(self):
        self.home.script("quiet", ANSWERS)
        runtime = self.serve()
        eventually(lambda: self.get("/readyz")[0] == 200, "ready")
        parts = json.loads(self.get("/readyz")[2])["parts"]
        self.assertEqual([(p["kind"], p.get("name")) for p in parts],
                         [("process", None), ("bot", "demo"), ("script", "quiet"), ("store", None)])
        runtime.simulator().fault("refuse_upgrade", count=1000)
        runtime.simulator().fault("reset")
        eventually(lambda: self.get("/readyz")[0] == 503, "not ready")
        status, _, body = self.get("/readyz", Accept="text/plain")
        self.assertEqual(status, 503)
        self.assertTrue(body.startswith("not ready\n"))
        self.assertRegex(body, r"(?m)^bot demo: \w+: .+$")
        # Who asks through a proxy is a stranger, and gets the verdict alone.
        headers = {"X-Forwarded-For": "192.0.2.1"}
        self.assertEqual(json.loads(self.get("/readyz", **headers)[2]), {"status": "not ready"})
        runtime.simulator().fault("refuse_upgrade", count=0)
        eventually(lambda: self.get("/readyz")[0] == 200, "ready again", 60)

    def test_script_that_failed_makes_the_process_not_ready(self):
        self.home.script("broken", "error('no')\n")
        self.serve()
        eventually(lambda: self.get("/readyz")[0] == 503, "not ready")
        part = next(p for p in json.loads(self.get("/readyz")[2])["parts"] if p["kind"] == "script")
        self.assertFalse(part["ready"])
        self.assertIn("no", part["reason"])

    def test_metrics_are_in_due_form_and_count(self):
        self.home.script("quiet", ANSWERS)
        runtime = self.serve()
        runtime.simulator().say("hello")
        handled = 'rookery_extension_handled_total{kind="script",name="quiet"}'
        eventually(lambda: read_metrics(self.get("/metrics")[2])[handled] == 1, "the event is counted")
        status, headers, text = self.get("/metrics")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        values = read_metrics(text)
        for sample, value in {
            'rookery_bot_up{bot="demo"}': 1,
            'rookery_events_total{bot="demo",event="messageCreate"}': 1,
            'rookery_gateway_identifies_total{bot="demo"}': 1,
            'rookery_extension_up{kind="script",name="quiet"}': 1,
            'rookery_extension_handler_seconds_count{kind="script",name="quiet",event="messageCreate"}': 1,
            'rookery_extension_handler_seconds_bucket{kind="script",name="quiet",event="messageCreate",le="+Inf"}': 1,
            "rookery_server_keys": 0,
            'rookery_socketio_clients{transport="websocket"}': 0,
        }.items():
            self.assertEqual(values.get(sample), value, sample)
        self.assertGreater(values['rookery_server_requests_total{path="/metrics",status="2xx"}'], 0)
        # The command shows the same.
        code, said = self.control("metrics")
        self.assertEqual(code, 0, said)
        self.assertEqual(set(read_metrics(said)) - set(values), set())

    def test_metrics_of_strangers_need_a_key(self):
        self.serve(KEY.format("read:guilds"))
        stranger = {"X-Forwarded-For": "192.0.2.1"}
        self.assertEqual(self.get("/metrics", **stranger)[0], 401)
        self.assertEqual(self.get("/metrics", CHOSEN, **stranger)[0], 403)
        secret = self.made("prometheus", "--scopes", "read:metrics")
        eventually(lambda: self.get("/metrics", secret, **stranger)[0] == 200, "the key is known")
        bearer = {"Authorization": f"Bearer {secret}", **stranger}
        self.assertEqual(self.get("/metrics", **bearer)[0], 200)
