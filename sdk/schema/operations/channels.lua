local p = require "params"

return {
    {
        name = "channels.typing",
        doc = "Shows that the bot is typing, for ten seconds or until it sends something.",
        params = { p.channel },
        scope = "messages:write",
        discord = { "POST /channels/{channel_id}/typing" },
    },
}
