-- What a bot asks for over the gateway's connection. Held back until the session is ready, and within its send limits.
local p = require "params"

return {
    {
        name = "presence.set",
        doc = "Shows another status or activity. Quick changes are put together: the last one counts.",
        params = {
            { "status", "text", required = true, max = 16, doc = 'What the dot says: "online", "idle", "dnd" or "invisible".' },
            {
                "activities", "json",
                doc = "List of activities in the platform's form: { name, type } (0 playing, 1 streaming with url, 2 "
                    .. "listening, 3 watching, 4 custom with state, 5 competing).",
            },
            { "afk", "boolean", doc = "Whether nobody is there." },
            { "since", "integer", doc = "Since when it has been idle, in ms since 1970." },
        },
        discord = { gateway = 3 },
    },
    {
        name = "voice.update",
        doc = "Joins a voice channel, moves to another one, or leaves. What becomes of it is told by voiceStateUpdate and "
            .. "voiceServerUpdate; a full channel gives no answer at all.",
        params = {
            p.with(p.guild, { required = true }),
            { "channelId", "id", doc = "The voice channel; without it the bot leaves." },
            { "selfMute", "boolean", doc = "Do not speak." },
            { "selfDeaf", "boolean", doc = "Do not listen." },
        },
        discord = { gateway = 4 },
    },
    {
        name = "members.request",
        doc = "Asks for members: those whose name begins with a text, those with given ids, or all of a guild (once in 30 "
            .. "s; needs the intent GUILD_MEMBERS). They are cached as they come. Answers { guild_id, members, not_found, "
            .. "presences, member_count } when all pieces are there.",
        params = {
            p.with(p.guild, { required = true }),
            { "query", "text", max = 100, doc = "How the name begins; without it and userIds: everybody." },
            { "limit", "integer", min = 0, max = 100, doc = "How many at most, with a query; 0: no limit, for everybody." },
            { "userIds", "json", doc = "List of up to 100 ids." },
            { "presences", "boolean", doc = "Their presences too; needs the intent GUILD_PRESENCES." },
            { "collect", "boolean", doc = "false: answer only how many came, and leave the members to guildMembersChunk." },
        },
        discord = { gateway = 8 },
    },
    {
        name = "soundboard.request",
        doc = "The soundboard sounds of a guild: { guild_id, soundboard_sounds }.",
        params = { p.with(p.guild, { required = true }) },
        discord = { gateway = 31 },
    },
    {
        name = "channels.requestInfo",
        doc = "State of a guild's voice channels that their objects do not carry: { guild_id, channels }.",
        params = {
            p.with(p.guild, { required = true }),
            { "fields", "json", doc = 'List of "status" and "voice_start_time"; both without it.' },
        },
        discord = { gateway = 43 },
    },
}
