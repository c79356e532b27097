local p = require "params"

local one = "/channels/{channel_id}/messages/pins/{message_id}"

return {
    {
        name = "pins.list",
        doc = "Pinned messages of a channel with the time when each was pinned, the latest first: { items, has_more }.",
        params = {
            p.channel, p.limit(50), { "before", "time", doc = "Only what was pinned earlier." },
        },
        page = { by = "before", items = "items", at = "pinned_at", most = 50 },
        discord = { "GET /channels/{channel_id}/messages/pins" },
    },
    {
        name = "pins.add",
        doc = "Pins a message.",
        params = { p.channel, p.message },
        discord = { "PUT " .. one, reason = true },
    },
    {
        name = "pins.remove",
        doc = "Unpins a message.",
        params = { p.channel, p.message },
        discord = { "DELETE " .. one, reason = true },
    },
}
