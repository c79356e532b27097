"""Runs the installed discord.py against the simulator: login, ready, hear, answer, resume.

Only addresses are patched. Usage: login_and_answer.py SIM_HOST plain|zlib|tls
Exit code 77 when discord.py is not installed.
"""

import asyncio
import functools
import json
import ssl
import subprocess
import sys
import urllib.request

try:
    import aiohttp
    import discord
    import discord.gateway
    import discord.http
    import yarl
except ImportError:
    sys.exit(77)

DEADLINE_S = 60


def control(addresses, target, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(addresses["control"] + target, data=data)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def point_at(addresses, transport):
    discord.http.Route.BASE = addresses["api_url"]
    websocket = discord.gateway.DiscordWebSocket
    websocket.DEFAULT_GATEWAY = yarl.URL(addresses["gateway_url"])
    if transport == "plain":
        original = websocket.from_client.__func__
        websocket.from_client = classmethod(functools.partial(original, zlib=False))


class Bot(discord.Client):
    def __init__(self, ca_file):
        super().__init__(intents=discord.Intents.all())
        if ca_file:
            # This version takes no connector of its own; its HTTP client keeps one that is set.
            trust = ssl.create_default_context(cafile=ca_file)
            self.http.connector = aiohttp.TCPConnector(ssl=trust)
        self.is_up = asyncio.Event()
        self.has_resumed = asyncio.Event()

    async def on_ready(self):
        self.is_up.set()

    async def on_resumed(self):
        self.has_resumed.set()

    async def on_message(self, message):
        if message.author != self.user and message.content == "!ping":
            await message.channel.send(f"pong, {message.author.display_name}")


async def talk(addresses):
    bot = Bot(addresses["ca_file"])
    running = asyncio.create_task(bot.start(addresses["token"]))

    async def say():
        question = {"channel": "general", "user": "alice", "text": "!ping", "timeout_ms": 10_000}
        answer = await asyncio.to_thread(control, addresses, "/_sim/say", question)
        assert answer["answered"], answer
        assert answer["answer"] == "pong, alice", answer

    await bot.is_up.wait()
    assert [guild.name for guild in bot.guilds] == ["Rookery"], bot.guilds
    assert len(bot.guilds[0].members) == 10, bot.guilds[0].members
    await say()
    await asyncio.to_thread(control, addresses, "/_sim/fault", {"kind": "reconnect"})
    await bot.has_resumed.wait()
    await say()
    sessions = await asyncio.to_thread(control, addresses, "/_sim/sessions")
    assert sessions["identifies"] == 1 and sessions["resumes"] == 1, sessions
    violations = await asyncio.to_thread(control, addresses, "/_sim/violations")
    assert violations == [], violations
    await bot.close()
    await asyncio.gather(running, return_exceptions=True)


def main():
    host = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        addresses = json.loads(host.stdout.readline())
        point_at(addresses, sys.argv[2])
        asyncio.run(asyncio.wait_for(talk(addresses), DEADLINE_S))
    finally:
        host.stdin.close()
        host.wait(timeout=20)
    print("discord.py", discord.__version__, sys.argv[2], "ok")
    return host.returncode


if __name__ == "__main__":
    sys.exit(main())
