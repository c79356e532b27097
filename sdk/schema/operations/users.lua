local p = require "params"

return {
    { name = "users.get", doc = "Any user.", params = { p.user }, result = "User", discord = { "GET /users/{user_id}" } },
    { name = "users.me", doc = "The bot's own user.", params = {}, result = "User", discord = { "GET /users/@me" } },
    {
        name = "users.editMe",
        doc = "Changes the bot's name and pictures.",
        params = {
            { "username", "text", min = 2, max = 32, doc = "Its name." },
            { "avatar", "image", nullable = true, doc = "Its picture." },
            { "banner", "image", nullable = true, doc = "Its banner." },
        },
        result = "User",
        discord = { "PATCH /users/@me" },
    },
    {
        name = "users.connections", doc = "Accounts that are connected to the bot's own.", params = {},
        discord = { "GET /users/@me/connections" },
    },
    {
        name = "dms.open",
        doc = "The direct channel with a user; made when there is none. Open them sparingly: the platform blocks bots for it.",
        params = { p.required(p.with(p.user, { to = "body:recipient_id" })) },
        result = "Channel",
        discord = { "POST /users/@me/channels" },
    },
}
