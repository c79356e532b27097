-- Polls: buttons where the platform has them, numbers to write everywhere else. One vote each, which can be changed
-- until the poll closes; it closes by itself, and the result is told then, also if the bot was down at that time.
--
--   /poll ask QUESTION ANSWERS [TIME] [ANONYMOUS]   !poll ask "Lunch today?" "Pizza | Soup | Salad" 2h
--   /poll results                                   how the newest poll of this channel stands, and who voted for what
--   /poll close                                     closes it now: who asked may, and who may manage messages
--   /poll settings                                  of this server (ManageGuild):
--
--     role       who may ask: this role alone; everybody when it is not set
--     time       how long a poll is open when nobody says so: "1d"
--     longest    how many days it may be open at most: 30
--     most       how many may be open in one channel: 5; in the whole server it is 100
--
-- What is kept (rookery.kv), all of it gone a month after a poll has closed:
--
--   poll/ID          the poll; ID is the event that asked for it, so that the same event never makes two
--   vote/ID/USER     the number of the answer
--   latest/CHANNEL   the newest poll there
--   open/PLACE       the open ones of a server, or of a channel that is in none: { [ID] = CHANNEL }
--   due/SECONDS/ID   when which result is to be told

local rookery = require "rookery"
local due = require "due"
local guild_settings = require "guild_settings"
local has = require "has"
local moment = require "moment"
local permissions = require "permissions"
local quiet = require "quiet"
local say_once = require "say_once"

local kv, format = rookery.kv, rookery.format
local kept = 30 * 86400 -- seconds that a closed poll can still be asked about
local most_answers = 10
local most_open = 100   -- in one server

rookery.i18n.add("en", {
    answers = "A poll has 2 to {most} answers, with `|` or commas between them: `Pizza | Soup | Salad`.",
    long = "An answer may have 80 characters: “{answer}” has more.",
    twice = "“{answer}” is there twice.",
    role = "Only {role} may ask here.",
    too_long = "A poll may be open for {days} days at most here.",
    many = "There are {count} open polls here already; close one of them first.",
    none = "There is no poll in this channel.",
    voted = "Your vote: **{answer}**. Press another one to change it.",
    over = "This poll is closed.",
    not_yours = "Only who asked may close it, or somebody who may manage messages.",
    open = { one = "{count} vote · closes {when}", other = "{count} votes · closes {when}" },
    closed = { one = "closed · {count} vote", other = "closed · {count} votes" },
    anonymous = " · anonymous",
    result = "The poll is closed: **{question}**\n{result}",
    winner = "**{answer}** wins with {votes} of {count}.",
    tie = "A tie: {answers}, with {votes} of {count} each.",
    nobody = "Nobody has voted.",
    done = "Closed.",
})
rookery.i18n.add("de", {
    answers = "Eine Umfrage hat 2 bis {most} Antworten, mit `|` oder Kommas dazwischen: `Pizza | Suppe | Salat`.",
    long = "Eine Antwort darf 80 Zeichen haben: „{answer}“ hat mehr.",
    twice = "„{answer}“ steht zweimal da.",
    role = "Hier darf nur {role} fragen.",
    too_long = "Eine Umfrage darf hier höchstens {days} Tage offen sein.",
    many = "Hier gibt es schon {count} offene Umfragen; beende erst eine davon.",
    none = "In diesem Kanal gibt es keine Umfrage.",
    voted = "Deine Stimme: **{answer}**. Mit einem anderen Knopf änderst du sie.",
    over = "Diese Umfrage ist zu Ende.",
    not_yours = "Schließen darf sie, wer gefragt hat oder Nachrichten verwalten darf.",
    open = { one = "{count} Stimme · endet {when}", other = "{count} Stimmen · endet {when}" },
    closed = { one = "zu Ende · {count} Stimme", other = "zu Ende · {count} Stimmen" },
    anonymous = " · anonym",
    result = "Die Umfrage ist zu Ende: **{question}**\n{result}",
    winner = "**{answer}** gewinnt mit {votes} von {count}.",
    tie = "Gleichstand: {answers}, mit je {votes} von {count}.",
    nobody = "Niemand hat abgestimmt.",
    done = "Geschlossen.",
})

local settings_command = guild_settings.declare {
    role = { type = "id", of = "role", doc = "Who may ask; everybody when it is not set." },
    time = { type = "string", default = "1d", max = 20, doc = "How long a poll is open when nobody says so." },
    longest = { type = "integer", default = 30, min = 1, max = 365, doc = "How many days it may be open at most." },
    most = { type = "integer", default = 5, min = 1, max = most_open, doc = "How many may be open in one channel." },
}

local function trim(text) return (text:match("^%s*(.-)%s*$")) end

-- "Pizza | Soup" or "Pizza, Soup"
local function split(text)
    local answers = {}
    for answer in text:gmatch(text:find("|", 1, true) and "[^|]+" or "[^,]+") do
        answer = trim(answer)
        if answer ~= "" then answers[#answers + 1] = answer end
    end
    return answers
end

-- How many have voted for each answer, who, and how many in all.
local function count(poll)
    local votes, voters, total = {}, {}, 0
    for i = 1, #poll.answers do votes[i], voters[i] = 0, {} end
    local prefix, after = "vote/" .. poll.id .. "/", nil
    repeat
        local page = kv.list(prefix, { after = after, limit = 500 })
        if not page then break end
        for _, item in ipairs(page) do
            local number = item.value
            if votes[number] then
                votes[number], total = votes[number] + 1, total + 1
                table.insert(voters[number], item.key:sub(#prefix + 1))
            end
            after = item.key
        end
    until not page.more
    return votes, voters, total
end

-- The message that shows the poll.
local function card(poll)
    local votes, _, total = count(poll)
    local lines = { format.bold(poll.question) }
    for i, answer in ipairs(poll.answers) do
        local share = total > 0 and votes[i] / total or 0
        local bar = ("▰"):rep(math.floor(share * 10 + 0.5)) .. ("▱"):rep(10 - math.floor(share * 10 + 0.5))
        lines[#lines + 1] = ("%s %s: %d"):format(bar, answer, votes[i])
    end
    local state = rookery.i18n.t(poll.locale, poll.closed and "closed" or "open",
        { count = total, when = moment(poll.platform, poll.closes) })
    lines[#lines + 1] = state .. (poll.anonymous and rookery.i18n.t(poll.locale, "anonymous") or "")
    local buttons = {}
    for i, answer in ipairs(poll.closed and {} or poll.answers) do
        buttons[i] = { button = answer, action = "vote", state = { p = poll.id, n = i }, style = "secondary" }
    end
    return quiet { content = table.concat(lines, "\n"), components = buttons }
end

-- Brings the message up to date. Votes that come while that is under way make one more edit, not one each.
local showing = {}
local function show(id)
    if showing[id] then
        showing[id] = "again"
        return
    end
    repeat
        showing[id] = "now"
        local poll = kv.get("poll/" .. id)
        local able = poll and rookery.capabilities(poll.bot)
        if poll and poll.message and able and able.features.edits then
            local done, problem = rookery.bot(poll.bot).messages.edit(poll.channel, poll.message, card(poll))
            if not done then rookery.log.warn("a poll could not be shown:", problem) end
        end
    until showing[id] == "now"
    showing[id] = nil
end

local function result_of(poll)
    local votes, _, total = count(poll)
    local most, best = 0, {}
    for i, answer in ipairs(poll.answers) do
        if votes[i] > most then most, best = votes[i], {} end
        if votes[i] == most then best[#best + 1] = answer end
    end
    local key = most == 0 and "nobody" or #best == 1 and "winner" or "tie"
    return rookery.i18n.t(poll.locale, key,
        { answer = best[1], answers = table.concat(best, ", "), votes = most, count = total })
end

-- Nobody can vote any more, within a transaction.
local function close(tx, poll)
    local open = tx.get("open/" .. poll.place) or {}
    open[poll.id] = nil
    if next(open) then tx.set("open/" .. poll.place, open) else tx.delete("open/" .. poll.place) end
    poll.closed = true
    tx.set("poll/" .. poll.id, poll)
    return poll
end

local queue

-- There is no result to be told any more, within a transaction.
local function finish(tx, poll)
    poll.told = true
    queue.finish(tx, poll)
    tx.set("poll/" .. poll.id, poll, { ttl = kept })
end

-- Its time is over, or somebody has closed it.
local function tell(poll)
    poll = kv.transaction(function(tx) return close(tx, tx.get("poll/" .. poll.id)) end)
    show(poll.id)
    local text = rookery.i18n.t(poll.locale, "result", { question = poll.question, result = result_of(poll) })
    local sent, problem, _, details = say_once("poll/" .. poll.id, poll.bot, poll.channel,
        quiet { content = text, replyTo = poll.message },
        function(tx) finish(tx, tx.get("poll/" .. poll.id) or poll) end)
    return sent ~= nil, problem, details and (details.status == 403 or details.status == 404)
end

queue = due.queue { records = "poll/", tell = tell, give_up = finish }

-- What is wrong with the answers, as the key of a text and its values.
local function fault_of(answers)
    if #answers < 2 or #answers > most_answers then return "answers", { most = most_answers } end
    local seen = {}
    for _, answer in ipairs(answers) do
        if format.truncate(answer, 80) ~= answer then return "long", { answer = format.truncate(answer, 30) } end
        if seen[answer:lower()] then return "twice", { answer = answer } end
        seen[answer:lower()] = true
    end
end

-- The platform did not want it (what only got no answer may be there), within a transaction.
local function withdraw(tx, id)
    local poll = tx.get("poll/" .. id)
    if not poll then return false end
    close(tx, poll)
    queue.finish(tx, poll)
    tx.delete("poll/" .. id)
    return true
end

local function ask(ctx, options)
    local settings = rookery.settings.get(ctx.guildId)
    local role = settings.role
    if role and not has(ctx.member and ctx.member.roles, role) and not permissions.may(ctx, "ManageGuild") then
        return ctx:fail(ctx:t("role", { role = format.role(role) }))
    end
    local answers = split(options.answers)
    local fault, values = fault_of(answers)
    if fault then return ctx:fail(ctx:t(fault, values)) end
    local time = options.time or rookery.time.duration(settings.time) or 86400
    if time > settings.longest * 86400 then return ctx:fail(ctx:t("too_long", { days = settings.longest })) end

    local id, place = ctx.event.id, ctx.guildId or ctx.channelId
    -- In one step, so that two who ask at once cannot both be the last one.
    local poll, many = kv.transaction(function(tx)
        local made = tx.get("poll/" .. id)
        if made then return made end
        local open, here, all = tx.get("open/" .. place) or {}, 0, 0
        for _, channel in pairs(open) do
            all, here = all + 1, here + (channel == ctx.channelId and 1 or 0)
        end
        if here >= settings.most or all >= most_open then return false, here >= settings.most and here or all end
        local poll = {
            id = id, bot = ctx.bot, platform = ctx.event.platform, channel = ctx.channelId, author = ctx.userId,
            question = options.question, answers = answers, closes = rookery.time.now() + time, place = place,
            anonymous = options.anonymous or false, locale = ctx.locale,
        }
        poll.due = poll.closes
        open[id] = ctx.channelId
        tx.set("open/" .. place, open)
        queue.keep(tx, poll)
        tx.set("latest/" .. ctx.channelId, id, { ttl = time + kept })
        return poll
    end)
    if poll == false then return ctx:fail(ctx:t("many", { count = many })) end
    if not poll then error(many) end
    queue.look()
    local sent, problem, _, details = ctx:reply(card(poll))
    if not sent then
        if details then kv.transaction(function(tx) return withdraw(tx, id) end) end
        return rookery.log.warn("a poll could not be posted:", problem)
    end
    local now = kv.transaction(function(tx)
        local now = tx.get("poll/" .. id)
        if not now then return false end
        now.message = sent.id
        tx.set("poll/" .. id, now)
        return now
    end)
    -- People may have been faster than the platform's answer.
    if now and (now.closed or select(3, count(now)) > 0) then show(id) end
end

local function latest(ctx)
    local id = kv.get("latest/" .. ctx.channelId)
    return (id and kv.get("poll/" .. id)) or ctx:fail(ctx:t("none"))
end

local function results(ctx)
    local poll = latest(ctx)
    local votes, voters, total = count(poll)
    local lines = { format.bold(poll.question) }
    for i, answer in ipairs(poll.answers) do
        local who = {}
        for n, user in ipairs(poll.anonymous and {} or voters[i]) do
            who[n] = n <= 20 and format.user(user) or nil
        end
        lines[#lines + 1] = ("%s: %d %s"):format(answer, votes[i], table.concat(who, " "))
    end
    local when = moment(poll.platform, poll.closes)
    lines[#lines + 1] = ctx:t(poll.closed and "closed" or "open", { count = total, when = when })
    return quiet { content = format.truncate(table.concat(lines, "\n"), 2000), ephemeral = true }
end

local function close_now(ctx)
    local newest = latest(ctx)
    if newest.author ~= ctx.userId and not permissions.may(ctx, "ManageMessages") then
        return ctx:fail(ctx:t("not_yours"))
    end
    local closed = kv.transaction(function(tx)
        local poll = tx.get("poll/" .. newest.id)
        if not poll or poll.told then return false end
        close(tx, poll)
        queue.move(tx, poll, math.floor(rookery.time.now()))
        return true
    end)
    if closed == false then return ctx:fail(ctx:t("over")) end
    queue.look()
    return { content = ctx:t("done"), ephemeral = true }
end

rookery.press("vote", function(press, state)
    -- In one step with looking whether it is open: a vote that is confirmed is in the result.
    local poll, problem = kv.transaction(function(tx)
        local poll, now = tx.get("poll/" .. state.p), rookery.time.now()
        if not poll or poll.closed or poll.closes <= now then return false end
        tx.set("vote/" .. poll.id .. "/" .. press.userId, state.n, { ttl = math.ceil(poll.closes - now) + kept })
        return poll
    end)
    if poll == false then return press:reply { content = press:t("over"), ephemeral = true } end
    if not poll then return press:fail(problem) end
    press:reply(quiet { content = press:t("voted", { answer = poll.answers[state.n] }), ephemeral = true })
    show(poll.id)
end)

rookery.command {
    name = "poll",
    description = "Asks everybody",
    localizations = { de = { name = "umfrage", description = "Fragt alle" } },
    category = "Community",
    subcommands = {
        {
            name = "ask",
            description = "Asks a question with several answers",
            localizations = { de = { description = "Stellt eine Frage mit mehreren Antworten" } },
            cooldown = { per = "user", uses = 3, time = "1m" },
            examples = { '"Lunch today?" "Pizza | Soup | Salad" 2h' },
            options = {
                { name = "question", type = "string", description = "What you want to know", required = true,
                  max_length = 300 },
                { name = "answers", type = "string", description = "Pizza | Soup | Salad", required = true,
                  max_length = 900, rest = false },
                { name = "time", type = "duration", description = "How long it is open", min = "1m", max = "365d" },
                { name = "anonymous", type = "boolean", description = "Nobody sees who voted for what" },
            },
            run = ask,
        },
        {
            name = "results",
            description = "How the newest poll of this channel stands",
            localizations = { de = { description = "Wie die neueste Umfrage dieses Kanals steht" } },
            run = results,
        },
        {
            name = "close",
            description = "Closes the newest poll of this channel now",
            localizations = { de = { description = "Beendet die neueste Umfrage dieses Kanals" } },
            run = close_now,
        },
        settings_command,
    },
}
