"""Commands that are declared once, through the real binary: their forms, who may use them, and what outlives what."""

import json
import signal
import sys
import unittest

from harness import RuntimeTest, eventually

ECHO = """
local rookery = require "rookery"
rookery.command{
    name = "echo", description = "Says it again", aliases = { "e" },
    options = {
        { name = "times", type = "integer", description = "How often", required = true, min = 1, max = 3 },
        { name = "what", type = "string", description = "What", default = "nothing" },
    },
    run = function(ctx, options)
        return ctx.source .. ": " .. (options.what .. " "):rep(options.times):sub(1, -2)
    end,
}
"""

SLOW = """
local rookery = require "rookery"
rookery.command{ name = "slow", description = "Takes its time", run = function(ctx)
    rookery.log.info("BEGUN " .. ctx.source)
    rookery.sleep(%s)
    return "%s"
end }
"""

GATED = """
local rookery = require "rookery"
local function command(name, rules)
    rules.name, rules.description = name, "d"
    rules.run = function(ctx) return name .. " done" end
    rookery.command(rules)
end
command("stop", { owner = true })
command("purge", { member_permissions = { "manageMessages" } })
command("ours", { where = "guild" })
command("mine", { where = "dm" })
command("daily", { cooldown = { per = "user", uses = 1, time = "1h" } })
command("plain", {})
"""


class Commands(RuntimeTest):
    def setUp(self):
        super().setUp()
        self.transcript = []

    def note(self, who, what):
        self.transcript.append(f"{who:>10}  {what}")

    def show(self, title):
        """Printed with -v: what was done and seen."""
        if "-v" in sys.argv:
            print(f"\n--- {title}\n" + "\n".join(self.transcript), flush=True)

    def use(self, sim, name, user="alice", options=None):
        self.note(user, f"/{name}")
        return sim.act("slash", channel="general", user=user, name=name, options=options or [])

    def answer(self, sim, made, states=("answered",)):
        state = eventually(
            lambda: (lambda now: now if now["state"] in states else None)(sim.get("interaction", token=made["token"])),
            f"state {states}",
        )
        return state["callback"]["data"]

    def slash(self, sim, name, **more):
        """What the bot answers to a slash command."""
        return self.answer(sim, self.use(sim, name, **more))["content"]

    def say(self, sim, text, user="alice", **more):
        self.note(user, text)
        got = sim.say(text, user=user, **more)
        self.note("bot", got)
        return got

    def overwrites(self, sim):
        """How often all commands of a scope were replaced."""
        lines = [json.dumps(entry) for entry in sim.get("log", limit=5000)]
        return len([line for line in lines if "PUT" in line and "/commands" in line])

    def registered(self):
        """Waits until the platform has every command, as the runtime says."""
        def there():
            code, text = self.control("commands", "--json")
            commands = json.loads(text) if code == 0 else []
            return commands and all(one["state"] == "there" for one in commands)
        eventually(there, "every command is there", 60)

    def test_one_declaration_is_a_text_and_a_slash_command(self):
        self.home.script("echo", ECHO)
        sim = self.start().simulator()
        self.assertEqual(self.say(sim, '!echo 2 "ha ha"'), "prefix: ha ha ha ha")
        self.assertEqual(self.say(sim, "!E 1"), "prefix: nothing")
        options = [{"name": "times", "type": 4, "value": 2}, {"name": "what", "type": 3, "value": "ha"}]
        self.assertEqual(self.slash(sim, "echo", options=options), "slash: ha ha")
        self.assertIn("3", self.say(sim, "!echo 4 x"))
        self.assertIn("times", self.say(sim, "!echo"))
        self.assertIsNone(self.say(sim, "!nothing", timeout_ms=700))
        self.assertIsNone(self.say(sim, "echo 1", timeout_ms=300))

    def test_an_answer_of_which_no_word_comes_back_is_given_once(self):
        self.home.script("late", """
            local rookery = require "rookery"
            rookery.command{ name = "late", description = "Says so later", run = function(ctx)
                ctx:defer()
                ctx:edit("late")
            end }
            rookery.command{ name = "twice", description = "Says two things", run = function(ctx)
                ctx:reply("first")
                ctx:followUp("second")
            end }""")
        runtime = self.start()
        runtime.wait_for_log("commands everywhere: added")
        sim = runtime.simulator()
        for name, said in (("late", ["late"]), ("twice", ["first", "second"])):
            sim.fault("rest_cut", count=1)
            self.use(sim, name)
            eventually(lambda: set(said) <= set(sim.messages()), f"the answers to {name}")
            self.assertEqual([m for m in sim.messages() if m in said], said)

    def test_a_message_that_is_gone_is_answered(self):
        self.home.script("tidy", """
            local rookery = require "rookery"
            rookery.command{ name = "tidy", description = "Leaves nothing behind", run = function(ctx)
                assert(ctx.event:delete())
                return "tidied"
            end }""")
        sim = self.start().simulator()
        self.assertEqual(self.say(sim, "!tidy"), "tidied")
        self.assertNotIn("!tidy", sim.messages())

    def test_whom_a_text_names_is_found_in_any_case(self):
        self.home.script("who", """
            local rookery = require "rookery"
            rookery.command{ name = "who", description = "Tells", options = {
                { name = "user", type = "user", description = "Whom", required = true } },
                run = function(_, options) return options.user.username end }""")
        sim = self.start().simulator()
        for text in ("bob", "BOB", "@Bob"):
            self.assertEqual(self.say(sim, f"!who {text}"), "bob")

    def test_who_may_and_where(self):
        self.home.write_config(bot='owners = ["4242"]')
        self.home.script("gated", GATED)
        sim = self.start().simulator()
        self.assertEqual(self.say(sim, "!plain"), "plain done")
        self.assertEqual(self.say(sim, "!ours"), "ours done")
        for text in ("!stop", "!purge", "!mine"):
            self.assertNotIn("done", self.say(sim, text, user="carol"))
        self.assertEqual(self.say(sim, "!purge", user="bob"), "purge done")  # a moderator
        self.assertEqual(self.answer(sim, self.use(sim, "mine"))["flags"] & 64, 64)
        self.show("who may and where")

    def test_a_cooldown_over_kill_9(self):
        sim = self.simulator_apart()
        self.home.script("gated", GATED)
        runtime = self.start()
        self.assertEqual(self.say(sim, "!daily"), "daily done")
        self.assertIn("hour", self.say(sim, "!daily"))
        runtime.end(signal.SIGKILL)
        self.note("operator", "kill -9, start")
        self.start(ready=False).wait_for_log("resumed at event")
        self.assertNotIn("done", self.say(sim, "!daily"))
        self.assertEqual(self.say(sim, "!daily", user="bob"), "daily done")
        self.show("a cooldown of an hour over kill -9")

    def test_prefixes_of_the_bot_and_its_mention(self):
        self.home.write_config(bot='prefix = ["?", "hey bot "]')
        self.home.script("gated", GATED)
        sim = self.start().simulator()
        self.assertEqual(self.say(sim, "?plain"), "plain done")
        self.assertEqual(self.say(sim, "hey bot plain"), "plain done")
        self.assertIsNone(self.say(sim, "!plain", timeout_ms=500))
        self.home.write_config(bot='prefix = "+"')
        self.assertEqual(self.control("reload")[0], 0)
        self.assertEqual(self.say(sim, "+plain"), "plain done")

    def test_help_by_pages_and_of_one_command(self):
        for i in range(30):
            self.home.script(f"s{i}", f"""
                require("rookery").command{{ name = "command{i:02}", description = "Number {i}", run = function() end }}""")
        sim = self.start().simulator()
        first = self.say(sim, "!help")
        self.assertIn("command00", first)
        self.assertNotIn("command29", first)
        self.assertIn("Number 7", self.say(sim, "!help command07"))
        self.assertIn("nonsense", self.say(sim, "!help nonsense"))
        self.assertIn("command00", self.slash(sim, "help"))

    def test_an_extensions_own_help_wins(self):
        self.home.script("own", """
            require("rookery").command{ name = "help", description = "Mine", run = function() return "own help" end }""")
        sim = self.start().simulator()
        self.assertEqual(self.say(sim, "!help"), "own help")
        self.assertEqual(self.slash(sim, "help"), "own help")

    def test_two_extensions_with_one_name_and_a_hundred_and_one_commands(self):
        text = 'require("rookery").command{ name = "%s", aliases = { "m" }, description = "d", run = function() return "a" end }'
        self.home.script("a", text % "mine")
        self.home.script("b", "\n" + text % "mine")
        self.home.script("c", "\n" + text % "more")
        self.home.write_config(extra="[commands]\nhelp = false")
        runtime = self.start()
        sim = runtime.simulator()
        runtime.wait_for_log("command mine has been declared already by script a (a.lua:1)")
        runtime.wait_for_log("command more: the name m has been declared already by script a (a.lua:1)")
        self.assertEqual(self.say(sim, "!m"), "a")
        self.home.script("many", """
            local rookery = require "rookery"
            local function run() return "many" end
            for i = 1, 99 do rookery.command{ name = "c" .. i, description = "d", run = run } end
            print(pcall(rookery.command, { name = "last", description = "d", run = run }))
            rookery.command{ name = "last", description = "d", slash = false, run = run }
        """)
        self.assertEqual(self.control("reload")[0], 1)  # b and c still cannot
        runtime.wait_for_log("command last: the platform takes 100 of that type")
        self.assertEqual(self.say(sim, "!last"), "many")

    def test_other_platforms_by_text(self):
        for platform in ("revolt", "guilded"):
            with self.subTest(platform):
                self.home.write_config(bot=f'platform = "{platform}"')
                self.home.script("echo", ECHO)
                runtime = self.start(ready=False)
                runtime.wait_for_log("bot demo: ready")
                sim = runtime.simulator()
                self.assertEqual(self.say(sim, "!echo 2 ha"), "prefix: ha ha", runtime.log[-3000:])
                self.assertIn("3", self.say(sim, "!echo 9"))
                runtime.end()

    def test_a_slow_autocomplete_gets_no_choices(self):
        self.home.write_config(bot='interactions = { after = "200ms" }')
        self.home.script("tea", """
            local rookery = require "rookery"
            rookery.command{ name = "tea", description = "d", options = {
                { name = "kind", type = "string", description = "d", autocomplete = function(ctx, typed)
                    if typed == "slow" then rookery.sleep(2) end
                    return { typed .. "!" }
                end } }, run = function() end }""")
        sim = self.start().simulator()
        complete = lambda text: self.control("sim", "complete", "#general", "alice", text)
        self.assertIn("gr!", complete("/tea gr")[1])
        self.assertNotIn("slow!", complete("/tea slow")[1])

    def test_a_reload_in_the_middle(self):
        self.home.script("slow", SLOW % (1, "from the old version"))
        runtime = self.start()
        sim = runtime.simulator()
        made = self.use(sim, "slow")
        runtime.wait_for_log("BEGUN slash")
        self.home.script("slow", SLOW % (0, "from the new version"))
        self.note("operator", "reload")
        code, text = self.control("reload", "slow")
        self.assertEqual(code, 0)
        self.note("runtime", text.strip())
        self.assertIn("lost 0, doubled 0", text)
        first = self.answer(sim, made)["content"]
        second = self.slash(sim, "slow")
        self.note("bot", first)
        self.note("bot", second)
        self.assertEqual((first, second), ("from the old version", "from the new version"))
        self.show("a reload in the middle of a slash command")

    def test_kill_9_in_the_middle(self):
        sim = self.simulator_apart()
        self.home.script("slow", SLOW % (60, "once"))
        runtime = self.start()
        eventually(lambda: self.overwrites(sim) > 0, "the commands")
        made = self.use(sim, "slow")
        self.note("alice", "!slow")
        sim.act("write", channel="general", user="alice", text="!slow")
        runtime.wait_for_log("BEGUN slash")
        runtime.wait_for_log("BEGUN prefix")
        runtime.end(signal.SIGKILL)
        self.home.script("slow", SLOW % (0, "once"))
        self.note("operator", "kill -9, start")
        runtime = self.start(ready=False)
        runtime.wait_for_log("BEGUN slash")
        runtime.wait_for_log("BEGUN prefix")
        self.assertEqual(self.answer(sim, made)["content"], "once")
        eventually(lambda: sim.messages().count("once") == 2, "both answers")
        runtime.end()
        self.note("bot", " and ".join(m for m in sim.messages() if m == "once"))
        self.assertEqual(sim.messages().count("once"), 2)
        self.show("kill -9 in the middle of a slash command and of the same in text")

    def test_fifty_reloads_without_changes_send_nothing(self):
        self.home.script("echo", ECHO)
        self.home.script("gated", GATED)
        runtime = self.start()
        sim = runtime.simulator()
        runtime.wait_for_log("commands everywhere: added")
        before = self.overwrites(sim)
        for i in range(50):
            self.home.script("echo", f"-- {i}\n{ECHO}")
            self.assertEqual(self.control("reload", "echo")[0], 0)
        self.assertEqual(self.slash(sim, "plain"), "plain done")
        self.assertEqual(self.overwrites(sim), before)
        self.home.script("echo", ECHO.replace("Says it again", "Repeats"))
        self.assertEqual(self.control("reload", "echo")[0], 0)
        eventually(lambda: self.overwrites(sim) == before + 1, "the change")
        self.note("platform", f"{before} overwrite at the start, 0 over 50 reloads, 1 after a change")
        self.show("what 50 reloads send")

    def test_a_restart_without_changes_sends_nothing(self):
        sim = self.simulator_apart()
        self.home.script("echo", ECHO)
        runtime = self.start(ready=False)
        self.registered()
        before = self.overwrites(sim)
        self.assertEqual(before, 1)
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
            runtime.end(number)
            runtime = self.start(ready=False)
            self.registered()
            self.assertEqual(self.slash(sim, "echo", options=[{"name": "times", "type": 4, "value": 1}]),
                             "slash: nothing")
            self.assertEqual(self.overwrites(sim), before)
        runtime.end()
        self.home.script("echo", ECHO.replace("Says it again", "Repeats"))
        runtime = self.start(ready=False)
        eventually(lambda: self.overwrites(sim) == before + 1, "the change", 60)
        self.registered()
        runtime.end()
        self.start(ready=False)
        self.registered()
        self.assertEqual(self.overwrites(sim), before + 1)
        self.note("platform", "1 overwrite at the start, 0 over 3 restarts, 1 after a change, 0 over another restart")
        self.show("what restarts send to a platform that outlives them")

    def test_what_a_guild_wants_is_kept(self):
        self.home.script("gated", GATED)
        runtime = self.start()
        sim = runtime.simulator()
        self.assertIn("Manage Guild", self.say(sim, "!commands prefix ?", user="carol"))
        self.assertIn("`?`", self.say(sim, "!commands prefix ?"))
        self.assertIn("plain", self.say(sim, "?commands disable plain"))
        self.assertIn("nonsense", self.say(sim, "?commands disable nonsense"))
        self.assertIn("commands", self.say(sim, "?commands disable commands"))
        self.assertIsNone(self.say(sim, "!daily", timeout_ms=500))
        self.assertNotIn("done", self.say(sim, "?plain"))
        self.assertNotIn("done", self.slash(sim, "plain"))
        runtime.end()
        sim = self.start().simulator()
        self.assertNotIn("done", self.say(sim, "?plain"))
        self.assertIn("plain", self.say(sim, "?commands enable plain"))
        self.assertIn("`!`", self.say(sim, "?commands prefix -"))
        self.assertEqual(self.say(sim, "!plain"), "plain done")
        self.show("what a guild wants, over a restart")


if __name__ == "__main__":
    unittest.main()
