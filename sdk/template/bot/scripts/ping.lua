-- Answers "!ping". Edit this file and send SIGHUP (or `rookery reload`): the connection stays.

local rookery = require "rookery"

local answer = rookery.config.answer or "pong"

rookery.on("messageCreate", function(ev)
    if ev.content == "!ping" and not ev.author.bot then
        ev:reply(answer)
    end
end)
