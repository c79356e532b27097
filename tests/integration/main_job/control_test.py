"""The control socket itself: what it makes of clients that do not behave."""

import json
import socket
import unittest

from harness import RuntimeTest, eventually


class Control(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.runtime = self.start()

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.settimeout(30)
        client.connect(str(self.home.path / "state" / "control.sock"))
        return client

    def answers(self, client, count):
        lines = client.makefile()
        self.addCleanup(lines.close)
        return [json.loads(lines.readline()) for _ in range(count)]

    def still_works(self):
        code, text = self.control("list")
        self.assertEqual(code, 0, text)

    def test_what_is_no_request_is_told_so_and_the_next_is_answered(self):
        client = self.connect()
        for line in (b"\n", b"hello\n", b"[]\n", b'{"cmd":1}\n', b'{"cmd":"fly"}\n', b'{"cmd":"eval"}\n',
                     b'{"cmd":"events","types":"x"}\n', b'{"cmd":"events","types":[1]}\n', b'{"cmd":"list"}\n'):
            client.sendall(line)
            answer, = self.answers(client, 1)
            self.assertEqual(answer["ok"], line == b'{"cmd":"list"}\n', line)
            self.assertTrue(answer["ok"] or answer["error"], line)

    def test_several_requests_at_once_are_answered_in_order(self):
        client = self.connect()
        client.sendall(b'{"cmd":"list"}\n{"cmd":"fly"}\n{"cmd":"status"}\n')
        self.assertEqual([answer["ok"] for answer in self.answers(client, 3)], [True, False, True])

    def test_who_sends_and_hangs_up_is_still_answered(self):
        client = self.connect()
        client.sendall(b'{"cmd":"list"}\n')
        client.shutdown(socket.SHUT_WR)
        self.assertTrue(self.answers(client, 1)[0]["ok"])
        self.assertEqual(client.recv(1), b"", "closed behind the answer")

    def test_a_line_without_end_closes_the_connection(self):
        client = self.connect()
        try:
            for _ in range(64):
                client.sendall(b"x" * 65536)
        except OSError:
            pass  # closed while it was being sent
        client.close()
        self.still_works()

    def test_clients_that_only_connect_keep_nobody_out_for_long(self):
        idle = [self.connect() for _ in range(40)]
        for client in idle:
            client.close()
        eventually(lambda: self.control("list")[0] == 0, "an answer")

    def test_a_client_that_goes_in_the_middle_of_a_tail_leaves_nothing(self):
        for _ in range(30):
            client = self.connect()
            client.sendall(b'{"cmd":"events"}\n')
            client.close()
        client = self.connect()

        def accepted():
            client = self.connect()
            client.sendall(b'{"cmd":"events"}\n')
            client.settimeout(0.2)
            try:
                refused = client.recv(4096)
            except TimeoutError:
                return True
            client.close()
            return not refused

        eventually(accepted, "room for another tail")


if __name__ == "__main__":
    unittest.main()
