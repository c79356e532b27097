"""Runs the installed discord.py against the simulator: login, ready, hear, answer, slash command with completion, button,
select, modal, all members, resume.

Only addresses are patched. Usage: tour.py SIM_HOST zlib|tls|shards
"""

import asyncio
import json
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

import aiohttp
import discord
import discord.gateway
import discord.http
import yarl
from discord import app_commands

DEADLINE_S = 90
MEMBERS = 1500
SHARDS = 2


def control(addresses, target, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(addresses["control"] + target, data=data)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{target}: {error.code} {error.read().decode()}") from None


def point_at(addresses):
    discord.http.Route.BASE = addresses["api_url"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(addresses["gateway_url"])


class Form(discord.ui.Modal, title="A question"):
    answer = discord.ui.TextInput(label="Answer", custom_id="answer")

    async def on_submit(self, interaction):
        await interaction.response.send_message(f"you said {self.answer.value}")


class Menu(discord.ui.View):
    @discord.ui.button(label="Snooze", custom_id="snooze")
    async def snooze(self, interaction, _):
        await interaction.response.edit_message(content=f"snoozed by {interaction.user.name}")

    @discord.ui.select(custom_id="tea", options=[discord.SelectOption(label="Green", value="green"),
                                                 discord.SelectOption(label="Black", value="black")])
    async def tea(self, interaction, select):
        await interaction.response.send_message(f"{select.values[0]} tea")


def commands_of(tree):
    @tree.command(name="remind", description="Reminds you")
    async def remind(interaction, when: str, who: discord.Member, what: str):
        await interaction.response.defer()
        await interaction.followup.send(f"{who.name}: {what} in {when}", view=Menu())

    @remind.autocomplete("when")
    async def complete(_, typed):
        return [app_commands.Choice(name=f"{typed} hours", value=f"{typed}h")]

    @tree.command(name="ask", description="Opens a form")
    async def ask(interaction):
        await interaction.response.send_modal(Form())


def client_class(sharded):
    class Bot(discord.AutoShardedClient if sharded else discord.Client):
        def __init__(self, ca_file):
            super().__init__(intents=discord.Intents.all(), chunk_guilds_at_startup=False)
            if ca_file:
                # This version takes no connector of its own; its HTTP client keeps one that is set.
                trust = ssl.create_default_context(cafile=ca_file)
                self.http.connector = aiohttp.TCPConnector(ssl=trust)
            self.is_up = asyncio.Event()
            self.resumed = asyncio.Semaphore(0)
            self.tree = app_commands.CommandTree(self)
            commands_of(self.tree)

        async def on_ready(self):
            self.is_up.set()

        async def on_resumed(self):
            self.resumed.release()

        async def on_message(self, message):
            if message.author != self.user and message.content == "!ping":
                await message.channel.send(f"pong, {message.author.display_name}")

    return Bot


async def use_commands(bot, ask):
    async def interact(**body):
        return await ask("/_sim/interact", {"channel": "general", "timeout_ms": 10_000, **body})

    await bot.tree.sync()
    completed = await interact(kind="complete", user="alice", text="/remind 2")
    assert completed["choices"] == [{"name": "2 hours", "value": "2h"}], completed
    reminded = await interact(kind="slash", user="alice", text="/remind 2h @bob a cup of tea")
    assert reminded["content"] == "bob: a cup of tea in 2h", reminded
    message = reminded["message"]["id"]
    selected = await interact(kind="click", user="bob", message=message, custom_id="tea", values=["black"])
    assert selected["content"] == "black tea", selected
    clicked = await interact(kind="click", user="bob", message=message, custom_id="snooze")
    assert clicked["content"] == "snoozed by bob", clicked
    asked = await interact(kind="slash", user="carol", text="/ask")
    assert asked["modal"]["title"] == "A question", asked
    said = await interact(kind="submit", user="carol", fields={"answer": "yes"})
    assert said["content"] == "you said yes", said


async def talk(addresses, transport):
    shards = SHARDS if transport == "shards" else 1
    bot = client_class(shards > 1)(addresses["ca_file"])
    running = asyncio.create_task(bot.start(addresses["token"]))

    async def ask(target, body=None):
        return await asyncio.to_thread(control, addresses, target, body)

    async def say():
        answer = await ask("/_sim/say", {"channel": "general", "user": "alice", "text": "!ping", "timeout_ms": 10_000})
        assert answer["answered"], answer
        assert answer["answer"] == "pong, alice", answer

    await bot.is_up.wait()
    guild = discord.utils.get(bot.guilds, name="Rookery")
    assert guild is not None and len(bot.guilds) == shards, bot.guilds
    await say()
    await use_commands(bot, ask)
    members = await guild.chunk()
    assert len(members) == MEMBERS, len(members)
    found = await guild.query_members("alice")
    assert [member.name for member in found] == ["alice"], found
    await ask("/_sim/fault", {"kind": "reconnect"})
    for _ in range(shards):
        await bot.resumed.acquire()
    await say()
    sessions = await ask("/_sim/sessions")
    assert sessions["identifies"] == shards and sessions["resumes"] == shards, sessions
    violations = await ask("/_sim/violations")
    assert violations == [], violations
    await bot.close()
    await asyncio.gather(running, return_exceptions=True)


def main():
    transport = sys.argv[2]
    shards = SHARDS if transport == "shards" else 1
    host = subprocess.Popen([sys.argv[1], transport, f"members={MEMBERS}", f"shards={shards}", f"guilds={shards}"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        addresses = json.loads(host.stdout.readline())
        point_at(addresses)
        asyncio.run(asyncio.wait_for(talk(addresses, transport), DEADLINE_S))
    finally:
        host.stdin.close()
        host.wait(timeout=20)
    print("discord.py", discord.__version__, transport, "ok")
    return host.returncode


if __name__ == "__main__":
    sys.exit(main())
