-- Polls: buttons where the platform has them, numbers to write everywhere else. One vote each, which can be changed
-- until the poll closes; it closes by itself, and the result is told then, also if the bot was down at that time.
--
--   /poll ask QUESTION ANSWERS [TIME] [ANONYMOUS]   !poll ask "Lunch today?" "Pizza | Soup | Salad" 2h
--   /poll results                                   how the newest poll of this channel stands, and who voted for what
--   /poll close                                     closes it now: who asked may, and who may manage messages
--   /poll settings                                  of this server (manageGuild):
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
--   due/SECONDS/ID   when which result is to be told, in that order: the first of them is the next one

local rookery = require "rookery"
local guild_settings = require "guild_settings"
local may = require "may"
local say_once = require "say_once"
local turns = require "turns"

local kv, format = rookery.kv, rookery.format
local kept = 30 * 86400 -- seconds that a closed poll can still be asked about
local most_answers = 10
local most_open = 100     -- in one server
local look_again = 3600   -- seconds after which we look what is due in any case: somebody may set the clock
local most_attempts = 8   -- until a result that cannot be told is given up

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

local function has(list, wanted)
    for _, item in ipairs(list or {}) do
        if item == wanted then return true end
    end
    return false
end

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

local function moment(poll, seconds)
    if poll.platform == "discord" then return format.timestamp(seconds, "R") end
    local date = rookery.time.date(seconds)
    return ("%04d-%02d-%02d %02d:%02d UTC"):format(date.year, date.month, date.day, date.hour, date.min)
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
        { count = total, when = moment(poll, poll.closes) })
    lines[#lines + 1] = state .. (poll.anonymous and rookery.i18n.t(poll.locale, "anonymous") or "")
    local buttons = {}
    for i, answer in ipairs(poll.closed and {} or poll.answers) do
        buttons[i] = { button = answer, action = "vote", state = { p = poll.id, n = i }, style = "secondary" }
    end
    return { content = table.concat(lines, "\n"), components = buttons, allowedMentions = { parse = {} } }
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

-- Of equal length, so that the order of the keys is the order of the times.
local function due_key(poll) return ("due/%016.3f/%s"):format(poll.due or poll.closes, poll.id) end

-- Whether its result could not be told: later, or not at all.
local function not_told(poll, refused)
    kv.transaction(function(tx)
        local now = tx.get("poll/" .. poll.id)
        if not now or now.told then return false end
        tx.delete(due_key(now))
        now.attempts = (now.attempts or 0) + 1
        if refused or now.attempts > most_attempts then
            now.told = true
            tx.set("poll/" .. now.id, now, { ttl = kept })
            return true
        end
        now.due = rookery.time.now() + 60 * 2 ^ now.attempts
        tx.set("poll/" .. now.id, now)
        tx.set(due_key(now), true)
        return true
    end)
end

-- Closes a poll that is still open, and tells the result, once: what was done of this before a restart is not repeated.
local function close_now(id)
    local poll = kv.transaction(function(tx)
        local poll = tx.get("poll/" .. id)
        if not poll or poll.told then return false end
        local open = tx.get("open/" .. poll.place) or {}
        open[id] = nil
        if next(open) then tx.set("open/" .. poll.place, open) else tx.delete("open/" .. poll.place) end
        poll.closed = true
        tx.set("poll/" .. id, poll)
        return poll
    end)
    if not poll then return end
    show(id)
    local text = rookery.i18n.t(poll.locale, "result", { question = poll.question, result = result_of(poll) })
    local sent, problem, _, details = say_once("poll/" .. id, poll.bot, poll.channel,
        { content = text, replyTo = poll.message, allowedMentions = { parse = {} } },
        function(tx)
            local now = tx.get("poll/" .. id) or poll
            now.told = true
            tx.delete(due_key(now))
            tx.set("poll/" .. id, now, { ttl = kept })
        end)
    if sent then return end
    rookery.log.warn("the result of a poll was not told:", problem)
    not_told(poll, details and (details.status == 403 or details.status == 404))
end

-- Its time may come while somebody closes it.
local function close(id) turns.take("close/" .. id, function() close_now(id) end) end

-- What is due at this moment; when the next one is.
local function close_due(tried)
    local page, problem = kv.list("due/", { limit = 50 })
    if not page then
        rookery.log.error("the polls cannot be read:", problem)
        return 60
    end
    for _, entry in ipairs(page) do
        local due, id = entry.key:match("^due/([%d.]+)/(.+)$")
        local left = tonumber(due) - rookery.time.now()
        if left > 0 then return left end
        if tried[entry.key] then return 60 end -- it could not even be put off: the store is not well
        tried[entry.key] = true
        -- A bot that is not there any more must not keep the others from theirs.
        local fine, fault = pcall(close, id)
        if not fine then
            rookery.log.error("a poll could not be closed:", fault)
            not_told({ id = id })
        end
    end
    return #page > 0 and 0 or look_again
end

-- Closes what is due, and sees to it that we are called when the next one is. One at a time: who comes meanwhile is
-- taken care of by the one who is at it. After a start those are closed whose time came meanwhile.
local timer, looking
local function look()
    if looking then
        looking = "again"
        return
    end
    local tried, wait = {}
    repeat
        looking = "now"
        wait = close_due(tried)
    until looking == "now" and wait > 0
    looking = nil
    if timer then rookery.cancel(timer) end
    timer = rookery.after(math.max(0.01, math.min(wait, look_again)), function() rookery.spawn(look) end)
end
rookery.spawn(look)

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

local function ask(ctx, options)
    local settings = rookery.settings.get(ctx.guildId)
    if settings.role and not has(ctx.member and ctx.member.roles, settings.role) and not may(ctx, "manageGuild") then
        return ctx:fail(ctx:t("role", { role = format.role(settings.role) }))
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
        open[id] = ctx.channelId
        tx.set("open/" .. place, open)
        tx.set("poll/" .. id, poll)
        tx.set(due_key(poll), true)
        tx.set("latest/" .. ctx.channelId, id, { ttl = time + kept })
        return poll
    end)
    if poll == false then return ctx:fail(ctx:t("many", { count = many })) end
    if not poll then error(many) end
    rookery.spawn(look)
    local sent, problem = ctx:reply(card(poll))
    if not sent then return rookery.log.warn("a poll could not be posted:", problem) end
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
    lines[#lines + 1] = ctx:t(poll.closed and "closed" or "open", { count = total, when = moment(poll, poll.closes) })
    local text = format.truncate(table.concat(lines, "\n"), 2000)
    return { content = text, ephemeral = true, allowedMentions = { parse = {} } }
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
    press:reply {
        content = press:t("voted", { answer = poll.answers[state.n] }), ephemeral = true,
        allowedMentions = { parse = {} },
    }
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
            run = function(ctx)
                local poll = latest(ctx)
                if poll.author ~= ctx.userId and not may(ctx, "manageMessages") then ctx:fail(ctx:t("not_yours")) end
                if poll.told then ctx:fail(ctx:t("over")) end
                close(poll.id)
                return { content = ctx:t("done"), ephemeral = true }
            end,
        },
        settings_command,
    },
}
