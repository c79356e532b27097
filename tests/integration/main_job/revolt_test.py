"""Revolt against its simulator: the same scripts as on Discord, faults, gaps, refused logins, limits."""

import json
import signal
import subprocess

from harness import BINARY, RuntimeTest, Simulator, eventually

LISTENER = """
local rookery = require "rookery"
local say = rookery.log.info
rookery.on("messageCreate", function(ev)
    if ev.author.bot then return end
    say("GOT <" .. ev.content .. "> late=" .. tostring(ev.late) .. " guild=" .. tostring(ev.guildId))
end)
rookery.on("messageUpdate", function(ev) say("EDIT <" .. tostring(ev.new.content) .. ">") end)
rookery.on("messageDelete", function(ev)
    say("GONE <" .. tostring(ev.message and ev.message.content) .. ">")
end)
rookery.on("messageReactionAdd", function(ev)
    say("REACT " .. ev.reaction.emoji.identifier .. " " .. ev.reaction.count)
end)
rookery.on("roleCreate", function(ev) say("ROLE+ " .. ev.name) end)
rookery.on("guildBanAdd", function(ev) say("BAN " .. ev.user.username) end)
rookery.on("presenceUpdate", function(ev) say("PRESENCE " .. ev.new.status) end)
rookery.on("revolt:SomethingNew", function(ev) say("RAW " .. ev.raw.type) end)
"""


class RevoltTest(RuntimeTest):
    def start_bot(self, script=LISTENER, bot="", **options):
        if script:
            self.home.script("listener", script)
        self.home.write_config(bot='platform = "revolt"\n' + bot)
        runtime = self.start(**options)
        return runtime

    def got(self, runtime, text):
        return runtime.log.count(f"GOT <{text}>")

    def assert_no_violations(self, sim):
        self.assertEqual(sim.get("violations", platform="revolt"), [])

    def test_the_script_of_discord_answers(self):
        self.home.example_script("ping")
        sim = self.start_bot(script=None).simulator()
        self.assertEqual(sim.say("!ping"), "pong")
        self.assert_no_violations(sim)

    def test_in_msgpack_too(self):
        self.home.example_script("ping")
        runtime = self.start_bot(bot='format = "msgpack"')
        sim = runtime.simulator()
        self.assertEqual(sim.say("!ping"), "pong")
        sim.act("edit", user="alice", channel="general", message="last", text="edited")
        runtime.wait_for_log("EDIT <edited>")
        self.assert_no_violations(sim)

    def test_what_people_do_is_told(self):
        runtime = self.start_bot()
        sim = runtime.simulator()
        sim.act("write", user="alice", channel="general", text="hello")
        runtime.wait_for_log("GOT <hello> late=false guild=01")
        sim.act("react", user="bob", channel="general", message="last", emoji="\U0001f44d")
        runtime.wait_for_log("REACT \U0001f44d 1")
        sim.act("edit", user="alice", channel="general", message="last", text="hello!")
        runtime.wait_for_log("EDIT <hello!>")
        sim.act("delete", user="alice", channel="general", message="last")
        runtime.wait_for_log("GONE <hello!>")
        sim.act("role_create", name="Owls")
        runtime.wait_for_log("ROLE+ Owls")
        sim.act("presence", user="bob", online=True)
        runtime.wait_for_log("PRESENCE online")
        sim.act("presence", user="bob", status="Busy")
        runtime.wait_for_log("PRESENCE dnd")
        sim.act("write", user="bob", channel="general", text="goodbye")  # names are known of people who have said something
        runtime.wait_for_log("GOT <goodbye>")
        sim.act("ban", user="bob")
        runtime.wait_for_log("BAN bob")
        sim.fault("unknown_event", type="SomethingNew", platform="revolt")
        runtime.wait_for_log("RAW SomethingNew")

    def test_embeds_files_reactions_and_edits_go_out(self):
        script = """
local rookery = require "rookery"
rookery.on("messageCreate", function(ev)
    if ev.content ~= "!all" then return end
    local sent, problem = rookery.messages.send(ev.channelId, {
        content = "**look** <@" .. ev.author.id .. ">",
        embeds = { { title = "Title", description = "text", color = 255, fields = { { name = "n", value = "v" } } } },
        files = { { name = "a.txt", data = "file's text" } },
        masquerade = { name = "Other" },
    })
    if not sent then return rookery.log.error("SEND " .. tostring(problem)) end
    rookery.log.info("SENT " .. sent.author.username .. " " .. #sent.attachments .. " " .. sent.embeds[1].title)
    local ok, why = rookery.reactions.add(sent.channelId, sent.id, "\\240\\159\\145\\141")
    rookery.log.info("REACTED " .. tostring(ok or why))
    rookery.messages.edit(sent.channelId, sent.id, { content = "changed" })
    local list = rookery.messages.list(sent.channelId, { limit = 1 })
    rookery.log.info("LIST " .. list[1].content .. " " .. #list[1].reactions)
    rookery.messages.delete(sent.channelId, sent.id)
    local gone, error = rookery.messages.get(sent.channelId, sent.id)
    rookery.log.info("GET " .. tostring(error))
    local none, unsupported = rookery.threads.create(sent.channelId, { name = "x" })
    rookery.log.info("THREAD " .. tostring(unsupported))
end)
"""
        runtime = self.start_bot(script=script)
        sim = runtime.simulator()
        sim.act("write", user="alice", channel="general", text="!all")
        runtime.wait_for_log("SENT Other 1 Title")
        runtime.wait_for_log("REACTED")
        runtime.wait_for_log("LIST changed 1")
        runtime.wait_for_log("GET ")
        runtime.wait_for_log("THREAD ")
        self.assertIn("threads.create", runtime.log)
        self.assert_no_violations(sim)

    def test_operations_of_every_kind(self):
        script = """
local rookery = require "rookery"
local function try(name, ...)
    local noun, verb = name:match("(%w+)%.(%w+)")
    local answer, problem = rookery[noun][verb](...)
    rookery.log.info("OP " .. name .. " " .. (problem and "ERR " .. tostring(problem) or "ok"))
    return answer or {}
end
rookery.on("messageCreate", function(ev)
    if ev.content ~= "!ops" then return end
    local g, c, u = ev.guildId, ev.channelId, ev.author.id
    try("guilds.get", g) try("guilds.list") try("guilds.edit", g, { description = "d" })
    local ch = try("channels.create", g, "made", { topic = "t" })
    try("channels.edit", ch.id, { name = "made2", rateLimitPerUser = 5 }) try("channels.list", g)
    try("channels.typing", ch.id)
    local hook = try("webhooks.create", ch.id, "hook")
    local by = try("webhooks.execute", hook.id, hook.token, { content = "x", username = "Zed" })
    try("webhooks.editMessage", hook.id, hook.token, by.id, { content = "y" })
    try("webhooks.deleteMessage", hook.id, hook.token, by.id) try("webhooks.delete", hook.id)
    try("members.get", g, u) try("members.list", g, { limit = 2 }) try("members.search", g, "a")
    local role = try("roles.create", g, { name = "R", color = 255, permissions = "2048" })
    try("roles.list", g) try("roles.edit", g, role.id, { name = "R2" })
    try("members.addRole", g, u, role.id) try("members.removeRole", g, u, role.id)
    try("channels.setOverwrite", c, role.id, "role", { allow = "2048", deny = "0" })
    try("channels.deleteOverwrite", c, role.id) try("roles.delete", g, role.id)
    try("members.setNick", g, u, "Nick") try("members.editSelf", g, { nick = "me" })
    try("members.timeout", g, u, 60) try("members.removeTimeout", g, u)
    local m = try("messages.send", c, "pin me")
    try("pins.add", c, m.id) try("pins.remove", c, m.id) try("reactions.add", c, m.id, "👍")
    try("reactions.list", c, m.id, "👍") try("reactions.clear", c, m.id)
    try("messages.list", c, { limit = 2, after = ev.id }) try("messages.bulkDelete", c, { m.id, ev.id })
    try("users.get", u) try("users.me") try("dms.open", u) try("presence.set", "idle")
    try("emojis.create", g, "owl", { name = "a.png", data = "picture" }) try("emojis.list", g)
    try("invites.listGuild", g) try("bans.list", g)
    local bob = try("members.search", g, "bob")[1].id
    try("bans.create", g, bob) try("bans.get", g, bob) try("bans.remove", g, bob) try("api.request", "GET", "/users/@me") try("channels.delete", ch.id)
    rookery.log.info("OPS DONE")
end)
"""
        self.home.script("ops", script)
        self.home.write_config(bot='platform = "revolt"', simulator="rate_limits = false")
        runtime = self.start()
        sim = runtime.simulator()
        sim.act("write", user="alice", channel="general", text="!ops")
        runtime.wait_for_log("OPS DONE", patience=90)
        self.assertNotIn(" ERR ", runtime.log)
        self.assert_no_violations(sim)

    def test_a_gap_is_filled_late_and_nothing_comes_twice(self):
        runtime = self.start_bot()
        sim = runtime.simulator()
        sim.act("write", user="alice", channel="general", text="before")
        runtime.wait_for_log("GOT <before>")
        sim.fault("refuse_upgrade", count=2, platform="revolt")
        sim.fault("reset", platform="revolt")
        for number in range(5):
            sim.act("write", user="alice", channel="general", text=f"missed {number}")
        runtime.wait_for_log("ready as", count=2)
        sim.act("write", user="alice", channel="general", text="after")
        runtime.wait_for_log("GOT <after>")  # live, or in the last page
        for number in range(5):
            runtime.wait_for_log(f"GOT <missed {number}> late=true")
            self.assertEqual(self.got(runtime, f"missed {number}"), 1)
        self.assertEqual(self.got(runtime, "before"), 1)
        order = [runtime.log.index(f"GOT <missed {number}>") for number in range(5)] + [runtime.log.index("GOT <after>")]
        self.assertEqual(order, sorted(order))
        runtime.wait_for_log("messages of 1 channel were fetched")  # said when all of them are on their way
        self.assertRegex(runtime.log, "[56] messages of 1 channel were fetched")
        self.assert_no_violations(sim)

    def outside_simulator(self):
        """One that outlives the runtime."""
        host = subprocess.Popen([BINARY, "sim", "--platforms", "revolt", "--state", str(self.home.path / "sim")],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        found = self.home.path / "sim" / "simulator.json"
        where = json.loads(eventually(lambda: found.exists() and found.read_text(), "simulator.json"))
        place = where["platforms"]["revolt"]
        self.home.write_config(bot=f'platform = "revolt"\ntoken = "{place["token"]}"\napi_url = "{place["api_url"]}"')
        self.home.config.write_text(self.home.config.read_text().replace("enabled = true", "enabled = false"))
        return Simulator(where["control"])

    def test_what_a_killed_run_missed_comes_late_and_once(self):
        sim = self.outside_simulator()
        self.home.script("listener", LISTENER)
        sim.act("write", user="alice", channel="general", text="of old")
        first = self.start()
        sim.act("write", user="alice", channel="general", text="seen")
        first.wait_for_log("GOT <seen>")
        first.end(signal.SIGKILL)
        for number in range(120):  # more than a page
            sim.act("write", user="alice", channel="general", text=f"missed {number}")
        second = self.start()
        sim.act("write", user="alice", channel="general", text="after")
        second.wait_for_log("GOT <after>")  # live, or in the last page
        for number in range(120):
            self.assertEqual(second.log.count(f"GOT <missed {number}> late=true"), 1, number)
        self.assertEqual(self.got(second, "after"), 1)
        order = [second.log.index(f"GOT <missed {number}>") for number in range(120)]
        self.assertEqual(order, sorted(order))
        self.assertGreater(second.log.index("GOT <after>"), order[-1])
        self.assertEqual(self.got(second, "of old"), 0)
        self.assertLessEqual(self.got(second, "seen"), 1)  # not finished when it was killed: told again from the journal
        self.assertEqual(sim.get("violations", platform="revolt"), [])

    def test_odd_frames_do_no_harm(self):
        runtime = self.start_bot()
        sim = runtime.simulator()
        for fault in ("bulk", "unknown_channel", "malformed", "server_ping"):
            sim.fault(fault, platform="revolt")
        sim.fault("fragment", bytes=7, platform="revolt")
        sim.act("write", user="alice", channel="general", text="one")
        runtime.wait_for_log("GOT <one>")
        sim.fault("duplicate", count=1, platform="revolt")
        sim.act("write", user="alice", channel="general", text="two")
        sim.act("write", user="alice", channel="general", text="three")
        runtime.wait_for_log("GOT <three>")
        self.assertEqual(self.got(runtime, "two"), 1)

    def test_logout_is_final(self):
        runtime = self.start_bot()
        runtime.simulator().fault("logout", platform="revolt")
        runtime.wait_for_log("logged out by the server")
        code, text = self.control("list")
        self.assertIn("fatal", text)

    def test_a_refused_token_is_final(self):
        runtime = self.start_bot()
        sim = runtime.simulator()
        sim.fault("refuse_login", error="InvalidSession", platform="revolt")
        sim.fault("reset", platform="revolt")
        runtime.wait_for_log("the token was refused (InvalidSession)")

    def test_rate_limits_and_broken_answers_are_waited_out(self):
        self.home.example_script("ping")
        sim = self.start_bot(script=None).simulator()
        sim.fault("rest_429", ms=300, platform="revolt")
        self.assertEqual(sim.say("!ping"), "pong")
        sim.fault("rest_error", status=502, html=True, platform="revolt")
        self.assertEqual(sim.say("!ping"), "pong")
        self.assertEqual(sim.get("violations", platform="revolt"), [])
