"""The Socket.IO server of the simulators, which is its own, against clients that others wrote: Debian's python3-socketio
and, where `npm ci` was run, npm's socket.io-client."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

import socketio

from harness import BINARY, SOURCE, Simulator, eventually

NODE = shutil.which("node") or shutil.which("nodejs")
NPM = SOURCE / "tests/integration/npm"
WAYS = (["polling"], ["websocket"], ["polling", "websocket"])


class SimulatorsClients(unittest.TestCase):
    def setUp(self):
        state = pathlib.Path(tempfile.mkdtemp(prefix="rk"))
        self.addCleanup(shutil.rmtree, state)
        environment = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
        process = subprocess.Popen(
            [BINARY, "sim", "--platforms", "whatsapp,holobridge", "--state", state],
            stdout=subprocess.DEVNULL, env=environment,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        about = state / "simulator.json"
        eventually(lambda: about.exists() and about.read_text().endswith("}\n"), "a simulator")
        self.places = json.loads(about.read_text())["platforms"]
        self.simulator = Simulator(json.loads(about.read_text())["control"])

    def write(self, platform, count):
        for number in range(count):
            self.simulator.act("write", platform=platform, channel="general", text=f"number {number}")

    def assert_nothing_against(self, platform):
        self.assertEqual(self.simulator.get("violations", platform=platform), [])

    def guild(self, place):
        request = urllib.request.Request(f"{place['api_url']}/api/guilds", headers={"X-API-Key": place["token"]})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"][0]["id"]

    def test_python_hears_every_event_of_holobridge_over_each_transport(self):
        place = self.places["holobridge"]
        for way in WAYS:
            with self.subTest(transports=way):
                client, events, rooms = socketio.Client(), [], []
                client.on("discord", events.append)
                client.on("subscribed", rooms.append)
                client.connect(place["gateway_url"], auth={"apiKey": place["token"]}, transports=way)
                self.addCleanup(client.disconnect)
                client.emit("subscribe", {"guildIds": [self.guild(place)]})
                eventually(lambda: rooms, "the subscription")
                self.write("holobridge", 40)  # more than one answer to a poll holds
                eventually(lambda: len(events) == 40, f"40 events over {way}")
                client.disconnect()
        self.assert_nothing_against("holobridge")

    def test_python_hears_the_bridge_with_attachments(self):
        place = self.places["whatsapp"]
        for way in WAYS:
            with self.subTest(transports=way):
                client, messages, creds = socketio.Client(), [], []
                client.on("messages.upsert", messages.append, namespace="/api/events")
                client.on("creds.update", creds.append, namespace="/api/events")
                client.connect(
                    place["gateway_url"], auth={"token": place["token"]}, namespaces=["/api/events"], transports=way
                )
                self.addCleanup(client.disconnect)
                names = ["messages.upsert", "creds.update"]
                self.assertTrue(client.call("subscribe", names, namespace="/api/events")["success"])
                self.write("whatsapp", 3)
                self.simulator.fault("creds", platform="whatsapp", attachments=2)
                eventually(lambda: len(messages) == 3 and creds, f"events over {way}")
                self.assertIsInstance(creds[0]["routingInfo"], bytes)
                client.disconnect()
        self.assert_nothing_against("whatsapp")

    @unittest.skipUnless(NODE and (NPM / "node_modules/socket.io-client").is_dir(), "npm ci was not run")
    def test_node_hears_every_event_and_comes_back_after_a_cut(self):
        place = self.places["holobridge"]
        for way in WAYS:
            with self.subTest(transports=way):
                program = subprocess.Popen(
                    [NODE, NPM / "simulated_holobridge.mjs", place["gateway_url"], place["token"], self.guild(place),
                     ",".join(way)],
                    stdout=subprocess.PIPE, text=True,
                )
                try:
                    self.assertEqual(program.stdout.readline(), "subscribed\n")
                    self.write("holobridge", 40)
                    self.assertEqual(program.stdout.readline(), "40 events\n")
                    self.simulator.fault("reset", platform="holobridge")
                    self.assertEqual(program.stdout.readline(), "lost\n")
                    self.assertEqual(program.stdout.readline(), "subscribed\n")
                finally:
                    program.kill()
                    program.wait()
                    program.stdout.close()
        self.assert_nothing_against("holobridge")


if __name__ == "__main__":
    unittest.main()
