-- Welcome cards: who joins is greeted with a card, and who leaves is told of.
--
--   /welcome test [KIND]     shows you how it will look: `join` or `leave`
--   /welcome settings        of this server (ManageGuild); nothing is said until there is a channel:
--
--     channel    where
--     title      "Welcome, {name}!"
--     text       "{user} is number {count} here."; as all texts it may have {user} {name} {server} {count}
--     leave      "{name} has left."; `-` for nothing
--     color      of the card, as "#5865f2"
--     image      address of a picture below the text
--     bots       whether bots are greeted as well: no

local rookery = require "rookery"
local guild_settings = require "guild_settings"

local format = rookery.format

rookery.i18n.add("en", {
    color = "The colour must look like `#5865f2`; it is now {color}.",
    no_channel = "This is how it would look. There is no channel yet: `/welcome settings channel #channel` names one.",
    preview = "This is how it will look in {channel}.",
    silent = "Nothing is said when somebody leaves.",
})
rookery.i18n.add("de", {
    color = "Die Farbe schreibt man wie `#5865f2`; jetzt ist sie {color}.",
    no_channel = "So sähe es aus. Einen Kanal gibt es noch nicht: `/welcome settings channel #kanal` nennt einen.",
    preview = "So wird es in {channel} aussehen.",
    silent = "Wenn jemand geht, wird nichts gesagt.",
})

local settings_command = guild_settings.declare {
    channel = { type = "id", of = "channel", doc = "Where people are greeted." },
    title = { type = "string", default = "Welcome, {name}!", max = 200, doc = "The heading of the card." },
    text = { type = "string", default = "{user} is number {count} here.", max = 1000, doc = "What the card says." },
    leave = { type = "string", default = "{name} has left.", max = 1000, doc = "When somebody leaves; - for nothing." },
    color = { type = "string", default = "#5865f2", max = 7, doc = "The colour of the card." },
    image = { type = "string", default = "", max = 500, doc = "Address of a picture below the text." },
    bots = { type = "boolean", default = false, doc = "Whether bots are greeted as well." },
}

-- What the words in braces stand for. The guild is asked for: how many members it has changes with every event.
local function values_of(guild, user)
    local about = rookery.guilds.get(guild, { withCounts = true })
    local count = about and (about.approximateMemberCount or about.memberCount) or 0
    return {
        user = format.user(user), name = format.escape(user.globalName or user.username),
        server = about and format.escape(about.name) or "this server", count = count > 0 and count or "?",
    }
end

local function fill(text, values)
    return (text:gsub("{(%a+)}", values))
end

local function card(settings, user, values)
    local embed = {
        title = fill(settings.title, values), description = fill(settings.text, values),
        color = tonumber(settings.color:match("^#(%x%x%x%x%x%x)$") or "5865f2", 16),
        thumbnail = { url = user.avatarUrl },
    }
    if settings.image:match("^https://%S+$") then embed.image = { url = settings.image } end
    -- The mention stands outside of the card: only there it tells the one who is meant.
    return { content = values.user, embeds = { embed }, allowedMentions = { users = { user.id } } }
end

local function farewell(settings, values)
    if settings.leave == "-" or settings.leave == "" then return end
    return { content = fill(settings.leave, values), allowedMentions = { parse = {} } }
end

local function say(guild, channel, message)
    if not guild_settings.is_here(guild, "channel", channel) then
        return rookery.log.warn("nobody was greeted:", channel, "is no channel of", guild)
    end
    local sent, problem = rookery.messages.send(channel, message)
    if not sent then rookery.log.warn("nobody was greeted:", problem) end
end

rookery.on("guildMemberAdd", function(ev)
    local settings = rookery.settings.get(ev.guildId)
    if not settings.channel or (ev.user.bot and not settings.bots) then return end
    say(ev.guildId, settings.channel, card(settings, ev.user, values_of(ev.guildId, ev.user)))
end)

rookery.on("guildMemberRemove", function(ev)
    local settings = rookery.settings.get(ev.guildId)
    if not settings.channel or (ev.user.bot and not settings.bots) then return end
    local message = farewell(settings, values_of(ev.guildId, ev.user))
    if message then say(ev.guildId, settings.channel, message) end
end)

rookery.command {
    name = "welcome",
    description = "How people are greeted",
    localizations = { de = { description = "Wie Leute begrüßt werden" } },
    category = "Community",
    where = "guild",
    member_permissions = { "ManageGuild" },
    subcommands = {
        {
            name = "test",
            description = "Shows you how it will look",
            localizations = { de = { description = "Zeigt dir, wie es aussehen wird" } },
            options = {
                { name = "kind", type = "string", description = "What to show", choices = { "join", "leave" },
                  default = "join" },
            },
            run = function(ctx, options)
                local settings = rookery.settings.get(ctx.guildId)
                local values = values_of(ctx.guildId, ctx.user)
                local message = options.kind == "leave" and farewell(settings, values)
                    or options.kind ~= "leave" and card(settings, ctx.user, values)
                if not message then return { content = ctx:t("silent"), ephemeral = true } end
                local note = settings.channel and ctx:t("preview", { channel = format.channel(settings.channel) })
                    or ctx:t("no_channel")
                if not settings.color:match("^#%x%x%x%x%x%x$") then
                    note = note .. "\n" .. ctx:t("color", { color = format.code(settings.color) })
                end
                message.content = note .. "\n" .. (message.content or "")
                message.ephemeral, message.allowedMentions = true, { parse = {} }
                return message
            end,
        },
        settings_command,
    },
}
