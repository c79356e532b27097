local p = require "params"

local states = "/guilds/{guild_id}/voice-states/"
local suppress = { "suppress", "boolean", doc = "Among the audience of a stage." }

return {
    { name = "voice.regions", doc = "The voice regions.", params = {}, discord = { "GET /voice/regions" } },
    {
        name = "voice.getState", doc = "Where and how somebody is in voice.", params = { p.guild, p.user }, result = "VoiceState",
        discord = { "GET " .. states .. "{user_id}" },
    },
    {
        name = "voice.getSelf", doc = "Where and how the bot is in voice.", params = { p.guild }, result = "VoiceState",
        discord = { "GET " .. states .. "@me" },
    },
    {
        name = "voice.edit", doc = "Lets somebody speak on a stage, or not.",
        params = { p.guild, p.user, p.with(p.channel, { to = "body:channel_id" }), suppress },
        discord = { "PATCH " .. states .. "{user_id}" },
    },
    {
        name = "voice.editSelf", doc = "Speaks on a stage, or asks to.",
        params = {
            p.guild, p.with(p.channel, { to = "body:channel_id" }), suppress,
            { "requestToSpeakTimestamp", "time", nullable = true, doc = "Since when the bot asks; null takes it back." },
        },
        discord = { "PATCH " .. states .. "@me" },
    },
}
