-- Starboard: what many have given a star is shown in a channel of its own, and kept up to date.
--
--   /starboard top          what has the most stars
--   /starboard settings     of this server (ManageGuild); nothing happens until there is a channel:
--
--     channel      where it is shown
--     stars        how many it takes: 3
--     emoji        what counts as a star: ⭐, or the name of one of the server's own emojis
--     own          whether the author's own star counts: no
--     ignored      channels that are left out: #a, #b
--     private      whether messages are shown of channels that not everybody sees: no
--
-- A message that falls below the number is taken off again, one that is deleted goes as well. Messages of channels for
-- adults are shown only if the starboard is one. A thread is as its channel is, and private if it is a private thread.
--
-- What is kept (rookery.kv), for a year after the last star:
--
--   star/GUILD/MESSAGE     { post, stars, channel, author, text }

local rookery = require "rookery"
local guild_settings = require "guild_settings"
local has = require "has"
local pages = require "pages"
local permissions = require "permissions"
local quiet = require "quiet"

local kv, format = rookery.kv, rookery.format
local kept = 365 * 86400
local pause = 3 -- seconds between two looks at the same message

rookery.i18n.add("en", {
    line = "{place}. {emoji} **{stars}** {author}: {text}",
    heading = "The most stars",
    none = "Nothing has enough stars yet.",
    jump = "Jump to the message",
})
rookery.i18n.add("de", {
    line = "{place}. {emoji} **{stars}** {author}: {text}",
    heading = "Die meisten Sterne",
    none = "Noch hat nichts genug Sterne.",
    jump = "Zur Nachricht",
})

local settings_command = guild_settings.declare {
    channel = { type = "id", of = "channel", doc = "Where it is shown." },
    stars = { type = "integer", default = 3, min = 1, max = 1000, doc = "How many it takes." },
    emoji = { type = "string", default = "⭐", max = 64, doc = "What counts as a star." },
    own = { type = "boolean", default = false, doc = "Whether the author's own star counts." },
    ignored = { type = "list", of = "channel", default = {}, max = 100, doc = "Channels that are left out." },
    private = { type = "boolean", default = false, doc = "Whether channels that not everybody sees count as well." },
}

local function key_of(guild, message) return ("star/%s/%s"):format(guild, message) end

-- "⭐", "star", "<:star:123>" and "star:123" may stand for what somebody reacted with.
local function is_star(settings, emoji)
    local wanted = settings.emoji:match("^<a?:([%w_]+:%d+)>$") or settings.emoji
    local name, id = wanted:match("^([%w_]+):(%d+)$")
    if id then return emoji.id == id end
    return emoji.name == (name or wanted)
end

-- How an operation wants the emoji: its characters, or name:id.
local function to_ask(emoji) return emoji.id and emoji.name .. ":" .. emoji.id or emoji.name end

-- Where the board is; nil where there is none, or it is none of the server's channels.
local function board_of(settings, guild)
    local channel = settings.channel
    if not channel then return nil end
    if guild_settings.is_here(guild, "channel", channel) then return channel end
    rookery.log.warn("no starboard:", channel, "is no channel of", guild)
end

-- Whether everybody sees a channel: what the role of everybody may do, and what the channel says about it. Where the
-- platform does not tell, nobody is taken to see it; nil when that is not to be found out now.
local function is_public(guild, channel)
    local roles = rookery.roles.list(guild)
    if not roles then return nil end
    for _, role in ipairs(roles) do
        if role.id == guild then
            if permissions.has(role.permissions, "Administrator") then return true end
            local seen = permissions.has(role.permissions, "ViewChannel")
            for _, overwrite in ipairs(channel.permissionOverwrites or {}) do
                if overwrite.id == guild then
                    seen = seen and not permissions.has(overwrite.deny, "ViewChannel")
                        or permissions.has(overwrite.allow, "ViewChannel")
                end
            end
            return seen
        end
    end
    return false
end

-- The channel whose rules hold: of a thread the one that it belongs to, and whether the thread is a private one.
local function ruling(id)
    local channel = rookery.channels.get(id)
    if not channel or not channel.typeName:find("thread", 1, true) then return channel, false end
    return rookery.channels.get(channel.parentId), channel.typeName == "private_thread"
end

-- Whether messages of this channel may stand on the board; nil when that is not to be found out now.
local function may_show(settings, guild, id)
    local channel, hidden = ruling(id)
    if not channel then return nil end
    if channel.id == settings.channel or has(settings.ignored, channel.id) then return false end
    local open = settings.private
    if not open and not hidden then open = is_public(guild, channel) end
    if not open then return open end
    if not channel.nsfw then return true end
    local board = rookery.channels.get(settings.channel)
    return board and board.nsfw == true
end

-- The stars that count, and the emoji; nil when the message is gone.
local function count(settings, channel, id)
    local message, problem, kind, details = rookery.messages.get(channel, id)
    if not message then
        local gone = kind == "not_found" or (details and details.status == 404)
        if not gone then rookery.log.warn("a message was not read:", problem) end
        return nil, gone
    end
    for _, reaction in ipairs(message.reactions) do
        if is_star(settings, reaction.emoji) then
            local stars = reaction.count
            -- Who counts has to be looked at only where it can make a difference.
            for user in rookery.each(rookery.reactions.list, channel, id, to_ask(reaction.emoji), { limit = 100 }) do
                if user.bot or (user.id == message.author.id and not settings.own) then stars = stars - 1 end
            end
            return message, false, stars, reaction.emoji
        end
    end
    return message, false, 0
end

local function post_of(message, guild, stars, emoji, locale)
    local shown = emoji.id and format.emoji(emoji) or emoji.name
    local link = ("https://discord.com/channels/%s/%s/%s"):format(guild, message.channelId, message.id)
    local embed = {
        author = { name = message.author.globalName or message.author.username, icon_url = message.author.avatarUrl },
        description = format.truncate(message.content, 3500) .. "\n\n"
            .. format.link(rookery.i18n.t(locale, "jump"), link),
        color = 0xffac33, timestamp = message.createdAt,
    }
    for _, file in ipairs(message.attachments) do
        if (file.contentType or ""):match("^image/") and not file.spoiler then
            embed.image = { url = file.url }
            break
        end
    end
    return quiet {
        content = ("%s **%d** %s"):format(shown, stars, format.channel(message.channelId)), embeds = { embed },
    }
end

-- Takes a message off the board.
local function take_off(settings, guild, id)
    local entry = kv.get(key_of(guild, id))
    if not entry then return end
    local board = board_of(settings, guild)
    if board then rookery.messages.delete(board, entry.post) end
    kv.delete(key_of(guild, id))
end

local function update(guild, channel, id)
    local settings = rookery.settings.get(guild)
    if not settings.channel or channel == settings.channel or has(settings.ignored, channel) then return end
    local entry = kv.get(key_of(guild, id))
    local message, gone, stars, emoji = count(settings, channel, id)
    if gone or (message and stars < settings.stars) then return take_off(settings, guild, id) end
    if not message or (entry and entry.stars == stars) or not board_of(settings, guild) then return end
    local shown = may_show(settings, guild, channel)
    if not shown then
        -- Who closes a channel does not want that its messages stand there any longer.
        if shown == false then take_off(settings, guild, id) end
        return
    end

    local guild_now = rookery.guilds.get(guild)
    local post = post_of(message, guild, stars, emoji, guild_now and guild_now.preferredLocale or "en")
    local sent, problem, kind
    if entry then
        sent, problem, kind = rookery.messages.edit(settings.channel, entry.post, post)
    end
    -- Of an entry whose post somebody has deleted, or that stands in the board's former channel, a new one is made.
    if not entry or kind == "not_found" then sent, problem = rookery.messages.send(settings.channel, post) end
    if not sent then return rookery.log.warn("the starboard could not be brought up to date:", problem) end
    kv.set(key_of(guild, id), {
        post = sent.id, stars = stars, channel = channel, author = message.author.id,
        text = format.truncate(message.content, 80),
    }, { ttl = kept })
end

-- One at a time for each message: reactions that come while it is looked at, or a moment after, make one more look,
-- not one each. The handler of one of them waits for that look: should we be stopped meanwhile, its event comes again.
local busy, looked = {}, {}
local function look(guild, channel, id)
    if not guild then return end
    if busy[id] then
        busy[id] = "again"
        return
    end
    busy[id] = "now"
    if looked[id] then rookery.sleep(pause) end
    repeat
        busy[id] = "now"
        local fine, problem = pcall(update, guild, channel, id)
        if not fine then rookery.log.error("the starboard:", problem) end
        if busy[id] == "again" then rookery.sleep(pause) end
    until busy[id] == "now"
    busy[id], looked[id] = nil, true
    rookery.after(pause, function() looked[id] = nil end)
end

local function reacted(ev, emoji)
    if not ev.guildId or not is_star(rookery.settings.get(ev.guildId), emoji) then return end
    look(ev.guildId, ev.channelId, ev.messageId)
end
rookery.on("messageReactionAdd", function(ev) reacted(ev, ev.reaction.emoji) end)
rookery.on("messageReactionRemove", function(ev) reacted(ev, ev.emoji) end)
rookery.on("messageReactionRemoveEmoji", function(ev) reacted(ev, ev.emoji) end)
rookery.on("messageReactionRemoveAll", function(ev) look(ev.guildId, ev.channelId, ev.messageId) end)

-- One that is just being put on the board is looked at once more, and found gone.
local function deleted(guild, ids)
    if not guild then return end
    local settings = rookery.settings.get(guild)
    for _, id in ipairs(ids) do
        if busy[id] then busy[id] = "again" else take_off(settings, guild, id) end
    end
end
rookery.on("messageDelete", function(ev) deleted(ev.guildId, { ev.id }) end)
rookery.on("messageDeleteBulk", function(ev) deleted(ev.guildId, ev.ids) end)

-- The board by the number of stars.
pages.declare("top", function(state)
    local entries, prefix, after = {}, "star/" .. state.guild .. "/", nil
    repeat
        local found = kv.list(prefix, { after = after, limit = 500 })
        for _, item in ipairs(found or {}) do
            item.value.id = item.key:sub(#prefix + 1)
            entries[#entries + 1] = item.value
            after = item.key
        end
    until not found or not found.more
    table.sort(entries, function(a, b)
        if a.stars ~= b.stars then return a.stars > b.stars end
        return a.id < b.id
    end)
    local heading = format.bold(rookery.i18n.t(state.locale, #entries > 0 and "heading" or "none"))
    return heading, #entries, function(i)
        local entry = entries[i]
        return rookery.i18n.t(state.locale, "line", {
            place = i, emoji = state.emoji, stars = entry.stars, author = format.user(entry.author), text = entry.text,
        })
    end
end)

rookery.command {
    name = "starboard",
    description = "What has many stars",
    localizations = { de = { description = "Was viele Sterne hat" } },
    category = "Community",
    where = "guild",
    subcommands = {
        {
            name = "top",
            description = "What has the most stars",
            localizations = { de = { description = "Was die meisten Sterne hat" } },
            cooldown = { per = "user", uses = 3, time = "30s" },
            run = function(ctx)
                local emoji = rookery.settings.get(ctx.guildId, "emoji")
                ctx:page("top", { guild = ctx.guildId, locale = ctx.locale, emoji = emoji })
            end,
        },
        settings_command,
    },
}
