local p = require "params"

return {
    {
        name = "polls.voters",
        doc = "Who voted for an answer of a poll, by id.",
        params = {
            p.channel, p.message, { "answerId", "integer", min = 1, max = 100, doc = "The answer, counted from 1." },
            p.limit(100), p.after,
        },
        page = { by = "after", items = "users", at = "id", most = 100 },
        discord = { "GET /channels/{channel_id}/polls/{message_id}/answers/{answer_id}" },
    },
    {
        name = "polls.close",
        doc = "Ends a poll of the bot now.",
        params = { p.channel, p.message },
        result = "Message",
        discord = { "POST /channels/{channel_id}/polls/{message_id}/expire" },
    },
}
