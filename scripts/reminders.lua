-- Reminders: once, or again and again. They are kept: what falls due while the bot is down is told when it is back.
--
--   /remind TIME WHAT               !remind 2h tea          once
--   /reminders every CRON WHAT      !reminders every "0 9 * * 1-5" stand-up
--                                   minute hour day month weekday; also @daily, @weekly, @hourly
--   /reminders list                 yours, with their numbers
--   /reminders delete NUMBER
--   /reminders zone [ZONE]          by whose clocks yours go: Europe/Berlin; UTC until you say so
--   /reminders settings             of this server (ManageGuild):
--
--     most       how many one person may have here: 10
--     recurring  whether there may be any that come again: yes
--
-- In the configuration: [scripts.reminders] longest_days = 366
--
-- What is kept (rookery.kv):
--
--   item/USER/NUMBER         the reminder
--   due/SECONDS/USER/NUMBER  what is due when
--   made/EVENT               the number that the command of this event has made, so that it never makes two
--   mine/USER                the numbers that are taken, and for which server: { [NUMBER] = GUILD }
--   zone/USER

local rookery = require "rookery"
local due = require "due"
local guild_settings = require "guild_settings"
local moment = require "moment"
local pages = require "pages"
local quiet = require "quiet"
local say_once = require "say_once"

local kv, format, time = rookery.kv, rookery.format, rookery.time
local longest = (rookery.config.longest_days or 366) * 86400
local most_in_all = 500 -- of one person, in all servers

rookery.i18n.add("en", {
    set = "I will remind you {when}: {text} (number {number})",
    list = "Your reminders ({zone}):",
    line = "`{number}` {when}: {text}",
    again = "`{number}` {when}, then again by `{cron}`: {text}",
    empty = "You have no reminders.",
    deleted = "Number {number} is deleted: {text}",
    unknown = "You have no reminder {number}.",
    most = { one = "You have {count} reminder here already; more are not allowed.",
             other = "You have {count} reminders here already; more are not allowed." },
    far = "I do not plan further ahead than {days} days.",
    no_recurring = "Reminders that come again are switched off here.",
    bad_cron = "That is no time I could follow ({problem}). Five parts: minute hour day month weekday, as in "
        .. "`0 9 * * 1-5`; or `@daily`.",
    often = "That would be more often than every ten minutes.",
    zone = "Your clocks are those of {zone}. There it is {now}.",
    bad_zone = "I know no time zone “{zone}”. Write it like `Europe/Berlin`.",
    late = "{text}\n-# was due {when}; I was not there",
})
rookery.i18n.add("de", {
    set = "Ich erinnere dich {when}: {text} (Nummer {number})",
    list = "Deine Erinnerungen ({zone}):",
    line = "`{number}` {when}: {text}",
    again = "`{number}` {when}, dann wieder nach `{cron}`: {text}",
    empty = "Du hast keine Erinnerungen.",
    deleted = "Nummer {number} ist gelöscht: {text}",
    unknown = "Eine Erinnerung {number} hast du nicht.",
    most = { one = "Du hast hier schon {count} Erinnerung; mehr gibt es nicht.",
             other = "Du hast hier schon {count} Erinnerungen; mehr gibt es nicht." },
    far = "Weiter als {days} Tage plane ich nicht voraus.",
    no_recurring = "Wiederkehrende Erinnerungen sind hier abgeschaltet.",
    bad_cron = "Danach kann ich mich nicht richten ({problem}). Fünf Teile: Minute Stunde Tag Monat Wochentag, etwa "
        .. "`0 9 * * 1-5`; oder `@daily`.",
    often = "Das wäre öfter als alle zehn Minuten.",
    zone = "Deine Uhr geht nach {zone}. Dort ist es {now}.",
    bad_zone = "Eine Zeitzone „{zone}“ kenne ich nicht. Schreib sie wie `Europe/Berlin`.",
    late = "{text}\n-# war {when} fällig; ich war nicht da",
})

local settings_command = guild_settings.declare {
    most = { type = "integer", default = 10, min = 0, max = 100, doc = "How many one person may have here." },
    recurring = { type = "boolean", default = true, doc = "Whether there may be any that come again." },
}

local function id_of(user, number) return ("%s/%d"):format(user, number) end

local function zone_of(user) return kv.get("zone/" .. user) or "UTC" end

-- Telling what is due ------------------------------------------------------------------------------------------------

local queue

-- Takes one off for good, within a transaction.
local function take_off(tx, item)
    local mine = tx.get("mine/" .. item.user) or {}
    mine[tostring(item.number)] = nil
    if next(mine) then tx.set("mine/" .. item.user, mine) else tx.delete("mine/" .. item.user) end
    queue.finish(tx, item)
    tx.delete("item/" .. item.id)
end

-- Takes it off, or moves it to its next time, within a transaction.
local function advance(tx, item)
    if not tx.get("item/" .. item.id) then return end -- deleted meanwhile
    local next_time = item.cron and time.next(item.cron, { tz = item.zone, after = time.now() })
    if not next_time then return take_off(tx, item) end
    item.attempts, item.at = nil, next_time
    queue.move(tx, item, next_time)
end

-- In the channel where it was asked for; if that is closed to us, in a direct message.
local function tell(item)
    local text = item.text
    if time.now() - item.at > 120 and not item.attempts then
        local when = moment(item.platform, item.at, item.zone)
        text = rookery.i18n.t(item.locale, "late", { text = text, when = when })
    end
    local message = { content = format.user(item.user) .. " " .. text, allowedMentions = { users = { item.user } } }
    local key = ("%s/%d"):format(item.id, item.at) -- not by item.due, which every attempt puts off
    local function done(tx) advance(tx, item) end
    local sent, problem, _, details = say_once(key, item.bot, item.channel, message, done)
    local refused = details and (details.status == 403 or details.status == 404)
    if refused then
        local direct = rookery.bot(item.bot).dms.open(item.user)
        sent = direct and say_once("direct/" .. key, item.bot, direct.id, message, done)
    end
    return sent, problem, refused
end

queue = due.queue { records = "item/", tell = tell, give_up = advance }

-- Commands -----------------------------------------------------------------------------------------------------------

local function items_of(user)
    local items = {}
    for i, entry in ipairs(kv.list("item/" .. user .. "/", { limit = most_in_all }) or {}) do items[i] = entry.value end
    table.sort(items, function(a, b) return a.due < b.due end)
    return items
end

-- Keeps one and says so; the same event makes one only. In one step, so that two commands at once neither pass the
-- limit nor get the same number.
local function add(ctx, item)
    local most = rookery.settings.get(ctx.guildId).most
    item.user, item.bot, item.channel, item.guild = ctx.userId, ctx.bot, ctx.channelId, ctx.guildId
    item.platform, item.locale, item.zone = ctx.event.platform, ctx.locale, item.zone or zone_of(ctx.userId)
    local number, problem = kv.transaction(function(tx)
        local made = tx.get("made/" .. ctx.event.id)
        if made then return made end
        local mine, here, all = tx.get("mine/" .. item.user) or {}, 0, 0
        for _, guild in pairs(mine) do
            all, here = all + 1, here + (guild == (item.guild or "") and 1 or 0)
        end
        if here >= most or all >= most_in_all then return false, here >= most and here or all end
        item.number = 1
        while mine[tostring(item.number)] do item.number = item.number + 1 end
        item.id, item.at = id_of(item.user, item.number), item.due
        mine[tostring(item.number)] = item.guild or ""
        tx.set("mine/" .. item.user, mine)
        queue.keep(tx, item)
        tx.set("made/" .. ctx.event.id, item.number, { ttl = 86400 })
        return item.number
    end)
    if number == false then return ctx:fail(ctx:t("most", { count = problem })) end
    if not number then error(problem) end
    item.number = number
    queue.look()
    local when = moment(item.platform, item.due, item.zone)
    return quiet(ctx:t("set", { when = when, text = item.text, number = item.number }))
end

local what = {
    name = "what", type = "string", description = "What I am to remind you of", required = true, max_length = 1000,
    localizations = { de = { name = "was", description = "Woran ich dich erinnern soll" } },
}

rookery.command {
    name = "remind",
    description = "Reminds you of something",
    localizations = { de = { name = "erinnern", description = "Erinnert dich an etwas" } },
    category = "Tools",
    examples = { "2h tea", "1d12h the oven" },
    concurrency = { per = "user", limit = 1 },
    options = {
        { name = "time", type = "duration", description = "In how long: 10m, 2h, 1d12h", required = true, min = "1s",
          localizations = { de = { name = "zeit", description = "In welcher Zeit: 10m, 2h, 1d12h" } } },
        what,
    },
    run = function(ctx, options)
        if options.time > longest then return ctx:fail(ctx:t("far", { days = math.floor(longest / 86400) })) end
        return add(ctx, { text = options.what, due = math.ceil(time.now() + options.time) })
    end,
}

local function every(ctx, options)
    if not rookery.settings.get(ctx.guildId).recurring then return ctx:fail(ctx:t("no_recurring")) end
    local zone = zone_of(ctx.userId)
    local first, problem = time.next(options.cron, { tz = zone })
    if not first then return ctx:fail(ctx:t("bad_cron", { problem = problem })) end
    -- Ten of them, so that "0,1 9 * * *" is found out as well.
    local before = first
    for _ = 1, 10 do
        local after = time.next(options.cron, { tz = zone, after = before })
        if after and after - before < 600 then return ctx:fail(ctx:t("often")) end
        before = after or before
    end
    return add(ctx, { text = options.what, due = first, cron = options.cron, zone = zone })
end

pages.declare("list", function(_, ctx)
    local items = items_of(ctx.userId)
    if #items == 0 then return ctx:t("empty"), 0 end
    return ctx:t("list", { zone = zone_of(ctx.userId) }), #items, function(i)
        local item = items[i]
        return ctx:t(item.cron and "again" or "line", {
            number = item.number, when = moment(item.platform, item.due, item.zone), cron = item.cron,
            text = format.truncate(item.text, 60),
        })
    end
end)

local function delete(ctx, options)
    local gone = "deleted/" .. ctx.event.id -- what this event has deleted: after a restart it may come again
    local item = kv.transaction(function(tx)
        local item = tx.get(gone) or tx.get("item/" .. id_of(ctx.userId, options.number))
        if not item then return false end
        -- What came again after a restart must not take off a new one with that number.
        if not tx.get(gone) then take_off(tx, item) end
        tx.set(gone, item, { ttl = 86400 })
        return item
    end)
    if not item then return ctx:fail(ctx:t("unknown", { number = options.number })) end
    local text = ctx:t("deleted", { number = item.number, text = format.truncate(item.text, 200) })
    return quiet { content = text, ephemeral = true }
end

rookery.command {
    name = "reminders",
    description = "Your reminders",
    localizations = { de = { name = "erinnerungen", description = "Deine Erinnerungen" } },
    category = "Tools",
    concurrency = { per = "user", limit = 1 },
    subcommands = {
        {
            name = "every",
            description = "Reminds you again and again",
            localizations = { de = { description = "Erinnert dich immer wieder" } },
            examples = { '"0 9 * * 1-5" stand-up', "@weekly water the plants" },
            options = {
                { name = "cron", type = "string", description = "minute hour day month weekday, or @daily",
                  required = true, max_length = 100 },
                what,
            },
            run = every,
        },
        {
            name = "list",
            description = "Shows them",
            localizations = { de = { description = "Zeigt sie" } },
            run = function(ctx) ctx:page("list", nil, 1, { ephemeral = true, only = ctx.userId }) end,
        },
        {
            name = "delete",
            description = "Deletes one of them",
            localizations = { de = { description = "Löscht eine davon" } },
            options = {
                { name = "number", type = "integer", description = "Its number in the list", required = true, min = 1,
                  autocomplete = function(ctx, typed)
                      local choices = {}
                      for _, item in ipairs(items_of(ctx.userId)) do
                          local name = item.number .. ": " .. format.truncate(item.text, 80)
                          if tostring(item.number):find(typed, 1, true) == 1 and #choices < 25 then
                              choices[#choices + 1] = { name = name, value = item.number }
                          end
                      end
                      return choices
                  end },
            },
            run = delete,
        },
        {
            name = "zone",
            description = "By whose clocks your reminders go",
            localizations = { de = { description = "Nach welcher Uhr deine Erinnerungen gehen" } },
            options = { { name = "zone", type = "string", description = "Europe/Berlin", max_length = 64 } },
            run = function(ctx, options)
                local zone = options.zone or zone_of(ctx.userId)
                local known = time.next("@daily", { tz = zone })
                if not known then return ctx:fail(ctx:t("bad_zone", { zone = format.truncate(zone, 40) })) end
                if options.zone then kv.set("zone/" .. ctx.userId, zone) end
                local date = time.date(nil, zone)
                local now = ("%02d:%02d"):format(date.hour, date.min)
                return { content = ctx:t("zone", { zone = zone, now = now }), ephemeral = true }
            end,
        },
        settings_command,
    },
}
