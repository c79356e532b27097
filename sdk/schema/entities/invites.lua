return {
    {
        name = "Invite",
        doc = "A link into a guild.",
        fields = {
            { "code", "text" },
            { "guildId", "id?" },
            { "channelId", "id?" },
            { "inviter", "User?" },
            { "targetUser", "User?", "Whose stream it leads to." },
            { "targetType", "integer?" },
            { "uses", "integer?" },
            { "maxUses", "integer?", "0: any number." },
            { "maxAge", "integer?", "Seconds; 0: it never expires." },
            { "temporary", "boolean", "Who comes by it leaves with the connection unless given a role." },
            { "createdAt", "time?" },
            { "expiresAt", "time?", "Null: never, or not known." },
            { "url", "text" },
            { "targetApplication", "json?", "Which activity it leads to." },
            { "roleIds", "id[]", "What those who come by it are given." },
        },
    },
}
