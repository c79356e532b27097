-- Quiz: the first who knows it wins.
--
--   !quiz      asks one of the questions; whoever answers first within the time has won
--
-- In the configuration, all optional:
--
--   [scripts.quiz]
--   seconds = 30               how long an answer may take
--   [scripts.quiz.questions]   "Question" = "answer"
--   "Capital of Austria?" = "Vienna"

local rookery = require "rookery"
local format = rookery.format

local seconds = rookery.config.seconds or 30
local questions = {}
for question, answer in pairs(rookery.config.questions or { ["How many bits has a byte?"] = "8" }) do
    questions[#questions + 1] = { question = question, answer = answer:lower() }
end

local running = {} -- by channel

local function play(channel)
    local chosen = questions[math.random(#questions)]
    local asked, problem = channel:send(format.bold(chosen.question))
    if not asked then return rookery.log.warn("could not ask:", problem) end

    local deadline = rookery.time.now() + seconds
    while true do
        local left = deadline - rookery.time.now()
        -- The filter keeps everything else away from this script: other channels, and bots.
        local ev = left > 0 and rookery.wait_for("messageCreate", { channel = channel.id, bot = false }, left)
        if not ev then return asked:reply("Time is up: " .. format.spoiler(chosen.answer)) end
        if ev.content:lower() == chosen.answer then
            ev:react("🏆")
            return ev:reply(format.user(ev.author) .. " knows it!")
        end
    end
end

rookery.on("messageCreate", { equals = "!quiz", bot = false }, function(ev)
    local channel = ev.channel
    if running[channel.id] then return end
    running[channel.id] = rookery.spawn(function()
        play(channel)
        running[channel.id] = nil
    end)
end)
