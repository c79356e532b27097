"""discord.py's commands.Bot at the texts of bench_commands, which come on standard input: finds the command, makes its
context and parses the arguments. Prints nanoseconds of the thread for each. No network.
"""

import asyncio
import re
import statistics
import sys
import time
import types
import typing

import discord
from discord.ext import commands

ROUNDS, TURNS = 7, 4
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


class Duration(commands.Converter):
    async def convert(self, ctx, argument):
        if not re.fullmatch(r"(\d+[dhms])+", argument):
            raise commands.BadArgument(argument)
        return sum(int(amount) * UNITS[unit] for amount, unit in re.findall(r"(\d+)([dhms])", argument))


def register(bot, name):
    async def remind(ctx, when: Duration, *, what: str): ...
    async def warn(ctx, who: discord.Object, *, reason: typing.Optional[str]): ...
    async def roll(ctx, dice: commands.Range[int, 1, 100], times: typing.Optional[int]): ...
    async def note(ctx, title: str, *, text: typing.Optional[str]): ...
    async def todo(ctx): ...
    async def add(ctx, *, what: str): ...

    kind = name.rstrip("0123456789")
    alias = ["alias" + name[len(kind):]]
    if kind == "todo":
        group = commands.Group(todo, name=name, aliases=alias)
        group.add_command(commands.Command(add, name="add"))
        bot.add_command(group)
    else:
        bot.add_command(commands.Command({"remind": remind, "warn": warn, "roll": roll, "note": note}[kind], name=name,
                                         aliases=alias))


async def read(bot, message):
    ctx = await bot.get_context(message)
    command = ctx.command
    if isinstance(command, commands.Group):  # as Group.invoke() does
        ctx.view.skip_ws()
        command = command.all_commands[ctx.view.get_word()]
    await command._parse_arguments(ctx)
    assert ctx.args or ctx.kwargs


async def main():
    texts = sys.stdin.read().splitlines()
    bot = commands.Bot(command_prefix="!", intents=discord.Intents.none(), help_command=None)
    bot._connection.user = types.SimpleNamespace(id=1)
    for text in texts:
        register(bot, text[1:].split()[0])
    author = types.SimpleNamespace(id=2)
    messages = [types.SimpleNamespace(content=text, author=author, guild=None, channel=None, attachments=[],
                                      _state=bot._connection) for text in texts]
    rounds = []
    for _ in range(ROUNDS):
        start = time.thread_time_ns()
        for _ in range(TURNS):
            for message in messages:
                await read(bot, message)
        rounds.append((time.thread_time_ns() - start) / (TURNS * len(messages)))
    print(statistics.median(rounds))


asyncio.run(main())
