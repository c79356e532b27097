-- One poll script for every platform that there is: nothing in it knows where it runs.
--
--   !poll "Lunch today?" Pizza Soup "Something else"   asks; 2 to 9 answers
--   !vote 2                                            votes, as a reaction with that number does
--   !results                                           tells how the latest poll here stands
--
-- The message is edited while people vote. What a platform cannot do is asked of rookery.capabilities: without edits
-- the result is told by !results, without reactions votes are given by !vote.

local rookery = require "rookery"

local keycap = "\239\184\143\226\131\163" -- turns a digit into its emoji: 1️⃣
local most_polls = 50
local most_early = 200

-- Oldest first: { bot, channel, message, question, answers = {...}, votes = { [user] = { [number] = true } }, own }
-- People may be faster than the platform's answer: until that is here a poll has no message, but `early`, the reactions
-- that came meanwhile to messages that we do not know.
local polls = {}
local showing = {} -- by message: "now" while an edit is under way, "again" when another one has to follow

local function can(bot, feature)
    local able = rookery.capabilities(bot)
    return able ~= nil and able.features[feature] == true
end

-- Words, and "several words" between quotation marks of any kind.
local function words_of(text)
    text = text:gsub("[\226][\128][\156\157\158]", '"')
    local words = {}
    local at = 1
    while true do
        local from, to, quoted = text:find('^%s*"([^"]*)"', at)
        if not from then from, to, quoted = text:find("^%s*(%S+)", at) end
        if not from then return words end
        words[#words + 1] = quoted
        at = to + 1
    end
end

local function find(bot, channel, message)
    for i = #polls, 1, -1 do
        local poll = polls[i]
        if poll.bot == bot and poll.channel == channel and (not message or poll.message == message) then return poll end
    end
end

local function count(poll, number)
    local votes = 0
    for _, given in pairs(poll.votes) do
        if given[number] then votes = votes + 1 end
    end
    return votes
end

local function message_of(poll)
    local lines = { "**" .. poll.question .. "**" }
    for i, answer in ipairs(poll.answers) do
        lines[#lines + 1] = ("%d%s %s: %d"):format(i, keycap, answer, count(poll, i))
    end
    return { content = table.concat(lines, "\n"), allowedMentions = { parse = {} } }
end

-- Edits the message to what is true now; votes that come meanwhile make one more edit, not one each.
local function show(poll)
    if not poll.message or not can(poll.bot, "edits") then return end
    if showing[poll.message] then
        showing[poll.message] = "again"
        return
    end
    repeat
        showing[poll.message] = "now"
        local done, problem = rookery.bot(poll.bot).messages.edit(poll.channel, poll.message, message_of(poll))
        if not done then rookery.log.warn("the poll could not be shown:", problem) end
    until showing[poll.message] == "now"
    showing[poll.message] = nil
end

local function set_vote(poll, user, number, given)
    if user == poll.own or not poll.answers[number] then return end
    local votes = poll.votes[user] or {}
    poll.votes[user] = votes
    votes[number] = given or nil
end

local function vote(poll, user, number, given)
    set_vote(poll, user, number, given)
    show(poll)
end

local function forget(poll)
    for i = #polls, 1, -1 do
        if polls[i] == poll then table.remove(polls, i) end
    end
end

local function ask(ev, text)
    local answers = words_of(text)
    local question = table.remove(answers, 1)
    if not question or #answers < 2 or #answers > 9 then
        return ev:reply('Write it like `!poll "Lunch today?" Pizza Soup`, with 2 to 9 answers.')
    end
    local poll = {
        bot = ev.bot, channel = ev.channelId, question = question, answers = answers, votes = {}, early = {},
    }
    polls[#polls + 1] = poll
    if #polls > most_polls then table.remove(polls, 1) end
    local message, problem = rookery.messages.send(ev.channelId, message_of(poll))
    if not message then
        forget(poll)
        return rookery.log.warn("the poll could not be posted:", problem)
    end
    poll.message = message.id
    poll.own = message.author and message.author.id
    local early = poll.early
    poll.early = nil
    for _, one in ipairs(early) do
        if one.message == poll.message then set_vote(poll, one.user, one.number, one.given) end
    end
    if next(poll.votes) then show(poll) end
    if not can(ev.bot, "reactions") then return end
    for i = 1, #answers do
        -- A platform with reactions of its own only: people vote by !vote there.
        if not rookery.reactions.add(ev.channelId, message.id, i .. keycap) then return end
    end
end

rookery.on("messageCreate", function(ev)
    if ev.author.bot or not ev.content then return end
    local text = ev.content:match("^!poll%f[%s%z](.*)$")
    local number = tonumber(ev.content:match("^!vote%s+(%d)%s*$"))
    if text then return ask(ev, text) end
    local poll = (number or ev.content == "!results") and find(ev.bot, ev.channelId)
    if not poll then return end
    if number then
        vote(poll, ev.author.id, number, true)
    else
        ev:reply(message_of(poll))
    end
end)

local function reacted(ev, emoji, given)
    local number = emoji and emoji.name and tonumber(emoji.name:match("^(%d)"))
    if not number then return end
    local poll = find(ev.bot, ev.channelId, ev.messageId)
    if poll then return vote(poll, ev.userId, number, given) end
    for _, one in ipairs(polls) do
        if one.early and one.bot == ev.bot and one.channel == ev.channelId and #one.early < most_early then
            table.insert(one.early, { message = ev.messageId, user = ev.userId, number = number, given = given })
        end
    end
end

rookery.on("messageReactionAdd", function(ev) reacted(ev, ev.reaction.emoji, true) end)
rookery.on("messageReactionRemove", function(ev) reacted(ev, ev.emoji, false) end)

rookery.save(function() return polls end)
rookery.load(function(saved) polls = saved end)
