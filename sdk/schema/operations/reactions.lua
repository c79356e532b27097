local p = require "params"

local all = "/channels/{channel_id}/messages/{message_id}/reactions"
local those = all .. "/{emoji}"

return {
    {
        name = "reactions.add",
        doc = "Reacts to a message.",
        params = { p.channel, p.message, p.emoji },
        discord = { "PUT " .. those .. "/@me" },
    },
    {
        name = "reactions.remove",
        doc = "Takes the bot's own reaction back.",
        params = { p.channel, p.message, p.emoji },
        discord = { "DELETE " .. those .. "/@me" },
    },
    {
        name = "reactions.removeUser",
        doc = "Takes somebody's reaction away.",
        params = { p.channel, p.message, p.emoji, p.user },
        discord = { "DELETE " .. those .. "/{user_id}" },
    },
    {
        name = "reactions.clear",
        doc = "Takes all reactions of a message away.",
        params = { p.channel, p.message },
        discord = { "DELETE " .. all },
    },
    {
        name = "reactions.clearEmoji",
        doc = "Takes all reactions with one emoji away.",
        params = { p.channel, p.message, p.emoji },
        discord = { "DELETE " .. those },
    },
    {
        name = "reactions.list",
        doc = "Who reacted with an emoji, by id.",
        params = {
            p.channel, p.message, p.emoji, p.limit(100), p.after,
            { "type", "choice", names = { normal = 0, burst = 1 }, doc = "Which kind of reaction; normal." },
        },
        result = "User[]",
        page = { by = "after", at = "id", most = 100 },
        discord = { "GET " .. those },
    },
}
