local p = require "params"

local mine = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"

return {
    {
        name = "reactions.add",
        doc = "Reacts to a message.",
        params = { p.channel, p.message, p.emoji },
        discord = { "PUT " .. mine },
    },
    {
        name = "reactions.remove",
        doc = "Takes the bot's own reaction back.",
        params = { p.channel, p.message, p.emoji },
        discord = { "DELETE " .. mine },
    },
}
