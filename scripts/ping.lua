-- Ping: the smallest useful script.
--
--   !ping      the bot answers "pong"
--
-- A script says which events it wants and what to do with them. The fields of an event are read as
-- `ev.content` or `ev.author.username`; `ev:reply` sends an answer and waits until it is sent, while other
-- events go on being handled.

local rookery = require "rookery"

rookery.on("messageCreate", function(ev)
    -- Answering bots, oneself included, is how two bots end up talking to each other for ever.
    if ev.content ~= "!ping" or ev.author.bot then return end

    local sent, problem = ev:reply("pong")
    if not sent then rookery.log.warn("could not answer:", problem) end
end)
