"""discord.py at the bench's feed: reads three fields of each message.

    peer.py PORT MESSAGES

Prints "up", and "done SEEN" when that many messages have been handled.
"""

import logging
import sys

import discord
import discord.gateway
import discord.http
import yarl

PORT, MESSAGES = int(sys.argv[1]), int(sys.argv[2])


class Client(discord.Client):
    handled = 0
    seen = 0

    async def on_ready(self):
        print("up", flush=True)

    async def on_message(self, message):
        self.seen += len(message.author.name) + len(message.content) + len(str(message.channel.id))
        self.handled += 1
        if self.handled == MESSAGES:
            print("done", self.seen, flush=True)


discord.http.Route.BASE = f"http://127.0.0.1:{PORT}/api/v10"
websocket = discord.gateway.DiscordWebSocket
websocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{PORT}")
plain = websocket.from_client.__func__
websocket.from_client = classmethod(lambda cls, client, **options: plain(cls, client, **{**options, "zlib": False}))
logging.getLogger("discord").setLevel(logging.ERROR)
Client(intents=discord.Intents.all(), chunk_guilds_at_startup=False, guild_ready_timeout=1).run("bench", log_handler=None)
