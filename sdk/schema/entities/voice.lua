return {
    {
        name = "VoiceState",
        doc = "Where and how a user takes part in voice.",
        fields = {
            { "guildId", "id?" },
            { "channelId", "id?", "Null: left." },
            { "userId", "id" },
            { "member", "Member?" },
            { "sessionId", "text" },
            { "deaf", "boolean", "By a moderator or by themselves." },
            { "mute", "boolean", "By a moderator or by themselves." },
            { "selfDeaf", "boolean" },
            { "selfMute", "boolean" },
            { "selfVideo", "boolean" },
            { "streaming", "boolean" },
            { "suppress", "boolean", "May not speak on a stage." },
            { "requestToSpeakTimestamp", "time?" },
        },
    },
    {
        name = "StageInstance",
        doc = "A stage that is live.",
        fields = {
            { "id", "id" },
            { "guildId", "id" },
            { "channelId", "id" },
            { "topic", "text" },
            { "privacyLevel", "integer" },
            { "privacyLevelName", "text", "guild_only." },
            { "guildScheduledEventId", "id?" },
            { "createdAt", "time" },
        },
    },
    {
        name = "VoiceChannelInfo",
        doc = "What is going on in a voice channel.",
        fields = {
            { "id", "id" },
            { "status", "text?" },
            { "startedAt", "time?", "Since when somebody is in it." },
        },
    },
}
