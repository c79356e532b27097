"""HTTP as the real binary serves it, over raw sockets: what is in due form, and what is not."""

import json
import re
import signal
import socket
import ssl
import subprocess
import unittest

from harness import RuntimeTest

SECTION = '[server]\nlisten = "127.0.0.1:0"\n'


class Client:
    """Sends exactly what it is told to; every wait has an end."""

    def __init__(self, address, context=None):
        self.socket = socket.create_connection(address, timeout=20)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.received = b""

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def answer(self):
        """Status, headers in lower case, body."""
        while b"\r\n\r\n" not in self.received:
            self.more()
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        size = int(headers.get("content-length", 0))
        while len(self.received) < size:
            self.more()
        body, self.received = self.received[:size], self.received[size:]
        return int(first.split()[1]), headers, body

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise EOFError(f"closed after {self.received!r}")
        self.received += got

    def closed(self):
        try:
            while True:
                if not self.socket.recv(65536):
                    return True
        except ConnectionResetError:
            return True

    def close(self):
        self.socket.close()


class ServerTest(RuntimeTest):
    def serve(self, extra="", **sections):
        self.home.write_config(extra=SECTION + extra, **sections)
        self.runtime = self.start()
        return self.runtime

    def address(self, runtime):
        runtime.wait_for_log("listening on")
        host, port = re.search(r"listening on https?://([^:]+):(\d+)", runtime.log).groups()
        return host, int(port)

    def client(self, runtime, context=None):
        client = Client(self.address(runtime), context)
        self.addCleanup(client.close)
        return client

    def test_unknown_path_is_answered_in_the_documented_form(self):
        runtime = self.serve()
        status, headers, body = self.client(runtime).send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n").answer()
        self.assertEqual(status, 404)
        self.assertEqual(
            json.loads(body), {"success": False, "error": "Route GET /nothing not found", "code": "NOT_FOUND"}
        )
        self.assertEqual(headers["content-type"], "application/json; charset=utf-8")
        self.assertEqual(headers["x-content-type-options"], "nosniff")
        self.assertNotIn("strict-transport-security", headers)
        runtime.wait_for_log(f"id={headers['x-request-id']}")
        self.assertIn("server: http://127.0.0.1:", self.control("list")[1])

    def test_many_requests_over_one_connection(self):
        client = self.client(self.serve())
        client.send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n" * 50)
        for _ in range(50):
            self.assertEqual(client.answer()[0], 404)

    def test_bad_requests_are_refused_and_the_next_client_is_served(self):
        runtime = self.serve()
        for request, status in (
            (b"\x16\x03\x01\x02\x00", 400),
            (b"GET / HTTP/1.1\r\n\r\n", 400),
            (b"GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505),
            (b"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            (b"GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            (b"GET /%c0%ae HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            (b"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 405),
            (b"GET /" + b"a" * 20000, 431),
            (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
            (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ):
            with self.subTest(request=request[:60]):
                got, _, body = self.client(runtime).send(request).answer()
                self.assertEqual(got, status)
                self.assertFalse(json.loads(body)["success"])
        self.assertEqual(self.client(runtime).send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").answer()[0], 404)

    def test_clients_that_leave_in_the_middle_leave_nothing_behind(self):
        runtime = self.serve()
        for cut in ("", "GE", "GET / HTTP/1.1\r\nHost: h\r\n", "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab"):
            for _ in range(20):
                self.client(runtime).send(cut).close()
        self.assertEqual(self.client(runtime).send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").answer()[0], 404)

    def test_listed_pages_may_read_answers_and_others_may_not(self):
        runtime = self.serve('cors = ["https://app.example"]\n')
        ask = "GET /x HTTP/1.1\r\nHost: h\r\nOrigin: {}\r\n\r\n"
        headers = self.client(runtime).send(ask.format("https://app.example")).answer()[1]
        self.assertEqual(headers["access-control-allow-origin"], "https://app.example")
        self.assertIn("X-RateLimit-Remaining", headers["access-control-expose-headers"])
        headers = self.client(runtime).send(ask.format("https://evil.example")).answer()[1]
        self.assertNotIn("access-control-allow-origin", headers)

    def test_pages_of_holobridge_come_from_anywhere(self):
        runtime = self.serve('compat = "holobridge"\n')
        ask = "GET /x HTTP/1.1\r\nHost: h\r\nOrigin: https://any.example\r\n\r\n"
        self.assertEqual(self.client(runtime).send(ask).answer()[1]["access-control-allow-origin"], "*")

    def test_address_that_is_taken_ends_the_start(self):
        runtime = self.serve()
        port = self.address(runtime)[1]
        self.home.write_config(extra=f'[server]\nlisten = "127.0.0.1:{port}"\n', runtime="")
        text = self.home.config.read_text().replace('state = "state"', 'state = "state2"')
        self.home.config.write_text(text)
        second = self.start(ready=False)
        second.wait_for_log(f"listen on 127.0.0.1:{port}")
        self.assertEqual(second.process.wait(20), 1)

    def certificate(self):
        """A new one for localhost, in place of the last."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", self.home.path / "key.pem", "-out", self.home.path / "certificate.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
        return ssl.create_default_context(cafile=self.home.path / "certificate.pem")

    def test_certificate_is_reloaded_and_a_bad_one_changes_nothing(self):
        first = self.certificate()
        runtime = self.serve('tls_certificate = "certificate.pem"\ntls_key = "key.pem"\n')
        ask = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"
        status, headers, _ = self.client(runtime, first).send(ask).answer()
        self.assertEqual(status, 404)
        self.assertIn("strict-transport-security", headers)

        good = (self.home.path / "certificate.pem").read_text()
        (self.home.path / "certificate.pem").write_text("nothing of use")
        runtime.send(signal.SIGHUP)
        runtime.wait_for_log("it goes on as it was")
        self.assertEqual(self.client(runtime, first).send(ask).answer()[0], 404)
        (self.home.path / "certificate.pem").write_text(good)

        second = self.certificate()
        self.assertEqual(self.control("reload")[0], 0)
        self.assertEqual(self.client(runtime, second).send(ask).answer()[0], 404)
        with self.assertRaises(ssl.SSLCertVerificationError):
            Client(self.address(runtime), first)

    def test_idle_connections_do_not_hold_up_the_end(self):
        runtime = self.serve()
        idle = self.client(runtime)
        idle.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").answer()
        half = self.client(runtime).send("GET /x HT")
        self.assertEqual(runtime.end(), 0)
        self.assertTrue(idle.closed() and half.closed())


if __name__ == "__main__":
    unittest.main()
