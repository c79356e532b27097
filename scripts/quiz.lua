-- Quiz: the first who knows it wins.
--
--   !quiz or /quiz      asks one of the questions; whoever answers first within the time has won
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

rookery.command {
    name = "quiz",
    description = "Asks a question: the first who knows it wins",
    concurrency = { per = "channel", limit = 1 },
    run = function(ctx)
        local chosen = questions[math.random(#questions)]
        -- The filter keeps everything else away from this script: other channels, and bots. Answers are heard from now
        -- on: some people read faster than the platform says that the question stands there.
        local filter = { channel = ctx.channelId, bot = false }
        local answers = rookery.collect("messageCreate", filter, { time = seconds })
        ctx:reply(format.bold(chosen.question))
        for ev in answers do
            if ev.content:lower() == chosen.answer then
                ev:react("🏆")
                ev:reply(format.user(ev.author) .. " knows it!")
                return
            end
        end
        return "Time is up: " .. format.spoiler(chosen.answer)
    end,
}
