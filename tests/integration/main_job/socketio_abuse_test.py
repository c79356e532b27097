"""What strangers may do to /socket.io/ of the real binary, over raw sockets: each case of
docs/reference/socketio.md, and those that only a network has. After each one the server must still serve."""

import base64
import json
import os
import socket
import struct
import time
import unittest

from harness import RuntimeTest, eventually

KEY = "rk_test_abuse_0123456789abcdef"
OTHER_KEY = "rk_test_other_0123456789abcdef"
CONNECT = "40" + json.dumps({"apiKey": KEY, "token": KEY})
CONNECT_API = "40/api/events," + json.dumps({"apiKey": KEY, "token": KEY})
SERVER = """
[server]
listen = "127.0.0.1:0"
address_rate_limit = "100000/s"
event_rate_limit = "100000/s"
[server.socketio]
ping_interval = "{ping_interval}"
ping_timeout = "2s"
connect_timeout = "3s"
buffer_bytes = "256KiB"
recovery = true
[[server.key]]
id = "abuse"
key = "%s"
scopes = ["read:guilds", "read:messages", "events", "events:all", "events:direct"]
[[server.key]]
id = "other"
key = "%s"
scopes = ["events"]
""" % (KEY, OTHER_KEY)

# What it has freed must not count as what it holds.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=4"

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
HIGH = 10.0  # seconds that something may take before a test gives up


def connect(address):
    client = socket.create_connection(address, timeout=HIGH)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def read_answer(client):
    """(status, headers, body) of one HTTP answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65536)
        if not piece:
            raise ConnectionError(f"ended after {data!r}")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
    length = int(headers.get("content-length", 0))
    while len(body) < length:
        piece = client.recv(65536)
        if not piece:
            raise ConnectionError("ended in the body")
        body += piece
    return int(lines[0].split()[1]), headers, body


def ask(address, target, method="GET", body=b"", headers=()):
    """One request on a connection of its own."""
    with connect(address) as client:
        lines = [f"{method} {target} HTTP/1.1", "Host: x", *headers]
        if method == "POST" or body:
            lines.append(f"Content-Length: {len(body)}")
        client.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return read_answer(client)


def frame(data, opcode=TEXT, first=None, masked=True):
    data = data.encode() if isinstance(data, str) else data
    first = 0x80 | opcode if first is None else first
    flag = 0x80 if masked else 0
    if len(data) < 126:
        head = struct.pack("!BB", first, flag | len(data))
    elif len(data) < 65536:
        head = struct.pack("!BBH", first, flag | 126, len(data))
    else:
        head = struct.pack("!BBQ", first, flag | 127, len(data))
    if not masked:
        return head + data
    key = os.urandom(4)
    padded = key * (len(data) // 4 + 1)
    mixed = int.from_bytes(data, "big") ^ int.from_bytes(padded[: len(data)], "big")
    return head + key + mixed.to_bytes(len(data), "big")


class Websocket:
    def __init__(self, address, query="EIO=4&transport=websocket", headers=(), early=b""):
        self.socket = connect(address)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET /socket.io/?{query} HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *headers]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + early)
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            piece = self.socket.recv(65536)
            if not piece:
                break
            self.buffer += piece
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(head.split()[1]) if head else 0

    def send(self, data, opcode=TEXT, **how):
        self.send_raw(frame(data, opcode, **how))

    def send_raw(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # it has closed already: what it said is read below

    def _take(self, size):
        while len(self.buffer) < size:
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionError("closed")
            self.buffer += piece
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read(self):
        """(opcode, data); CLOSE gives the code."""
        first, second = self._take(2)
        size = second & 127
        if size == 126:
            (size,) = struct.unpack("!H", self._take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._take(8))
        data = self._take(size)
        if first & 15 == CLOSE:
            return CLOSE, struct.unpack("!H", data[:2])[0] if data else 1005
        return first & 15, data.decode() if first & 15 == TEXT else data

    def read_text(self):
        """The next text, pings answered."""
        while True:
            opcode, data = self.read()
            if opcode == CLOSE:
                raise ConnectionError(f"closed with {data}")
            if data == "2":
                self.send("3")
            elif opcode == TEXT:
                return data

    def close_code(self):
        """How it ends; what comes before is not looked at."""
        while True:
            try:
                opcode, data = self.read()
            except (ConnectionError, OSError):
                return "cut"
            if opcode == CLOSE:
                return data
            if data == "2":
                self.send("3")

    def close(self):
        self.socket.close()


class SocketIoAbuse(RuntimeTest):
    def serve(self, ping_interval="25s"):
        self.home.write_config(extra=SERVER.replace("{ping_interval}", ping_interval))
        self.runtime = self.start()
        self.runtime.wait_for_log("listening on http://")
        url = self.runtime.log.split("listening on http://", 1)[1].split()[0].strip('"')
        host, _, port = url.rpartition(":")
        self.address = (host, int(port))
        self.sockets = []
        self.addCleanup(lambda: [client.close() for client in self.sockets])

    def websocket(self, joined=False, **how):
        client = Websocket(self.address, **how)
        self.sockets.append(client)
        if client.status == 101 and "sid=" not in how.get("query", ""):
            self.assertTrue(client.read()[1].startswith('0{"sid":'))
        if joined:
            client.send(CONNECT)
            self.assertTrue(client.read_text().startswith('40{"sid":'))
        return client

    def get(self, target, **how):
        return ask(self.address, target, **how)

    def open_polling(self, joined=False, key=KEY):
        status, _, body = self.get("/socket.io/?EIO=4&transport=polling")
        self.assertEqual(status, 200)
        sid = json.loads(body[1:])["sid"]
        if joined:
            self.assertEqual(self.post(sid, "40" + json.dumps({"apiKey": key}))[0], 200)
            self.assertTrue(self.poll(sid)[2].startswith(b'40{"sid":'))
        return sid

    def target(self, sid):
        return f"/socket.io/?EIO=4&transport=polling&sid={sid}"

    def exists(self, sid):
        """Without being a sign of life."""
        return self.get(self.target(sid), method="PUT")[0] == 405

    def poll(self, sid):
        return self.get(self.target(sid))

    def post(self, sid, body, headers=("Content-Type: text/plain;charset=UTF-8",)):
        body = body.encode() if isinstance(body, str) else body
        return self.get(self.target(sid), method="POST", body=body, headers=headers)

    def start_poll(self, sid):
        client = connect(self.address)
        self.sockets.append(client)
        client.sendall(f"GET {self.target(sid)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return client

    def assert_serves(self):
        """Whatever was done to it."""
        self.assertIsNone(self.runtime.process.poll(), self.runtime.log[-4000:])
        client = self.websocket(joined=True)
        client.send('421["getGuilds"]')
        client.close()


class Packets(SocketIoAbuse):
    # What is said after a valid open, whether `/` was joined before, and how it ends.
    closes = [
        ("`40` twice", True, [CONNECT], 1002),
        ("`40[]`", False, ["40[]"], 1002),
        ('`40"x"`', False, ['40"x"'], 1002),
        ("`40{`", False, ["40{"], 1002),
        ("`40null`", False, ["40null"], 1002),
        ("the fifth refusal", True, ["40/nope"] * 5, 1002),
        ("a name of 1 MB", True, ["40/" + "n" * 900_000], 1002),
        ("event before CONNECT", False, ['42["hi"]'], 1002),
        ("event to a foreign namespace", True, ['42/nope,["hi"]'], 1002),
        ("`42`", True, ["42"], 1002),
        ("`42[]`", True, ["42[]"], 1002),
        ("`42[null]`", True, ["42[null]"], 1002),
        ("`42[{}]`", True, ["42[{}]"], 1002),
        ("a reserved name", True, ['42["disconnect"]'], 1002),
        ("a blank in the id", True, ['42 1["hi"]'], 1002),
        ("`42-1`", True, ['42-1["hi"]'], 1002),
        ("a long id", True, ['42100000000000000000000["hi"]'], 1002),
        ("`431{}`", True, ["431{}"], 1002),
        ("`44` from the client", True, ['44{"message":"x"}'], 1002),
        ("no attachments", True, ['450-["hi"]'], 1002),
        ("11 attachments", True, ['4511-["hi"]'], 1002),
        ("a billion attachments", True, ['451000000000-["hi"]'], 1002),
        ('`45["hi"]`', True, ['45["hi"]'], 1002),
        ("`45-1-`", True, ['45-1-["hi"]'], 1002),
        ("binary unasked", True, [b"abc"], 1002),
        ("text where binary is owed", True, ['451-["x",{"_placeholder":true,"num":0}]', '42["hi"]'], 1002),
        ("`num` 5", True, ['451-["x",{"_placeholder":true,"num":5}]'], 1002),
        ("`num` -1", True, ['451-["x",{"_placeholder":true,"num":-1}]'], 1002),
        ('`num` "0"', True, ['451-["x",{"_placeholder":true,"num":"0"}]'], 1002),
        ("`7`", True, ["7"], 1002),
        ("empty", True, [""], 1002),
        ("`4`", True, ["4"], 1002),
        ("`47`", True, ["47"], 1002),
        ("`1`", True, ["1"], 1000),
        ("`2`", True, ["2"], 1002),
        ("JSON 100000 deep", True, ['42["x",' + "[" * 100_000 + "]" * 100_000 + "]"], 1002),
        ("JSON 20000 deep, binary", True, ['451-["x",' + "[" * 20_000 + "]" * 20_000 + "]"], 1002),
        ("a million values", True, ['42["x"' + ",1" * 400_000 + "]"], 1002),
        ("invalid UTF-8", True, [b'T42["\xff"]'], 1007),
        ("more than max_payload", True, ['42["' + "x" * 1_000_000 + '"]'], 1009),
        ("attachments above max_payload together", True, ['452-["x"]', b"x" * 600_000, b"x" * 600_000], 1002),
    ]
    stays = [
        ("unknown namespace", ["40/nope,"], '44/nope,{"message":"Invalid namespace"}'),
        ("nobody waits", ["43[]", "43999[]", "40/nope"], '44/nope,{"message":"Invalid namespace"}'),
        ("unasked and harmless", ["0{}", "3", "5", "6", "40/nope"], '44/nope,{"message":"Invalid namespace"}'),
        ("names of any kind", ["42[1]", '42["error"]', "40/nope"], '44/nope,{"message":"Invalid namespace"}'),
    ]

    def test_each_row(self):
        self.serve()
        for text, joined, messages, expected in self.closes:
            with self.subTest(text):
                client = self.websocket(joined)
                for message in messages:
                    if isinstance(message, bytes) and message.startswith(b"T"):
                        client.send(message[1:])
                    else:
                        client.send(message, BINARY if isinstance(message, bytes) else TEXT)
                self.assertEqual(client.close_code(), expected)
                client.close()
        for text, messages, expected in self.stays:
            with self.subTest(text):
                client = self.websocket(joined=True)
                for message in messages:
                    client.send(message)
                answer = client.read_text()
                while answer.startswith("42"):  # the namespace's own answer to an unknown event
                    answer = client.read_text()
                self.assertEqual(answer, expected)
                client.close()
        self.assert_serves()

    def test_frames_that_are_none(self):
        self.serve()
        oversize = struct.pack("!BBQ", 0x81, 0xFF, 1 << 40) + b"abcd"
        for text, raw, expected in [
            ("unmasked", frame("40", masked=False), 1002),
            ("reserved bits", frame("40", first=0xF1), 1002),
            ("an unknown opcode", frame("40", first=0x83), 1002),
            ("a fragmented ping", frame("x", first=PING), 1002),
            ("a ping of 126 bytes", frame("x" * 126, PING), 1002),
            ("a continuation of nothing", frame("x", first=0x80), 1002),
            ("a terabyte, said in the header", oversize, 1009),
            ("fragments that sum up", frame("4", first=0x01) + frame("x" * 600_000, first=0x00) * 2, 1009),
            ("two thousand fragments", frame("4", first=0x01) + frame("x", first=0x00) * 2_000, 1009),
        ]:
            with self.subTest(text):
                client = self.websocket(joined=True)
                client.send_raw(raw)
                self.assertIn(client.close_code(), (expected, 1002 if text.startswith("two") else expected))
                client.close()
        self.assert_serves()

    def test_a_frame_in_the_segment_of_the_upgrade(self):
        self.serve()
        client = self.websocket(early=frame(CONNECT))
        self.assertTrue(client.read_text().startswith('40{"sid":'))
        client = self.websocket(early=frame("x", first=0xF1))
        self.assertEqual(client.close_code(), 1002)
        self.assert_serves()

    def test_floods_are_only_answered_as_much_as_needed(self):
        self.serve()
        client = self.websocket(joined=True)
        client.send_raw(frame("3") * 20_000)
        client.send_raw(b"".join(frame(f"43{number}[]") for number in range(20_000)))
        client.send_raw(frame("payload", PING) * 1_000)
        client.send("40/nope")
        pongs = 0
        while True:
            opcode, data = client.read()
            if opcode == PONG:
                pongs += 1
            elif opcode == TEXT and data != "2":
                self.assertEqual(data, '44/nope,{"message":"Invalid namespace"}')
                break
        self.assertLess(pongs, 1_000)
        self.assert_serves()

    def test_peers_that_reset_at_any_moment(self):
        self.serve()
        hard = struct.pack("ii", 1, 0)
        for _ in range(20):
            for said in (b"", frame(CONNECT), frame(CONNECT)[:3], frame("x", first=0xF1)):
                client = Websocket(self.address)
                client.send_raw(said)
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hard)
                client.close()
        self.assert_serves()

    def test_frames_in_pieces(self):
        self.serve()
        client = self.websocket()
        for byte in frame(CONNECT) + frame("40/nope"):
            client.send_raw(bytes([byte]))
        self.assertTrue(client.read_text().startswith('40{"sid":'))
        self.assertEqual(client.read_text(), '44/nope,{"message":"Invalid namespace"}')


class Requests(SocketIoAbuse):
    def refused(self, target, **how):
        status, headers, body = self.get(target, **how)
        self.assertTrue(headers["content-type"].startswith("application/json"))
        return status, json.loads(body)["code"]

    def test_codes(self):
        self.serve()
        sid = self.open_polling()
        base = "/socket.io/?EIO=4&transport="
        for target, how, expected in [
            ("/socket.io/?EIO=4", {}, (400, 0)),
            (base + "webtransport", {}, (400, 0)),
            (base + "__proto__", {}, (400, 0)),
            (base + "polling&sid=nobody", {}, (400, 1)),
            (base + "polling&sid=__proto__", {}, (400, 1)),
            (base + "polling", {"method": "POST", "body": b"40"}, (400, 2)),
            (base + "websocket", {}, (400, 3)),
            (base + "polling&transport=polling", {}, (400, 3)),
            (base + "polling&j=0", {}, (400, 3)),
            (f"/socket.io/?EIO=3&transport=polling&sid={sid}", {}, (400, 3)),
            ("/socket.io/?EIO=3&transport=polling", {}, (400, 5)),
            ("/socket.io/?transport=polling", {}, (400, 5)),
            (self.target(sid), {"method": "PUT", "body": b"x"}, (405, 3)),
        ]:
            with self.subTest(target):
                self.assertEqual(self.refused(target, **how), expected)
        self.assertEqual(self.post(sid, CONNECT)[0], 200)
        self.assertTrue(self.poll(sid)[2].startswith(b'40{"sid":'), "the session lives after all of it")

    def test_websockets_are_refused_before_the_101(self):
        self.serve()
        for query, expected in [("EIO=3&transport=websocket", 400), ("EIO=4&transport=polling", 400),
                                ("EIO=4&transport=websocket&sid=nobody", 400)]:
            with self.subTest(query):
                self.assertEqual(self.websocket(query=query).status, expected)

    def test_bodies(self):
        self.serve()
        sid = self.open_polling()
        status, headers, _ = self.post(sid, b"4" * 1_000_001)
        self.assertEqual((status, headers.get("connection", "").lower()), (413, "close"))
        self.assertEqual(self.post(sid, CONNECT)[0], 200)
        self.assertEqual(self.poll(sid)[0], 200)
        for body, headers in [(b"40\xff", ("Content-Type: text/plain",)), (b"", ("Content-Type: text/plain",)),
                              (b"40", ("Content-Type: application/octet-stream",)), (b"b????", ()), (b"3\x1e", ())]:
            with self.subTest(body):
                sid = self.open_polling()
                self.assertEqual(self.post(sid, body, headers)[0], 400)
                self.assertEqual(self.poll(sid)[0], 400)
        self.assert_serves()

    def test_a_chunked_body_is_counted_while_it_comes(self):
        self.serve()
        sid = self.open_polling()
        with connect(self.address) as client:
            client.sendall(f"POST {self.target(sid)} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                           "Content-Type: text/plain\r\n\r\n".encode())
            try:
                for _ in range(40):
                    client.sendall(b"ffff\r\n" + b"4" * 0xFFFF + b"\r\n")
            except OSError:
                pass
            self.assertIn(read_answer(client)[0], (400, 411, 413))
        self.assert_serves()

    def test_two_polls(self):
        self.serve()
        sid = self.open_polling(joined=True)
        # Either may be the first to arrive.
        answers = sorted(read_answer(poll)[::2] for poll in [self.start_poll(sid), self.start_poll(sid)])
        self.assertEqual(answers[0], (200, b"1"))
        self.assertEqual(answers[1][0], 400)
        self.assertFalse(self.exists(sid))
        self.assert_serves()

    def test_two_posts(self):
        self.serve()
        sid = self.open_polling(joined=True)
        with connect(self.address) as first:
            first.sendall(f"POST {self.target(sid)} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n42".encode())
            eventually(lambda: self.post(sid, "3")[0] == 400, "a second post is refused")
            first.sendall(b'["late"]')
            self.assertEqual(read_answer(first)[0], 400)
        self.assert_serves()

    def test_a_poll_that_is_broken_off(self):
        self.serve()
        sid = self.open_polling(joined=True)
        self.start_poll(sid).close()
        eventually(lambda: not self.exists(sid), "the session has ended")
        self.assert_serves()

    def test_a_stolen_sid(self):
        self.serve()
        headers = ("Origin: http://mine",)
        status, _, body = self.get("/socket.io/?EIO=4&transport=polling", headers=headers)
        self.assertEqual(status, 200)
        sid = json.loads(body[1:])["sid"]
        query = f"EIO=4&transport=websocket&sid={sid}"
        for other in (("Origin: http://evil",), ()):
            self.assertIn(self.websocket(query=query, headers=other).status, (400, 403))
        self.assertIn(self.websocket(query="EIO=3&transport=websocket&sid=" + sid, headers=headers).status, (400, 403))
        self.assertEqual(self.post(sid, CONNECT)[0], 200)
        self.assertTrue(self.poll(sid)[2].startswith(b'40{"sid":'), "it is its owner's still")
        self.assertNotIn(sid, self.runtime.log)

    def test_sids_cannot_be_guessed_and_are_not_those_of_sockets(self):
        self.serve()
        sids = [self.open_polling() for _ in range(5)]
        self.assertEqual(len({sid[:6] for sid in sids}), 5)
        self.assertTrue(all(len(sid) >= 20 for sid in sids))
        self.assertEqual(self.post(sids[0], CONNECT)[0], 200)
        self.assertNotIn(sids[0].encode(), self.poll(sids[0])[2])

    def test_headers_of_a_poll(self):
        self.serve()
        _, headers, _ = self.get("/socket.io/?EIO=4&transport=polling")
        self.assertEqual(headers["content-type"].lower(), "text/plain; charset=utf-8")
        self.assertEqual(headers["cache-control"].lower(), "no-store")
        self.assertEqual(self.get("/socket.io?EIO=4&transport=polling")[0], 200, "without the slash, too")


class Upgrades(SocketIoAbuse):
    def probe(self, sid):
        client = self.websocket(query=f"EIO=4&transport=websocket&sid={sid}")
        self.assertEqual(client.status, 101)
        return client

    def test_an_upgrade(self):
        self.serve()
        sid = self.open_polling(joined=True)
        waiting = self.start_poll(sid)
        client = self.probe(sid)
        client.send("2probe")
        self.assertEqual(client.read()[1], "3probe")
        self.assertEqual(read_answer(waiting)[2], b"6")
        self.assertEqual(self.websocket(query=f"EIO=4&transport=websocket&sid={sid}").status, 400, "one at a time")
        client.send("5")
        client.send("40/nope")
        self.assertEqual(client.read_text(), '44/nope,{"message":"Invalid namespace"}')
        self.assertEqual(self.poll(sid)[0], 400)

    def test_a_probe_never_finished(self):
        self.serve(ping_interval="60s")
        for said in ("", "2probe"):
            with self.subTest(said):
                sid = self.open_polling(joined=True)
                client = self.probe(sid)
                if said:
                    client.send(said)
                    self.assertEqual(client.read()[1], "3probe")
                client.socket.settimeout(20)
                begin = time.monotonic()
                answers = 0
                while said and time.monotonic() < begin + 2:
                    self.assertEqual(self.poll(sid)[2], b"6")
                    answers += 1
                self.assertLessEqual(answers, 25, "a loop without a pause")
                self.assertEqual(client.close_code(), 1008)
                self.assertEqual(self.post(sid, "40/nope")[0], 200)
                self.assertEqual(self.poll(sid)[2], b'44/nope,{"message":"Invalid namespace"}')

    def test_anything_else_on_a_probe(self):
        self.serve()
        sid = self.open_polling(joined=True)
        for said in ("5", "40", "2probes", "", "1"):
            with self.subTest(said):
                client = self.probe(sid)
                client.send(said)
                self.assertEqual(client.close_code(), 1002)
        self.assertEqual(self.post(sid, "40/nope")[0], 200)
        self.assertEqual(self.poll(sid)[2], b'44/nope,{"message":"Invalid namespace"}')


class Time(SocketIoAbuse):
    def test_silence(self):
        self.serve(ping_interval="1s")
        with self.subTest("no CONNECT"):
            client = self.websocket()
            self.assertEqual(client.close_code(), 1000)
        with self.subTest("no pong"):
            client = self.websocket(joined=True)
            while True:
                opcode, data = client.read()
                if opcode == CLOSE:
                    self.assertEqual(data, 1008)
                    break
        with self.subTest("a pong for each ping lives on"):
            client = self.websocket(joined=True)
            pings = 0
            while pings < 5:
                opcode, data = client.read()
                self.assertEqual((opcode, data), (TEXT, "2"))
                client.send("3")
                pings += 1
        self.assert_serves()

    def test_a_handshake_and_nothing_else(self):
        self.serve()
        sid = self.open_polling()
        eventually(lambda: not self.exists(sid), "the session is gone")
        self.assert_serves()

    def test_half_a_message_for_ever(self):
        self.serve()
        held = []
        for raw in (frame("40")[:1], frame("4", first=0x01), frame('451-["x"]')[:6]):
            client = self.websocket(joined=True)
            client.send_raw(raw)
            client.socket.settimeout(40)
            held.append(client)
        attachments = self.websocket(joined=True)
        attachments.send('452-["x"]')
        attachments.socket.settimeout(40)
        for client in (*held, attachments):
            self.assertIn(client.close_code(), (1002, 1008, "cut"))
        self.assert_serves()

    def test_a_head_that_trickles(self):
        self.serve()
        with connect(self.address) as client:
            client.settimeout(30)
            client.sendall(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n")
            try:
                answer = client.recv(65536)
                self.assertTrue(answer == b"" or b" 408 " in answer.split(b"\r\n")[0], answer)
            except ConnectionError:
                pass
        self.assert_serves()


class Slow(SocketIoAbuse):
    def rss(self):
        with open(f"/proc/{self.runtime.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def test_a_client_that_never_reads(self):
        self.serve()
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(HIGH)
        client.connect(self.address)
        client.sendall(b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                       b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" + frame(CONNECT))
        before = self.rss()
        # Each acknowledgement is an answer that is not read.
        client.settimeout(2)
        sent = 0
        question = b"".join(frame(f'42{number}["subscribe",{{"guildIds":[]}}]') for number in range(2_000))
        try:
            while sent < 200 * len(question):
                sent += client.send(question)
        except OSError:
            pass
        self.assert_serves()
        self.assertLess(self.rss() - before, 64 << 20)
        client.close()
        self.assert_serves()

    def test_a_storm_of_handshakes(self):
        self.serve()
        before = self.rss()
        with connect(self.address) as client:
            for _ in range(2_000):
                client.sendall(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n")
                status, _, _ = read_answer(client)
                self.assertIn(status, (200, 429, 503))
        self.assertLess(self.rss() - before, 64 << 20)
        # As many as may be from one address are there; they go by themselves.
        eventually(lambda: self.get("/socket.io/?EIO=4&transport=polling")[0] == 200, "there is room again")
        self.assert_serves()


if __name__ == "__main__":
    unittest.main()
