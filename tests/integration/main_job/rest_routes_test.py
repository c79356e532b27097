"""Every route of /api against the simulator: its success form, field by field against the document that the server
gives of itself, and its refusals. docs/reference/rest-routes.md names the cases.
"""

import json
import re
import unittest
import urllib.error
import urllib.parse
import urllib.request

from harness import Home, Runtime, eventually
from rest_cases import ANY_GUILD, CASES, COMMAND, EVENT, PIXEL, REFUSED, RULE

SERVER = """
[server]
listen = "127.0.0.1:0"
rate_limit = "100000/m"
address_rate_limit = "100000/m"
[[server.key]]
id = "all"
key = "the-key-of-the-rest-tests-all"
scopes = ["admin"]
[[server.key]]
id = "listener"
key = "the-key-of-the-rest-tests-listener"
scopes = ["events"]
[[server.key]]
id = "elsewhere"
key = "the-key-of-the-rest-tests-elsewhere"
scopes = ["admin"]
guilds = ["99"]
"""


class Checker:
    """The part of JSON Schema that the server's document uses."""

    def __init__(self, document):
        self.schemas = document["components"]["schemas"]

    def check(self, value, schema, path="$"):
        """What does not fit, with its place."""
        if "$ref" in schema:
            return self.check(value, self.schemas[schema["$ref"].rsplit("/", 1)[1]], path)
        if "anyOf" in schema:
            every = [self.check(value, one, path) for one in schema["anyOf"]]
            return [] if any(not one for one in every) else every[0]
        wrong = []
        if "const" in schema and value != schema["const"]:
            wrong.append(f"{path}: expected {schema['const']!r}, got {value!r}")
        if "type" in schema and not self.fits(value, schema["type"]):
            return [f"{path}: expected {schema['type']}, got {value!r}"]
        if "pattern" in schema and not re.search(schema["pattern"], value):
            wrong.append(f"{path}: {value!r} is not {schema['pattern']}")
        for key in schema.get("required", []) if isinstance(value, dict) else []:
            if key not in value:
                wrong.append(f"{path}: {key} is missing")
        if isinstance(value, dict):
            for key, one in schema.get("properties", {}).items():
                if key in value:
                    wrong += self.check(value[key], one, f"{path}.{key}")
        if isinstance(value, list):
            for i, one in enumerate(value):
                wrong += self.check(one, schema.get("items", {}), f"{path}[{i}]")
        return wrong

    @staticmethod
    def fits(value, kind):
        if isinstance(kind, list):
            return any(Checker.fits(value, one) for one in kind)
        if kind in ("integer", "number") and isinstance(value, bool):
            return False
        kinds = {
            "string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list,
            "null": type(None),
        }
        return isinstance(value, kinds[kind])


class World:
    """One runtime with a server, and things of each kind in its simulator's guild."""

    def __init__(self):
        self.home = Home()
        self.home.write_config(
            bot='interactions = { guardian = "off" }', simulator="rate_limits = false\nmembers = 30", extra=SERVER
        )
        self.runtime = Runtime(self.home).wait_ready()
        self.runtime.wait_for_log("listening on http")
        self.url = re.search(r"listening on (http://[\w.:]+)", self.runtime.log).group(1)
        self.document = self.ask("GET", "/api/docs/openapi.json")[1]
        self.count = 0
        self.ids = {}
        self.fill()

    def end(self):
        self.runtime.end()
        self.home.remove()

    def ask(self, method, path, body=None, key="the-key-of-the-rest-tests-all", raw=None):
        headers = {"X-API-Key": key} if key else {}
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def need(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        if status not in (200, 201):
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer.get("data")

    def operation(self, which, **arguments):
        return self.need("POST", "/api/operations/" + which.replace(".", "/"), arguments)

    def fill(self):
        state = self.runtime.simulator().get("state")
        guild = state["guilds"][0]
        self.ids["guildId"] = guild["id"]
        self.ids["channelId"] = next(one["id"] for one in guild["channels"] if one["name"] == "general")
        owner = self.need("GET", self.at(""))["ownerId"]
        self.people = [
            one["id"] for one in self.need("GET", self.at("/members")) if not one["user"]["bot"] and one["id"] != owner
        ]
        self.ids["userId"] = self.people.pop(0)
        self.ids["emoji"] = urllib.parse.quote("\N{THUMBS UP SIGN}")
        for name in ("voice", "stage", "announcement"):
            made = self.need("POST", self.at("/channels"), {"name": name, "type": name})
            self.ids[name + "Id"] = made["id"]
        for name in ("message", "role", "emoji", "sticker", "event", "rule", "webhook"):
            self.ids[name + "Id"] = self.make(name)
        self.ids["code"] = self.make("invite")
        self.need("POST", "/api/stage-instances", {"channelId": self.ids["stageId"], "topic": "t"})

    def at(self, rest):
        return f"/api/guilds/{self.ids['guildId']}{rest}"

    def make(self, kind):
        self.count += 1
        name = f"{kind}{self.count}".lower()
        channel = f"/api/channels/{self.ids['channelId']}"
        if kind in ("message", "pinned"):
            made = self.need("POST", channel + "/messages", {"content": name})["id"]
            if kind == "pinned":
                self.need("POST", f"{channel}/messages/{made}/pin")
            return made
        if kind == "announced":
            return self.need("POST", f"/api/channels/{self.ids['announcementId']}/messages", {"content": name})["id"]
        if kind in ("member", "banned"):
            made = self.people.pop()
            if kind == "banned":
                self.need("POST", self.at(f"/members/{made}/ban"))
            return made
        if kind == "thread":
            return self.need("POST", channel + "/threads", {"name": name})["id"]
        if kind in ("stage", "live"):
            made = self.need("POST", self.at("/channels"), {"name": name, "type": "stage"})["id"]
            if kind == "live":
                self.need("POST", "/api/stage-instances", {"channelId": made, "topic": "t"})
            return made
        if kind == "joined":
            self.need("POST", self.at("/voice/join"), {"channelId": self.ids["voiceId"]})
            eventually(lambda: self.need("GET", self.at("/voice"))["connected"], "the bot is in voice")
            return self.ids["guildId"]
        if kind == "webhook":
            return self.operation("webhooks.create", channelId=self.ids["channelId"], name=name)["id"]
        if kind == "invite":
            return self.operation("invites.create", channelId=self.ids["channelId"], unique=True)["code"]
        if kind == "interaction":
            made = self.runtime.simulator().act("slash", channel="general", user="alice", name="ping")
            self.token = made["token"]
            return made["id"]
        if kind == "token":
            return self.token
        bodies = {
            "role": ("/roles", {"name": name}),
            "channel": ("/channels", {"name": name, "type": "text"}),
            "emoji": ("/emojis", {"name": name, "attachment": PIXEL}),
            "sticker": ("/stickers", {"name": name, "file": PIXEL, "tags": "t"}),
            "event": ("/scheduled-events", EVENT),
            "rule": ("/auto-moderation/rules", dict(RULE, name=name)),
            "commandguild": ("/commands", dict(COMMAND, name=name)),
        }
        if kind == "command":
            return self.need("POST", "/api/commands", dict(COMMAND, name=name))["id"]
        path, body = bodies[kind.lower()]
        return self.need("POST", self.at(path), body)["id"]

    def value(self, value):
        """With fresh things and known ids in the places of their names."""
        if isinstance(value, dict):
            return {key: self.value(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, str) and value.startswith("+"):
            return self.make(value[1:])
        return self.ids.get(value, value) if isinstance(value, str) else value

    def path(self, route, parameters):
        names = re.findall(r":(\w+)", route)
        for name in names:
            given = self.value(parameters[name]) if name in parameters else self.ids.get(name, "1")
            route = route.replace(":" + name, given, 1)
        return route


def plain(world, value):
    """The same without making anything: any id does."""
    if isinstance(value, dict):
        return {key: plain(world, one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(world, one) for one in value]
    return "1" if isinstance(value, str) and value.startswith("+") else world.value(value)


def name_of(route):
    method, path = route.split(" ", 1)
    return re.sub(r"[^a-z0-9]+", "_", (method + path.removeprefix("/api")).lower())


class RestRoutes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.end)

    def described(self, route):
        method, path = route.split(" ", 1)
        return self.world.document["paths"][re.sub(r":(\w+)", r"{\1}", path)][method.lower()]

    def succeed(self, route):
        parameters, query, body = CASES[route]
        method, path = route.split(" ", 1)
        path = self.world.path(path, parameters) + ("?" + query if query else "")
        status, answer = self.world.ask(method, path, self.world.value(body))
        expected = next(iter(self.described(route)["responses"]))
        self.assertEqual(str(status), expected, f"{method} {path}: {answer}")
        schema = self.described(route)["responses"][expected]["content"]["application/json"]["schema"]
        self.assertEqual(Checker(self.world.document).check(answer, schema), [], f"{method} {path}: {answer}")
        self.assertIs(answer["success"], True)
        for key in answer:
            self.assertIn(key, schema["properties"], f"{method} {path} gives what it does not say")

    def refuse(self, route):
        parameters, _, _ = CASES.get(route) or REFUSED[route]
        method, path = route.split(" ", 1)
        # Nothing is made for a refusal: any id does.
        known = plain(self.world, parameters)
        path = self.world.path(path, known)
        self.expect(method, path, 401, "MISSING_API_KEY", key=None)
        self.expect(method, path, 401, "INVALID_API_KEY", key="rk_no_such")
        self.expect(method, path, 403, "INSUFFICIENT_SCOPE", key="the-key-of-the-rest-tests-listener")
        if method != "GET":
            answer = self.expect(method, path, 400, "INVALID_JSON", raw=b'{\n "a": ]}')
            self.assertEqual((answer["line"], answer["column"], answer["byte"]), (2, 7, 8))
            self.expect(method, path, 400, "VALIDATION_ERROR", raw=b"[1]")
        for name in re.findall(r":(\w+Id)", route):
            wrong = self.world.path(route.split(" ", 1)[1], dict(known, **{name: "nonsense"}))
            answer = self.expect(method, wrong, 400, "VALIDATION_ERROR")
            self.assertEqual([one["path"] for one in answer["details"]], [name])
        if route not in ANY_GUILD:
            _, query, body = CASES.get(route) or REFUSED[route]
            full = path + ("?" + query if query else "")
            body = plain(self.world, body)
            self.expect(method, full, 403, "FORBIDDEN_GUILD", key="the-key-of-the-rest-tests-elsewhere", body=body)
        for field in self.required(route):
            status, answer = self.world.ask(method, path, {})
            self.assertEqual(status, 400, answer)
            self.assertIn(field, [one["path"] for one in answer["details"]])

    def required(self, route):
        content = self.described(route).get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema", {}).get("required", [])

    def expect(self, method, path, status, code, **how):
        got, answer = self.world.ask(method, path, **how)
        self.assertEqual((got, answer.get("code")), (status, code), f"{method} {path}: {answer}")
        self.assertIs(answer["success"], False)
        return answer

    def test_a_key_that_is_limited_to_guilds_sees_no_other_in_the_list(self):
        status, answer = self.world.ask("GET", "/api/guilds", key="the-key-of-the-rest-tests-elsewhere")
        self.assertEqual((status, answer), (200, {"success": True, "data": []}))

    def test_a_path_that_is_no_route_is_said_so_with_a_key_alone(self):
        self.expect("GET", "/api/nothing", 401, "MISSING_API_KEY", key=None)
        answer = self.expect("GET", "/api/nothing", 404, "NOT_FOUND")
        self.assertEqual(answer["error"], "Route GET /api/nothing not found")

    def test_a_file_of_the_machine_is_not_read(self):
        for picture in ("/etc/passwd", "https://example.com/a.png", "file:///etc/passwd"):
            path = self.world.at("/emojis")
            answer = self.expect("POST", path, 400, "VALIDATION_ERROR", body={"name": "smile", "attachment": picture})
            self.assertEqual([one["path"] for one in answer["details"]], ["attachment"])
        arguments = {"channelId": self.world.ids["channelId"], "files": [{"path": "/etc/passwd"}]}
        self.expect("POST", "/api/operations/messages/send", 400, "VALIDATION_ERROR", body=arguments)

    def test_a_mutation_answers_with_the_state_after_it(self):
        member = self.world.at(f"/members/{self.world.ids['userId']}")
        role = self.world.make("role")
        given = self.world.need("PATCH", member + "/roles", {"add": [role]})
        self.assertIn(role, given["roles"])
        taken = self.world.need("PATCH", member + "/roles", {"remove": [role]})
        self.assertNotIn(role, taken["roles"])
        self.assertEqual(self.world.need("PATCH", member + "/nickname", {"nickname": "now"})["nickname"], "now")
        self.assertIsNone(self.world.need("PATCH", member + "/nickname", {"nickname": None})["nickname"])

    def test_every_operation_can_be_reached(self):
        user = self.world.operation("users.get", userId=self.world.ids["userId"])
        self.assertEqual(user["id"], self.world.ids["userId"])
        self.expect("POST", "/api/operations/users/nothing", 404, "NOT_FOUND", body={})
        self.expect("POST", "/api/operations/users/get", 400, "VALIDATION_ERROR", body={})

    def test_audio_is_refused_with_the_reason(self):
        route, (parameters, _, body) = next(iter(REFUSED.items()))
        method, path = route.split(" ", 1)
        self.expect(method, self.world.path(path, parameters), 501, "NOT_SUPPORTED", body=body)

    def test_the_documents_hold_together(self):
        for name in ("openapi", "asyncapi"):
            status, document = self.world.ask("GET", f"/api/docs/{name}.json", key=None)
            self.assertEqual(status, 200)
            for target in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
                node = document
                for step in target.split("/"):
                    self.assertIn(step, node, target)
                    node = node[step]


for each in CASES:
    setattr(RestRoutes, f"test_gives_{name_of(each)}", lambda self, route=each: self.succeed(route))
for each in [*CASES, *REFUSED]:
    setattr(RestRoutes, f"test_refuses_{name_of(each)}", lambda self, route=each: self.refuse(route))

if __name__ == "__main__":
    unittest.main()
