-- Ping: the smallest useful script.
--
--   !ping or /ping      the bot answers "pong"
--
-- A command is declared once: it can be used as a slash command where the platform has them, and as a message
-- everywhere. What its function returns is the answer.

local rookery = require "rookery"

rookery.command {
    name = "ping",
    description = "Answers pong",
    run = function()
        return "pong"
    end,
}
