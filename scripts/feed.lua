--[[rookery {
    "name": "feed", "version": "1.0.0", "license": "MIT",
    "description": "Posts what is new in RSS and Atom feeds.",
    "needs": {"rookery": "1.4"},
    "capabilities": ["http:*", "kv", "settings", "rest:*",
                     "events:interactionCreate", "events:messageCreate"]
} ]]
-- Feeds: what is new in RSS and Atom feeds is posted. All commands need ManageGuild.
--
--   /feed add URL [CHANNEL]     follows it; what is in it now is taken as known
--   /feed remove NUMBER
--   /feed list                  with their numbers, and what is wrong with those that fail
--   /feed settings              of this server:
--
--     minutes    how often a feed is looked at: 15
--     most       how many feeds there may be: 10
--
-- It must be allowed to ask other hosts:
--
--   [scripts.feed]
--   grant = ["http:*"]          # or only those that you want: ["http:github.com", "http:*.example.com"]
--
-- A feed that does not answer is asked less and less often, once a day in the end; its channel is told once. Servers
-- are asked whether there is anything new at all (If-None-Match, If-Modified-Since), and get the time they ask for.
--
-- What is kept (rookery.kv): feed/GUILD/NUMBER, with what has been posted (its id, and its title and link: some servers
-- give their entries new ids one day); made/EVENT, the number that a command made.

local rookery = require "rookery"
local guild_settings = require "guild_settings"
local pages = require "pages"
local quiet = require "quiet"
local say_once = require "say_once"
local xml = require "xml"

local kv, format = rookery.kv, rookery.format
local day = 86400
local most_at_once = 5   -- entries posted in one go; the others follow a minute later
local most_known = 500   -- entries of a feed that are looked at, the newest, and remembered as posted
local most_text = 4096   -- bytes of a title or a link that are looked at
local told_after = 8     -- failures in a row, until the channel is told
local look_again = 3600  -- seconds after which we look what is due in any case

rookery.i18n.add("en", {
    added = { one = "I follow **{title}** in {channel} (number {number}); there is {count} entry now.",
              other = "I follow **{title}** in {channel} (number {number}); there are {count} entries now." },
    again = "That feed is followed in {channel} already.",
    most = "There are {most} feeds already; more are not allowed here.",
    not_http = "That is no address of the web: it has to begin with `https://` or `http://`.",
    unreachable = "The feed cannot be read: {problem}.",
    none = "No feed is followed here.",
    line = "`{number}` {channel} **{title}** <{url}>",
    failing = "fails since {count} attempts: {problem}",
    removed = "**{title}** is not followed any more.",
    unknown = "There is no feed {number}.",
    entry = "**{feed}**: {title}\n{link}",
    lost = "The feed **{feed}** has not answered for a while ({problem}). I go on trying, once a day.",
    gone = "The feed **{feed}** does not exist any more; I have stopped to follow it.",
})
rookery.i18n.add("de", {
    added = { one = "Ich folge **{title}** in {channel} (Nummer {number}); jetzt gibt es dort {count} Eintrag.",
              other = "Ich folge **{title}** in {channel} (Nummer {number}); jetzt gibt es dort {count} Einträge." },
    again = "Diesem Feed folge ich schon in {channel}.",
    most = "Es gibt schon {most} Feeds; mehr sind hier nicht erlaubt.",
    not_http = "Das ist keine Adresse im Web: Sie muss mit `https://` oder `http://` beginnen.",
    unreachable = "Der Feed ist nicht zu lesen: {problem}.",
    none = "Hier folge ich keinem Feed.",
    line = "`{number}` {channel} **{title}** <{url}>",
    failing = "scheitert seit {count} Versuchen: {problem}",
    removed = "**{title}** folge ich nicht mehr.",
    unknown = "Einen Feed {number} gibt es nicht.",
    entry = "**{feed}**: {title}\n{link}",
    lost = "Der Feed **{feed}** antwortet schon länger nicht ({problem}). Ich versuche es weiter, einmal am Tag.",
    gone = "Den Feed **{feed}** gibt es nicht mehr; ich folge ihm nicht länger.",
})

local settings_command = guild_settings.declare {
    minutes = { type = "integer", default = 15, min = 5, max = 1440, doc = "How often a feed is looked at." },
    most = { type = "integer", default = 10, min = 0, max = 100, doc = "How many feeds there may be." },
}

local function key_of(guild, number) return ("feed/%s/%05d"):format(guild, number) end

-- Reading ------------------------------------------------------------------------------------------------------------

-- What strangers write is read once from its beginning to its end: a pattern that tries again from every place takes
-- minutes for a megabyte of `<`.
local function trim(text)
    local first, last = text:find("%S"), #text
    if not first then return "" end
    while text:find("^%s", last) do last = last - 1 end
    return text:sub(first, last)
end

local function without_tags(text)
    local pieces, at = {}, 1
    while true do
        local open = text:find("<", at, true)
        local close = open and text:find(">", open, true)
        if not close then break end
        pieces[#pieces + 1] = text:sub(at, open - 1)
        at = close + 1
    end
    pieces[#pieces + 1] = text:sub(at)
    return table.concat(pieces, " ")
end

-- One line of plain text out of what may be HTML.
local function plain(element, most)
    local text = xml.decode((element and element.text or ""):sub(1, most_text))
    text = xml.decode(without_tags(text)):gsub("%s+", " ")
    return format.truncate(xml.scrub(trim(text)), most)
end

local function link_of(element)
    local fallback
    for _, link in ipairs(element:all("link")) do
        local href = link.attributes.href or trim(link.text:sub(1, most_text))
        local rel = link.attributes.rel or "alternate"
        if rel == "alternate" then return href end
        fallback = fallback or href
    end
    return fallback
end

local function read_entry(element)
    local link = link_of(element) or ""
    if not link:match("^https?://[^%s<>]+$") or #link > 1500 then link = "" end
    local id = element:first("guid") or element:first("id")
    local title = plain(element:first("title"), 300)
    id = id and id.text ~= "" and id.text or link ~= "" and link or title
    id = xml.scrub(id:sub(1, 200)) -- in this order: a character that is cut in two goes as a whole
    if id == "" then return nil end
    link = xml.scrub(link)
    local mark = xml.scrub(title:sub(1, 99) .. "|" .. link:sub(-99))
    return { id = id, title = title ~= "" and title or link, link = link, mark = mark }
end

-- Its title and its newest entries, the newest first as they stand in it; nil and what is wrong.
local function read(body)
    local root, problem = xml.parse(body)
    if not root then return nil, "it is no XML: " .. problem end
    local head = root:first("channel") or root
    local entries = {}
    for _, parent in ipairs { root, head } do
        for _, name in ipairs { "item", "entry" } do
            for _, element in ipairs(#entries == 0 and parent:all(name) or {}) do
                entries[#entries + 1] = #entries < most_known and read_entry(element) or nil
            end
        end
    end
    if root.name ~= "rss" and root.name ~= "feed" and root.name ~= "rdf:rdf" then return nil, "it is no feed" end
    return { title = plain(head:first("title"), 100), entries = entries }
end

-- What the server says now: a feed, or nil where nothing has changed; or nil, a problem, and for how long it asks for
-- patience. "gone" is a problem as well.
local function fetch(feed)
    local headers = { ["User-Agent"] = "rookery-feed/1.0", Accept = "application/atom+xml, application/rss+xml, */*" }
    headers["If-None-Match"], headers["If-Modified-Since"] = feed.etag, feed.modified
    local answer, problem = rookery.http.get(feed.url, {
        headers = headers, redirects = 5, timeout = 20, max_bytes = 4 * 1024 * 1024,
    })
    if not answer then return nil, problem end
    if answer.status == 304 then return nil end
    if answer.status == 410 then return nil, "gone" end
    if answer.status ~= 200 then
        return nil, "the server answers with " .. answer.status, tonumber(answer.headers["retry-after"] or "")
    end
    local found, fault = read(answer.body)
    if not found then return nil, fault end
    found.etag, found.modified = answer.headers.etag, answer.headers["last-modified"]
    return found
end

-- Posting ------------------------------------------------------------------------------------------------------------

local function known(feed)
    local ids = {}
    for _, id in ipairs(feed.posted) do ids[id] = true end
    return ids
end

-- What is kept of it now, within a transaction or (with rookery.kv) without; nil when somebody has removed it
-- meanwhile, even if another one has its number by now.
local function current(tx, feed)
    local now = tx.get(key_of(feed.guild, feed.number))
    return now and now.made == feed.made and now or nil
end

-- Changes that, within a transaction.
local function alter(tx, feed, how)
    local now = current(tx, feed)
    if not now then return false end
    how(now)
    tx.set(key_of(feed.guild, feed.number), now)
    return true
end

local function change(feed, how)
    return kv.transaction(function(tx) return alter(tx, feed, how) end)
end

local function name_of(feed) return feed.title ~= "" and feed.title or feed.url end

-- Forgets the oldest of what has been posted, but nothing that is still in the document: it would be posted again.
local function forget(posted, present)
    local kept, over = {}, #posted - 2 * most_known
    for _, id in ipairs(posted) do
        if over > 0 and not present[id] then over = over - 1 else kept[#kept + 1] = id end
    end
    return kept
end

-- Posts what is new, the oldest first; whether that was all of it, or nil and a problem.
local function post(key, feed, found)
    local ids, new, present = known(feed), {}, {}
    for _, entry in ipairs(found.entries) do
        present[entry.id], present[entry.mark] = true, true
        if not ids[entry.id] and not ids[entry.mark] then table.insert(new, 1, entry) end
        ids[entry.id], ids[entry.mark] = true, true
    end
    for i = 1, math.min(#new, most_at_once) do
        local entry = new[i]
        local text = rookery.i18n.t(feed.locale, "entry",
            { feed = format.escape(name_of(feed)), title = format.escape(entry.title), link = entry.link })
        if not current(kv, feed) then return true end
        local sent, problem = say_once(key .. "/" .. entry.id, feed.bot, feed.channel, quiet(text), function(tx)
            alter(tx, feed, function(now)
                table.insert(now.posted, entry.id)
                table.insert(now.posted, entry.mark)
                now.posted = forget(now.posted, present)
            end)
        end)
        if not sent then return nil, problem end
    end
    return #new <= most_at_once
end

-- Notes that it is about to be looked at, as a failure until it has gone well: should this script be stopped by what
-- the feed holds, it is not asked for the same again at once, but later and later. The feed; nil when it is removed.
local function begin(key)
    return kv.transaction(function(tx)
        local feed = tx.get(key)
        if not feed then return nil end
        feed.begun, feed.failures = (feed.begun or 0) + 1, feed.failures + 1
        feed.problem = "reading it was not finished"
        feed.next = rookery.time.now() + math.min(day, 60 * 2 ^ (math.min(feed.begun, 12) - 1))
        tx.set(key, feed)
        return feed
    end)
end

-- Of a feed as `begin` has left it.
local function failed(key, feed, problem, patience)
    local wait = math.min(day, rookery.settings.get(feed.guild).minutes * 60 * 2 ^ math.min(feed.failures, 10))
    change(feed, function(now)
        now.problem, now.begun = problem, nil
        now.next = rookery.time.now() + math.max(wait, math.min(patience or 0, day))
    end)
    if feed.failures >= told_after and not feed.told then
        local text = rookery.i18n.t(feed.locale, "lost", { feed = format.escape(name_of(feed)), problem = problem })
        say_once(key .. "/lost", feed.bot, feed.channel, quiet(text), function(tx)
            alter(tx, feed, function(now) now.told = true end)
        end)
    end
end

local function check(key)
    local feed = begin(key)
    if not feed then return end
    local found, problem, patience = fetch(feed)
    if problem == "gone" then
        local text = rookery.i18n.t(feed.locale, "gone", { feed = format.escape(name_of(feed)) })
        local function stop(tx)
            if current(tx, feed) then tx.delete(key) end
        end
        say_once(key .. "/gone", feed.bot, feed.channel, quiet(text), stop)
        return
    end
    local all = true
    if found then all, problem = post(key, feed, found) end
    if problem then return failed(key, feed, problem, patience) end
    change(feed, function(now)
        now.failures, now.problem, now.begun, now.told = 0, nil, nil, nil
        if found and found.title ~= "" then now.title = found.title end
        -- While something is left to be posted, the server must not answer that nothing is new.
        if found and all then now.etag, now.modified = found.etag, found.modified end
        now.next = rookery.time.now() + (all and rookery.settings.get(feed.guild).minutes * 60 or 0)
    end)
end

-- An error of ours is a failure like the others: it is asked later, and its channel is told.
local function check_safely(key)
    local fine, problem = pcall(check, key)
    if fine then return end
    rookery.log.error("a feed could not be looked at:", problem)
    local feed = kv.get(key)
    if feed then failed(key, feed, "it cannot be followed any further") end
end

-- Looks at those whose time has come, four at a time, and sees to it that we are called when it is the next one's. One
-- at a time: who comes meanwhile is taken care of by the one who is at it.
local timer, looking
local function look()
    if looking then
        looking = "again"
        return
    end
    local next_one
    repeat
        looking, next_one = "now", rookery.time.now() + look_again
        local due, after = {}, nil
        repeat
            local page, problem = kv.list("feed/", { after = after, limit = 200 })
            if not page then rookery.log.error("the feeds cannot be read:", problem) end
            for _, item in ipairs(page or {}) do
                if item.value.next <= rookery.time.now() then due[#due + 1] = item.key end
                next_one = math.min(next_one, item.value.next)
                after = item.key
            end
        until not page or not page.more
        local function work()
            while #due > 0 do
                local key = table.remove(due)
                local fine, problem = pcall(check_safely, key)
                if not fine then rookery.log.error("a feed's failure could not be kept:", problem) end
            end
        end
        rookery.all { work, work, work, work }
    until looking == "now"
    looking = nil
    if timer then rookery.cancel(timer) end
    -- Never sooner than a minute: so that what fails at once does not go round and round.
    local wait = math.max(60, next_one - rookery.time.now())
    timer = rookery.after(wait, function() rookery.spawn(look) end)
end
rookery.spawn(look)

-- Commands -----------------------------------------------------------------------------------------------------------

local function feeds_of(guild)
    local feeds = {}
    for i, item in ipairs(kv.list("feed/" .. guild .. "/", { limit = 200 }) or {}) do feeds[i] = item.value end
    return feeds
end

local function add(ctx, options)
    local url, channel = options.url, options.channel and options.channel.id or ctx.channelId
    if not url:match("^https?://[^%s/]+") then return ctx:fail(ctx:t("not_http")) end
    local made = kv.get("made/" .. ctx.event.id)
    local feeds, most, number = feeds_of(ctx.guildId), rookery.settings.get(ctx.guildId).most, made or 1
    if not made and #feeds >= most then return ctx:fail(ctx:t("most", { most = most })) end
    for _, other in ipairs(feeds) do
        if not made and other.url == url and other.channel == channel then
            return ctx:fail(ctx:t("again", { channel = format.channel(channel) }))
        end
        if not made and other.number >= number then number = other.number + 1 end
    end

    ctx:defer()
    local feed = {
        number = number, url = url, channel = channel, guild = ctx.guildId, bot = ctx.bot, locale = ctx.locale,
        failures = 0, posted = {}, title = "", made = ctx.event.id,
    }
    local found, problem = fetch(feed)
    if not found then return ctx:fail(ctx:t("unreachable", { problem = problem or "it is empty" })) end
    for i = math.min(#found.entries, most_known), 1, -1 do
        table.insert(feed.posted, found.entries[i].id)
        table.insert(feed.posted, found.entries[i].mark)
    end
    feed.title, feed.etag, feed.modified = found.title, found.etag, found.modified
    feed.next = rookery.time.now() + rookery.settings.get(ctx.guildId).minutes * 60
    if not made then
        kv.transaction(function(tx)
            tx.set(key_of(ctx.guildId, number), feed)
            tx.set("made/" .. ctx.event.id, number, { ttl = day })
            return true
        end)
        rookery.spawn(look)
    end
    local text = ctx:t("added", {
        title = format.escape(name_of(feed)), channel = format.channel(channel), number = number,
        count = #found.entries,
    })
    return quiet(text)
end

local function remove(ctx, options)
    local gone = "removed/" .. ctx.event.id -- what this event has removed: after a restart it may come again
    local feed = kv.transaction(function(tx)
        local key = key_of(ctx.guildId, options.number)
        local feed = tx.get(gone) or tx.get(key)
        if not feed then return false end
        tx.delete(key)
        tx.set(gone, feed, { ttl = day })
        return feed
    end)
    if not feed then return ctx:fail(ctx:t("unknown", { number = options.number })) end
    return quiet(ctx:t("removed", { title = format.escape(name_of(feed)) }))
end

pages.declare("list", function(guild, ctx)
    local feeds = feeds_of(guild)
    return #feeds == 0 and ctx:t("none") or nil, #feeds, function(i)
        local feed = feeds[i]
        local line = ctx:t("line", {
            number = feed.number, channel = format.channel(feed.channel), title = format.escape(name_of(feed)),
            url = feed.url,
        })
        if feed.failures == 0 then return line end
        return line .. "\n" .. ctx:t("failing", { count = feed.failures, problem = feed.problem })
    end
end)

rookery.command {
    name = "feed",
    description = "Feeds that are posted here",
    localizations = { de = { description = "Feeds, die hier gepostet werden" } },
    category = "Tools",
    where = "guild",
    member_permissions = { "ManageGuild" },
    subcommands = {
        {
            name = "add",
            description = "Follows a feed",
            localizations = { de = { description = "Folgt einem Feed" } },
            concurrency = { per = "guild", limit = 1 },
            examples = { "https://example.com/feed.xml #news" },
            options = {
                { name = "url", type = "string", description = "Where it is", required = true, max_length = 500,
                  rest = false },
                { name = "channel", type = "channel", description = "Where to post; here without it",
                  channel_types = { "text", "announcement" } },
            },
            run = add,
        },
        {
            name = "remove",
            description = "Follows a feed no longer",
            localizations = { de = { description = "Folgt einem Feed nicht mehr" } },
            options = {
                { name = "number", type = "integer", description = "Its number in the list", required = true, min = 1 },
            },
            run = remove,
        },
        {
            name = "list",
            description = "Shows what is followed",
            localizations = { de = { description = "Zeigt, welchen gefolgt wird" } },
            run = function(ctx) ctx:page("list", ctx.guildId) end,
        },
        settings_command,
    },
}
