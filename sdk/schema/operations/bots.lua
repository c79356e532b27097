return {
    {
        name = "bots.capabilities",
        doc = "What the bot's platform can do: { platform, title, operations, events, features }. `operations`: by name, true, "
            .. "or the list of the parameters that it serves where it refuses others. `events`: by name, true. `features`: by "
            .. "name, whether it has threads, embeds, files, replies, edits, reactions, and so on.",
        params = {},
        scope = "bots:read",
        everywhere = true,
        discord = { core = "capabilities" },
    },
}
