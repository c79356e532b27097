-- Tickets: who needs help presses a button, says why, and gets a channel that only they and the helpers see.
--
--   /tickets panel [CHANNEL] [TEXT]   posts the button (ManageGuild)
--   /tickets add USER                 lets somebody else into this ticket: who helps may
--   /tickets close [REASON]           closes this ticket; so does its button
--   /tickets settings                 of this server (ManageGuild):
--
--     staff        the role that helps; besides it, whoever may manage channels
--     category     where the channels are made
--     log          the channel that gets the transcript; without it only who asked gets it
--     most         how many open tickets one person may have: 1
--     welcome      the first thing said in a ticket: "Somebody will be with you soon."
--
-- In a ticket: Claim (a helper takes it), Close (asks again, then the transcript is sent and the channel deleted).
--
-- What is kept (rookery.kv):
--
--   ticket/GUILD/NUMBER    { number, user, channel, state = "open", "closing" or "closed", claimed, reason }
--   channel/CHANNEL        which ticket a channel is: "GUILD/NUMBER"
--   open/GUILD/USER        numbers of the open ones
--   number/GUILD           the newest number
--   made/EVENT             the ticket that this event has made: when it comes again after a crash, it goes on with that

local rookery = require "rookery"
local guild_settings = require "guild_settings"
local has = require "has"
local permissions = require "permissions"
local quiet = require "quiet"
local say_once = require "say_once"
local transcript = require "transcript"
local turns = require "turns"
require "texts"

local kv, format = rookery.kv, rookery.format
local kept = 90 * 86400 -- seconds that a closed ticket is remembered

local settings_command = guild_settings.declare {
    staff = { type = "id", of = "role", doc = "The role that helps." },
    category = { type = "id", of = "channel", doc = "The category where the channels are made." },
    log = { type = "id", of = "channel", doc = "The channel that gets the transcripts." },
    most = { type = "integer", default = 1, min = 1, max = 10, doc = "How many open ones a person may have." },
    welcome = { type = "string", default = "", max = 1000, doc = "The first thing said in a ticket." },
}

-- Permissions of an overwrite: ViewChannel; with it SendMessages, EmbedLinks, AttachFiles and ReadMessageHistory; and,
-- for the bot, ManageChannels.
local view = 2 ^ 10
local talk = view + 2 ^ 11 + 2 ^ 14 + 2 ^ 15 + 2 ^ 16
local manage = talk + 2 ^ 4

local function bits(number) return ("%.0f"):format(number) end

local function is_helper(ctx)
    local staff = rookery.settings.get(ctx.guildId, "staff")
    return (staff and ctx.member and has(ctx.member.roles, staff)) or permissions.may(ctx, "ManageChannels")
end

local function ticket_key(guild, number) return ("ticket/%s/%06d"):format(guild, number) end

local function ticket_here(ctx)
    local which = kv.get("channel/" .. ctx.channelId)
    return which and kv.get("ticket/" .. which) or ctx:fail(ctx:t("not_here"))
end

-- Changes a ticket in one step; gives it, or nil when `how` gave false.
local function change(ticket, how)
    local changed = kv.transaction(function(tx)
        local now = tx.get(ticket_key(ticket.guild, ticket.number))
        if not now or how(now, tx) == false then return false end
        tx.set(ticket_key(now.guild, now.number), now, now.state == "closed" and { ttl = kept } or nil)
        return now
    end)
    return changed or nil
end

-- Opening ------------------------------------------------------------------------------------------------------------

-- The message at the head of a ticket.
local function head(ticket)
    local function t(key, vars) return rookery.i18n.t(ticket.locale, key, vars) end
    local lines = {
        t("opened_by", { user = format.user(ticket.user) }), format.truncate(format.quote(ticket.reason), 1800),
    }
    if ticket.claimed then lines[#lines + 1] = t("claimed_by", { user = format.user(ticket.claimed) }) end
    return {
        content = table.concat(lines, "\n"), allowedMentions = { users = { ticket.user } },
        components = {
            { button = t("claim"), action = "claim", style = "primary", disabled = ticket.claimed ~= nil },
            { button = t("close"), action = "close", style = "danger" },
        },
    }
end

local function overwrites(guild, user, staff)
    local list = {
        { id = guild, type = 0, allow = "0", deny = bits(view) },
        { id = user, type = 1, allow = bits(talk), deny = "0" },
        { id = rookery.users.me().id, type = 1, allow = bits(manage), deny = "0" },
    }
    if staff and guild_settings.is_here(guild, "role", staff) then
        list[#list + 1] = { id = staff, type = 0, allow = bits(talk), deny = "0" }
    end
    return list
end

-- Whether we have made this channel for that ticket, and it is no ticket's yet: what it is called says nothing,
-- any may be called so. Our mark ends its topic, and of all people only who has asked and we ourselves are let in.
local function is_made(channel, ticket, mark)
    if not channel.topic or channel.topic:sub(-#mark) ~= mark then return false end
    local me, theirs = rookery.users.me().id, false
    for _, overwrite in ipairs(channel.permissionOverwrites or {}) do
        theirs = theirs or overwrite.id == ticket.user
        if overwrite.type == 1 and overwrite.id ~= ticket.user and overwrite.id ~= me then return false end
    end
    return theirs and not kv.get("channel/" .. channel.id)
end

-- The channel of the ticket that an event has asked for. One that an earlier attempt has made, without having noted it,
-- is taken.
local function make_channel(ticket, event)
    local settings = rookery.settings.get(ticket.guild)
    local name, mark = ("ticket-%04d"):format(ticket.number), (" (%d/%s)"):format(ticket.number, event)
    for _, channel in ipairs(rookery.channels.list(ticket.guild) or {}) do
        if is_made(channel, ticket, mark) then return channel end
    end
    -- A category or a role may be gone by now: then the ticket is made without it.
    local category = settings.category
    if category and not guild_settings.is_here(ticket.guild, "channel", category) then category = nil end
    return rookery.channels.create(ticket.guild, name, {
        topic = format.truncate(ticket.reason, 200) .. mark, parentId = category,
        permissionOverwrites = overwrites(ticket.guild, ticket.user, settings.staff),
        reason = "ticket of " .. ticket.user,
    })
end

-- A new ticket for this event, or the one that it has made already; nil when there are too many.
local function make_ticket(press, reason)
    local most, event = rookery.settings.get(press.guildId, "most"), press.event.id
    return kv.transaction(function(tx)
        local made = tx.get("made/" .. event)
        if made then return tx.get(ticket_key(press.guildId, made)) end
        local key = ("open/%s/%s"):format(press.guildId, press.userId)
        local open = tx.get(key) or {}
        if #open >= most then return false end
        local number = tx.incr("number/" .. press.guildId)
        local ticket = {
            number = number, guild = press.guildId, user = press.userId, reason = reason, state = "open",
            locale = press.locale,
        }
        open[#open + 1] = number
        tx.set(key, open)
        tx.set(ticket_key(press.guildId, number), ticket)
        tx.set("made/" .. event, number, { ttl = 86400 })
        return ticket
    end)
end

-- Takes it off the open ones of who has asked, within a transaction.
local function take_off(tx, ticket)
    local key, left = ("open/%s/%s"):format(ticket.guild, ticket.user), {}
    for _, number in ipairs(tx.get(key) or {}) do
        if number ~= ticket.number then left[#left + 1] = number end
    end
    if #left > 0 then tx.set(key, left) else tx.delete(key) end
    if ticket.channel then tx.delete("channel/" .. ticket.channel) end
end

local function close_for_good(ticket)
    return change(ticket, function(now, tx)
        take_off(tx, now)
        now.state = "closed"
    end)
end

-- How many open ones somebody has. Those whose channel is gone are closed: somebody may have deleted it while we were
-- away, or before we knew that it was one.
local function count_open(guild, user)
    local count = 0
    for _, number in ipairs(kv.get(("open/%s/%s"):format(guild, user)) or {}) do
        local ticket = kv.get(ticket_key(guild, number))
        local gone = false
        if ticket and ticket.channel then
            local channel, _, kind = rookery.channels.get(ticket.channel)
            gone = not channel and kind == "not_found"
        end
        if gone then close_for_good(ticket) else count = count + 1 end
    end
    return count
end

rookery.press("open", function(press)
    local most = rookery.settings.get(press.guildId, "most")
    if count_open(press.guildId, press.userId) >= most then
        return press:fail(press:t("enough", { count = most }))
    end
    press:form {
        title = press:t("form_title"), action = "opened",
        fields = { {
            name = "reason", label = press:t("form_reason"), style = "paragraph", required = true, min_length = 3,
            max_length = 1000,
        } },
    }
end)

rookery.press("opened", function(press)
    press:defer { ephemeral = true } -- making a channel may take its time
    local ticket = make_ticket(press, press.fields.reason)
    if not ticket then
        return press:fail(press:t("enough", { count = rookery.settings.get(press.guildId, "most") }))
    end
    if not ticket.channel then
        local channel, problem, _, details = make_channel(ticket, press.event.id)
        if not channel then
            close_for_good(ticket)
            local key = details and details.status == 403 and "may_not" or "problem"
            return press:fail(press:t(key, { problem = problem }))
        end
        ticket = change(ticket, function(now, tx)
            now.channel = channel.id
            tx.set("channel/" .. channel.id, ("%s/%06d"):format(now.guild, now.number))
        end)
    end
    local key, welcome = ticket_key(ticket.guild, ticket.number), rookery.settings.get(press.guildId, "welcome")
    local first = quiet(welcome ~= "" and welcome or press:t("welcome"))
    for step, message in ipairs { head(ticket), first } do
        local sent, fault = ticket.steps and ticket.steps >= step
        if not sent then
            sent, fault = say_once(key .. "/" .. step, press.bot, ticket.channel, message, function(tx)
                local now = tx.get(key)
                if now then
                    now.steps = step
                    tx.set(key, now)
                end
            end)
        end
        if not sent then rookery.log.warn("a ticket's first messages are missing:", fault) end
    end
    press:reply { content = press:t("opened", { channel = format.channel(ticket.channel) }), ephemeral = true }
end)

-- In a ticket --------------------------------------------------------------------------------------------------------

rookery.press("claim", function(press)
    local ticket = ticket_here(press)
    if not is_helper(press) then return press:fail(press:t("helpers_only")) end
    local claimed = change(ticket, function(now)
        if now.claimed and now.claimed ~= press.userId then return false end
        now.claimed = press.userId
    end)
    if not claimed then return press:fail(press:t("claimed_already")) end
    press:update(head(claimed))
end)

-- Who may close is who has asked, and who helps. The question does not wait: its button works after a restart as well.
rookery.press("close", function(press)
    local ticket = ticket_here(press)
    if ticket.user ~= press.userId and not is_helper(press) then return press:fail(press:t("not_yours")) end
    press:reply {
        content = press:t("sure"), ephemeral = true,
        components = { {
            button = press:t("close"), action = "close_now", style = "danger", only = press.userId, once = true,
            expires = "10m",
        } },
    }
end)

-- Each step is noted before the next one: whatever comes in between, a repeat goes on where this one ended.
local function close_now(ctx, ticket, reason)
    ticket = change(ticket, function(now)
        if now.state == "closed" then return false end -- by somebody else, a moment ago
        now.state, now.closed_by, now.why = "closing", now.closed_by or ctx.userId, now.why or reason
    end)
    if not ticket then return end
    if not ticket.sent then
        local done, problem = transcript.send(ticket)
        if not done then
            rookery.messages.send(ticket.channel, quiet(ctx:t("no_transcript", { problem = problem })))
            return change(ticket, function(now) now.state = "open" end)
        end
        change(ticket, function(now) now.sent = true end)
    end
    local gone, fault, _, details = rookery.channels.delete(ticket.channel,
        { reason = "ticket closed by " .. ctx.userId })
    if gone == nil and not (details and details.status == 404) then
        rookery.log.warn("a ticket's channel was not deleted:", fault)
    end
    close_for_good(ticket)
end

local function close(ctx, reason)
    local ticket = ticket_here(ctx)
    if ticket.user ~= ctx.userId and not is_helper(ctx) then return ctx:fail(ctx:t("not_yours")) end
    ctx:reply { content = ctx:t("closing"), ephemeral = true }
    turns.take("close/" .. ticket.channel, function() close_now(ctx, ticket, reason) end)
end
rookery.press("close_now", function(press) close(press) end)

-- Somebody has deleted the channel: then the ticket is over as well.
rookery.on("channelDelete", function(ev)
    local which = kv.get("channel/" .. ev.id)
    local ticket = which and kv.get("ticket/" .. which)
    if ticket and ticket.state == "open" then close_for_good(ticket) end
end)

-- The command --------------------------------------------------------------------------------------------------------

-- Whether channels can be made that only some see.
local function can_make(bot)
    local able = rookery.capabilities(bot)
    local create = able and able.operations["channels.create"]
    return create == true or (type(create) == "table" and has(create, "permissionOverwrites"))
end

local function panel(ctx, options)
    if not can_make(ctx.bot) then return ctx:fail(ctx:t("no_private_channels")) end
    local channel = options.channel and options.channel.id or ctx.channelId
    local sent, problem = rookery.messages.send(channel, quiet {
        content = options.text or ctx:t("panel"),
        components = { { button = ctx:t("open"), action = "open", style = "primary", emoji = "🎫" } },
    })
    if not sent then return ctx:fail(ctx:t("problem", { problem = problem })) end
    return { content = ctx:t("posted", { channel = format.channel(channel) }), ephemeral = true }
end

local function add(ctx, options)
    local ticket = ticket_here(ctx)
    if not is_helper(ctx) then return ctx:fail(ctx:t("helpers_only")) end
    local done, problem = rookery.channels.setOverwrite(ticket.channel, options.user.id,
        { type = "member", allow = bits(talk), deny = "0" })
    if done == nil then return ctx:fail(ctx:t("problem", { problem = problem })) end
    return ctx:t("added", { user = format.user(options.user) })
end

rookery.command {
    name = "tickets",
    description = "Channels for those who need help",
    localizations = { de = { description = "Kanäle für alle, die Hilfe brauchen" } },
    category = "Community",
    where = "guild",
    subcommands = {
        {
            name = "panel",
            description = "Posts the button that opens tickets",
            localizations = { de = { description = "Postet den Knopf, der Tickets öffnet" } },
            member_permissions = { "ManageGuild" },
            bot_permissions = { "ManageChannels" },
            options = {
                { name = "channel", type = "channel", description = "Where; here without it",
                  channel_types = { "text" } },
                { name = "text", type = "string", description = "What stands above the button", max_length = 1500 },
            },
            run = panel,
        },
        {
            name = "add",
            description = "Lets somebody else into this ticket",
            localizations = { de = { description = "Lässt noch jemanden in dieses Ticket" } },
            options = { { name = "user", type = "user", description = "Whom", required = true } },
            run = add,
        },
        {
            name = "close",
            description = "Closes this ticket",
            localizations = { de = { description = "Schließt dieses Ticket" } },
            options = { { name = "reason", type = "string", description = "Why", max_length = 500 } },
            run = function(ctx, options) close(ctx, options.reason) end,
        },
        settings_command,
    },
}
