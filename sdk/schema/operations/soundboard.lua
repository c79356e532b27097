local p = require "params"

local all = "/guilds/{guild_id}/soundboard-sounds"
local one = all .. "/{sound_id}"
local sound = { "soundId", "id", doc = "The sound." }
local name = { "name", "text", min = 2, max = 32, doc = "Its name." }
local settings = {
    { "volume", "number", nullable = true, min = 0, max = 1, doc = "How loud; 1." },
    { "emojiId", "id", nullable = true, doc = "A custom emoji beside it." },
    { "emojiName", "text", nullable = true, doc = "Or a character." },
}

return {
    {
        name = "soundboard.defaults", doc = "The sounds that come with the platform.", params = {},
        result = "SoundboardSound[]", discord = { "GET /soundboard-default-sounds" },
    },
    { name = "soundboard.list", doc = "The sounds of a guild: { items }.", params = { p.guild }, discord = { "GET " .. all } },
    { name = "soundboard.get", doc = "One sound of a guild.", params = { p.guild, sound }, result = "SoundboardSound", discord = { "GET " .. one } },
    {
        name = "soundboard.create",
        doc = "Adds a sound to a guild.",
        params = p.list(
            p.guild, p.required(name), { "sound", "image", required = true, doc = "MP3 or OGG, at most 512 KiB." }, settings),
        result = "SoundboardSound", discord = { "POST " .. all, reason = true },
    },
    {
        name = "soundboard.edit", doc = "Changes a sound of a guild.", params = p.list(p.guild, sound, name, settings),
        result = "SoundboardSound", discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "soundboard.delete", doc = "Deletes a sound of a guild.", params = { p.guild, sound },
        discord = { "DELETE " .. one, reason = true },
    },
    {
        name = "soundboard.send",
        doc = "Plays a sound in the voice channel that the bot is in.",
        params = {
            p.channel, p.required(p.with(sound, { to = "body:sound_id" })),
            { "sourceGuildId", "id", doc = "The guild that it is from." },
        },
        discord = { "POST /channels/{channel_id}/send-soundboard-sound" },
    },
}
