return {
    {
        name = "Integration",
        doc = "What links a guild to another service or to a bot.",
        fields = {
            { "id", "id" },
            { "name", "text" },
            { "type", "text", "twitch, youtube, discord or guild_subscription." },
            { "enabled", "boolean" },
            { "guildId", "id?" },
            { "account", "IntegrationAccount" },
            { "application", "IntegrationApplication?", "Of bots." },
            { "scopes", "text[]", "Of bots." },
            { "syncing", "boolean", optional = true },
            { "roleId", "id", "Given to subscribers.", optional = true },
            { "enableEmoticons", "boolean", optional = true },
            { "expireBehavior", "integer", "0: the role is taken away, 1: the member is kicked.", optional = true },
            { "expireGracePeriod", "integer", "Days.", optional = true },
            { "syncedAt", "time", optional = true },
            { "subscriberCount", "integer", optional = true },
            { "revoked", "boolean", optional = true },
        },
    },
    {
        name = "IntegrationAccount",
        doc = "The account at the other service.",
        fields = {
            { "id", "text" },
            { "name", "text" },
        },
    },
    {
        name = "IntegrationApplication",
        doc = "The bot of an integration.",
        fields = {
            { "id", "id" },
            { "name", "text" },
            { "icon", "text?", "Hash of the picture." },
            { "description", "text" },
            { "bot", "User?" },
        },
    },
}
