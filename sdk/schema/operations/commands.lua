-- Commands that extensions declare once for every platform, as the runtime keeps them. What the platform itself has of
-- them are the operations of application_commands.lua.
local guild = { "guildId", "id", doc = "The guild; without it that of the event being handled." }

return {
    {
        name = "commands.all",
        doc = "Every command that extensions have declared and that is there: { prefix, language, commands }. `prefix` is "
            .. "what is written before them, empty where texts are no commands; `language` that of the texts. Each "
            .. "command: name, path, shown, type, description, usage, aliases, category, hidden, examples, notes, options, subcommands, extension, slash, "
            .. "text, disabled.",
        params = {
            guild,
            { "locale", "text", max = 20, doc = "Of the texts; that of the guild, as ctx.locale of a text." },
        },
        scope = "commands:read", everywhere = true,
        discord = { core = "all" },
    },
    {
        name = "commands.policy",
        doc = "What the guild has set for commands: { prefix, disabled, language }. `prefix`: a list, or null for the "
            .. "bot's own; `disabled`: paths; `language`: \"de\", or null where it follows from the platform and the "
            .. "configuration.",
        params = { guild },
        scope = "commands:read", everywhere = true,
        discord = { core = "policy" },
    },
    {
        name = "commands.configure",
        doc = "Changes what the guild has set for commands, and gives it as commands.policy does. Kept over restarts.",
        params = {
            guild,
            { "prefix", "texts", nullable = true, doc = "Its own; an empty list for none; null: the bot's." },
            { "enable", "texts", doc = "Paths of commands (\"todo add\"), by their true names." },
            { "disable", "texts", doc = "The same; what is below a command goes with it." },
            {
                "language", "text", nullable = true, max = 20,
                doc = "Of answers to texts: \"de\", \"en-US\"; null: none of its own.",
            },
        },
        scope = "commands:write", everywhere = true,
        discord = { core = "configure" },
    },
}
