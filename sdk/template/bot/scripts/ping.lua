-- Answers "!ping", and /ping. Edit this file and send SIGHUP (or `rookery reload`): the connection stays.

local rookery = require "rookery"

local answer = rookery.config.answer or "pong"

rookery.command {
    name = "ping",
    description = "Answers",
    run = function()
        return answer
    end,
}
