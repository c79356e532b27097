-- Polls: people vote by reacting, and change their mind by taking the reaction back.
--
--   !poll Lunch? | Pizza | Soup      asks, with a numbered reaction for each answer (2 to 9)
--   !results                         counts the votes of the latest poll in this channel
--
-- Votes are counted while they happen; they survive a reload of this script.

local rookery = require "rookery"

local keycap = "\239\184\143\226\131\163" -- turns a digit into its emoji: 1️⃣
local most_polls = 100

-- Oldest first: { message, channel, question, answers = {...}, votes = { { [user] = true }, ... }, bot }
local polls = {}

local function poll_of(message)
    for _, poll in ipairs(polls) do
        if poll.message == message then return poll end
    end
end

local function latest_in(channel)
    for i = #polls, 1, -1 do
        if polls[i].channel == channel then return polls[i] end
    end
end

local function split(text)
    local parts = {}
    for part in text:gmatch("[^|]+") do
        part = part:match("^%s*(.-)%s*$")
        if part ~= "" then parts[#parts + 1] = part end
    end
    return parts
end

local function ask(ev, text)
    local answers = split(text)
    local question = table.remove(answers, 1)
    if not question or #answers < 2 or #answers > 9 then
        return ev:reply("Write it like `!poll Lunch? | Pizza | Soup`, with 2 to 9 answers.")
    end

    local lines = { "**" .. question .. "**" }
    for i, answer in ipairs(answers) do lines[#lines + 1] = i .. keycap .. " " .. answer end
    local message, problem = rookery.messages.send(ev.channelId, table.concat(lines, "\n"))
    if not message then return rookery.log.warn("could not post the poll:", problem) end

    local votes = {}
    for i = 1, #answers do votes[i] = {} end
    polls[#polls + 1] = {
        message = message.id,
        channel = ev.channelId,
        question = question,
        answers = answers,
        votes = votes,
        bot = message.author and message.author.id, -- whose own reactions do not count
    }
    if #polls > most_polls then table.remove(polls, 1) end

    for i = 1, #answers do rookery.reactions.add(ev.channelId, message.id, i .. keycap) end
end

local function results(ev)
    local poll = latest_in(ev.channelId)
    if not poll then return ev:reply("There is no poll in this channel.") end

    local lines = { "**" .. poll.question .. "**" }
    for i, answer in ipairs(poll.answers) do
        local count = 0
        for _ in pairs(poll.votes[i]) do count = count + 1 end
        lines[#lines + 1] = answer .. ": " .. count
    end
    ev:reply(table.concat(lines, "\n"))
end

rookery.on("messageCreate", function(ev)
    if ev.author.bot then return end
    local text = ev.content:match("^!poll%f[%s%z](.*)$")
    if text then
        ask(ev, text)
    elseif ev.content == "!results" then
        results(ev)
    end
end)

local function vote(ev, emoji, value)
    local poll = poll_of(ev.messageId)
    local number = tonumber(emoji.name and emoji.name:match("^(%d)" .. keycap .. "$"))
    local votes = poll and number and poll.votes[number]
    if votes and ev.userId ~= poll.bot then votes[ev.userId] = value end
end

rookery.on("messageReactionAdd", function(ev) vote(ev, ev.reaction.emoji, true) end)
rookery.on("messageReactionRemove", function(ev) vote(ev, ev.emoji, nil) end)

rookery.save(function() return polls end)
rookery.load(function(saved) polls = saved end)
