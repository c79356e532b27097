"""What extensions get beside events: storage over kill -9, HTTP by grant, manifests, settings, metrics."""

import http.server
import signal
import threading
import unittest

from harness import RuntimeTest, eventually

COUNT = """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    if ev.author.bot then return end
    if ev.content == "!count" then ev:reply(tostring(rookery.kv.incr("count"))) end
end)
"""

ASK = """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    if ev.author.bot or not ev.content:find("^!ask") then return end
    local answer, problem, kind = rookery.http.get(ev.content:sub(6), { timeout = 5 })
    ev:reply(answer and answer.status .. " " .. answer:json().hello or kind .. ": " .. problem)
end)
"""


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"hello":"world"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Services(RuntimeTest):
    def serve(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_address[1]

    def test_what_was_stored_outlives_kill_9(self):
        self.home.script("count", COUNT)
        runtime = self.start()
        for number in ("1", "2", "3"):
            self.assertEqual(runtime.simulator().say("!count"), number)
        runtime.end(signal.SIGKILL)
        runtime = self.start()
        self.assertEqual(runtime.simulator().say("!count"), "4")

    def test_a_reload_keeps_what_was_stored(self):
        path = self.home.script("count", COUNT)
        runtime = self.start()
        self.assertEqual(runtime.simulator().say("!count"), "1")
        path.write_text(COUNT + "-- changed\n")
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        self.assertEqual(runtime.simulator().say("!count"), "2")

    def test_a_host_is_reached_once_it_is_granted(self):
        port = self.serve()
        self.home.script("ask", ASK)
        runtime = self.start()
        said = runtime.simulator().say(f"!ask http://127.0.0.1:{port}/")
        self.assertTrue(said.startswith("denied: "), said)
        self.assertIn(f'[scripts.ask] grant = ["http:127.0.0.1:{port}"]', said)
        self.home.write_config(extra='[scripts.ask]\ngrant = ["http:*"]')
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        for url in (f"http://127.0.0.1:{port}/", f"http://localhost:{port}/"):
            self.assertTrue(runtime.simulator().say(f"!ask {url}").startswith("denied: "), url)
        self.home.write_config(extra=f'[scripts.ask]\ngrant = ["http:127.0.0.1:{port}"]')
        code, text = self.control("reload")
        self.assertEqual(code, 0, text)
        self.assertEqual(runtime.simulator().say(f"!ask http://127.0.0.1:{port}/"), "200 world")

    def test_a_manifest_is_held_to(self):
        self.home.script("held", '--[[rookery {"capabilities": ["http:example.com"]} ]]\n' + COUNT)
        self.home.script("odd", '--[[rookery\n{"nmae": "x"} ]]\n' + COUNT)
        self.home.script("set", '--[[rookery {"config": {"word": {"type": "string", "default": "hello"}}} ]]\n'
                                'local rookery = require "rookery"\nrookery.log.info("word:", rookery.config.word)')
        runtime = self.start()
        runtime.wait_for_log("script held: failed: its manifest asks for what it has not been given")
        runtime.wait_for_log('[scripts.held] grant = ["http:example.com"]')
        runtime.wait_for_log("odd.lua:2:10: there is no key \"nmae\"")
        runtime.wait_for_log("word: hello")

    def test_a_wrong_grant_is_an_error_of_the_configuration(self):
        self.home.write_config(extra='[scripts.ask]\ngrant = ["http:https://example.com"]')
        runtime = self.start(ready=False)
        runtime.wait_for_log("rookery.toml:")
        runtime.wait_for_log("expected a host in lower case")
        self.assertNotEqual(runtime.process.wait(30), 0)

    def test_settings_and_metrics(self):
        self.home.script("talk", """
            local rookery = require "rookery"
            rookery.settings.declare { word = { type = "string", default = "hi", max = 5 } }
            local said = rookery.metrics.counter("said")
            rookery.on("messageCreate", function(ev)
                if ev.author.bot then return end
                said:inc()
                local word = ev.content:match("^!word (.*)")
                if word then
                    local done, problem = rookery.settings.set(ev.guildId, "word", word)
                    ev:reply(done and "ok" or problem)
                elseif ev.content == "!say" then
                    ev:reply(rookery.settings.get(ev.guildId, "word"))
                end
            end)""")
        runtime = self.start()
        sim = runtime.simulator()
        self.assertEqual(sim.say("!say"), "hi")
        self.assertEqual(sim.say("!word too long"), "word must be at most 5 bytes long, got 8")
        self.assertEqual(sim.say("!word yo"), "ok")
        self.assertEqual(sim.say("!say"), "yo")
        code, text = self.control("metrics")
        self.assertEqual(code, 0, text)
        self.assertIn("script_talk_said 4\n", text)
        self.assertIn('rookery_extension_up{kind="script",name="talk"} 1\n', text)
        runtime.end(signal.SIGKILL)
        runtime = self.start()
        self.assertEqual(eventually(lambda: runtime.simulator().say("!say"), "an answer"), "yo")


if __name__ == "__main__":
    unittest.main()
