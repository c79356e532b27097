-- Roles that people get by themselves: when they join, by a reaction, by a button or from a menu. All commands need
-- ManageRoles, and nobody can give away a role that stands above their own, or one that may moderate.
--
--   /roles auto add ROLE | remove ROLE | list       everybody gets them who joins, once they have passed the screening
--   /roles reaction add MESSAGE EMOJI ROLE          who reacts to that message with it gets the role, who takes the
--   /roles reaction remove MESSAGE EMOJI            reaction back loses it; MESSAGE is a link, or an id in this channel
--   /roles menu KIND TITLE ROLE...                  posts a message to choose from: `buttons`, `select` (any number of
--                                                   them) or `one` (of them)
--
-- What is kept: the roles for all in the settings of the server (rookery.settings), and in rookery.kv
--
--   reaction/MESSAGE/EMOJI    { role, channel, guild }
--   menu/EVENT                the roles of a menu; of buttons nothing is kept, they know their role themselves
--   screening/GUILD/USER      has joined, but not passed the screening yet
--
-- Every action may be repeated without harm: an event that comes a second time after a crash changes nothing.

local rookery = require "rookery"
local has = require "has"
local quiet = require "quiet"
local ranks = require "ranks"
local turns = require "turns"
require "texts"

local kv, format = rookery.kv, rookery.format
local most_auto, most_reactions = 20, 20

rookery.settings.declare {
    auto = { type = "list", of = "id", default = {}, max = most_auto, doc = "What everybody gets who joins." },
}

-- What we have given (true) and taken (false) in the last minute, by guild, user and role: events that were on their
-- way meanwhile do not say it yet.
local lately = {}

-- Gives or takes a role; true, or false and how it failed, as the key of a text and its values.
local function change(guild, user, role, give)
    local act = give and rookery.members.addRole or rookery.members.removeRole
    local done, problem, _, details = act(guild, user, role)
    if done ~= nil then
        local key = ("%s/%s/%s"):format(guild, user, role)
        lately[key] = give
        rookery.after(60, function() lately[key] = nil end)
        return true
    end
    rookery.log.warn(("role %s of %s: %s"):format(role, user, problem))
    local status = details and details.status
    local key = status == 404 and "gone" or status == 403 and "refused" or "problem"
    return false, key, { role = format.role(role), problem = problem }
end

-- When they join -----------------------------------------------------------------------------------------------------

local function give_all(guild, user)
    for _, role in ipairs(rookery.settings.get(guild, "auto")) do change(guild, user, role, true) end
end

rookery.on("guildMemberAdd", function(ev)
    if ev.user.bot or #rookery.settings.get(ev.guildId, "auto") == 0 then return end
    -- Who has a screening before them would pass it by having a role: they get theirs afterwards.
    if ev.pending then return kv.set(("screening/%s/%s"):format(ev.guildId, ev.id), true, { ttl = 30 * 86400 }) end
    give_all(ev.guildId, ev.id)
end)

rookery.on("guildMemberUpdate", function(ev)
    local member = ev.new
    if member.pending then return end
    local key = ("screening/%s/%s"):format(member.guildId, member.id)
    if not kv.get(key) then return end
    give_all(member.guildId, member.id)
    kv.delete(key)
end)

local function auto_change(ctx, role, add)
    local fault = add and ranks.fault(ctx, role)
    if fault then return ctx:fail(fault) end
    local done, problem = turns.take("auto/" .. ctx.guildId, function()
        local roles = {}
        for _, other in ipairs(rookery.settings.get(ctx.guildId, "auto")) do
            if other ~= role then roles[#roles + 1] = other end
        end
        roles[#roles + 1] = add and role or nil
        return rookery.settings.set(ctx.guildId, "auto", roles)
    end)
    if not done then return ctx:fail(ctx:t("problem", { problem = problem })) end
    local text = ctx:t(add and "auto_added" or "auto_removed", { role = format.role(role) })
    return quiet(text)
end

local function auto_list(ctx)
    local names = {}
    for i, role in ipairs(rookery.settings.get(ctx.guildId, "auto")) do names[i] = format.role(role) end
    local text = #names > 0 and ctx:t("auto_list", { roles = table.concat(names, ", ") }) or ctx:t("auto_none")
    return quiet(text)
end

-- By a reaction ------------------------------------------------------------------------------------------------------

-- "⭐" and "<:name:123>", as operations take it and as a part of a key.
local function emoji_of(text)
    local custom = text:match("^<a?:([%w_]+:%w+)>$")
    if custom then return custom, custom:match("%w+$") end
    if text:match("[\128-\255]") and not text:match("[%s/]") then return text, text end
end

local function reaction_key(message, emoji) return ("reaction/%s/%s"):format(message, emoji) end

-- A message of this server, by a link or an id in this channel; and its channel. Whose channel it is says the platform,
-- not the link.
local function message_of(ctx, text)
    local guild, channel, message = text:match("/channels/(%d+)/(%d+)/(%d+)%W*$")
    if not message then guild, channel, message = ctx.guildId, ctx.channelId, text:match("^[%w-]+$") end
    local place = message and guild == ctx.guildId and rookery.channels.get(channel)
    local found = place and place.guildId == ctx.guildId and rookery.messages.get(channel, message)
    if not found then ctx:fail(ctx:t("no_message")) end
    return found, channel
end

-- What is kept of a reaction to a message of this server; whether it is another server's is the second value.
local function entry_of(ctx, message, emoji)
    local entry = kv.get(reaction_key(message, emoji))
    local foreign = entry ~= nil and entry.guild ~= ctx.guildId
    return not foreign and entry or nil, foreign
end

local function reaction_add(ctx, options)
    local emoji, part = emoji_of(options.emoji)
    if not emoji then return ctx:fail(ctx:t("no_emoji")) end
    local message, channel = message_of(ctx, options.message)
    local fault = ranks.fault(ctx, options.role.id)
    if fault then return ctx:fail(fault) end
    if #(kv.list("reaction/" .. message.id .. "/", { limit = most_reactions }) or {}) >= most_reactions then
        return ctx:fail(ctx:t("many_reactions", { most = most_reactions }))
    end
    local before, foreign = entry_of(ctx, message.id, part)
    if foreign then return ctx:fail(ctx:t("no_message")) end
    -- First noted, then shown: people see the reaction, and use it, before the platform says that it is there.
    local key = reaction_key(message.id, part)
    kv.set(key, { role = options.role.id, channel = channel, guild = ctx.guildId })
    local done, problem = rookery.reactions.add(channel, message.id, emoji)
    if done == nil then
        if before then kv.set(key, before) else kv.delete(key) end
        return ctx:fail(ctx:t("not_reacted", { problem = problem }))
    end
    local text = ctx:t("reaction_added", { emoji = options.emoji, role = format.role(options.role.id) })
    return quiet(text)
end

local function reaction_remove(ctx, options)
    local emoji, part = emoji_of(options.emoji)
    if not emoji then return ctx:fail(ctx:t("no_emoji")) end
    local message, channel = message_of(ctx, options.message)
    if not entry_of(ctx, message.id, part) or not kv.delete(reaction_key(message.id, part)) then
        return ctx:fail(ctx:t("no_reaction", { emoji = options.emoji }))
    end
    rookery.reactions.remove(channel, message.id, emoji)
    return ctx:t("reaction_removed", { emoji = options.emoji })
end

local function reacted(ev, emoji, give)
    if not ev.guildId then return end
    local entry = kv.get(reaction_key(ev.messageId, emoji.id or emoji.name))
    if not entry or entry.guild ~= ev.guildId then return end
    local member = ev:get("member")
    if member and member.user.bot then return end
    turns.take(ev.guildId .. "/" .. ev.userId, function() change(ev.guildId, ev.userId, entry.role, give) end)
end
rookery.on("messageReactionAdd", function(ev) reacted(ev, ev.reaction.emoji, true) end)
rookery.on("messageReactionRemove", function(ev) reacted(ev, ev.emoji, false) end)

rookery.on("messageDelete", function(ev)
    for _, item in ipairs(kv.list("reaction/" .. ev.id .. "/") or {}) do
        if item.value.channel == ev.channelId then kv.delete(item.key) end
    end
end)

-- By a button, or from a menu ----------------------------------------------------------------------------------------

-- What somebody had when they pressed stands in the event: that decides, so a repeat decides the same.
rookery.press("role", function(press, role)
    local give = not has(press.member and press.member.roles, role)
    local done, key, values = change(press.guildId, press.userId, role, give)
    if not done then return press:fail(press:t(key, values)) end
    local text = press:t(give and "given" or "taken", { role = format.role(role) })
    press:reply(quiet { content = text, ephemeral = true })
end)

local function pick(press, menu)
    local mine, given, taken = press.member and press.member.roles or {}, {}, {}
    for _, role in ipairs(menu) do
        local wanted, held = has(press.values, role), lately[("%s/%s/%s"):format(press.guildId, press.userId, role)]
        if held == nil then held = has(mine, role) end
        if wanted ~= held then
            local done, key, values = change(press.guildId, press.userId, role, wanted)
            if not done then return press:fail(press:t(key, values)) end
            table.insert(wanted and given or taken, format.role(role))
        end
    end
    local lines = {}
    if #given > 0 then lines[#lines + 1] = press:t("given", { role = table.concat(given, ", ") }) end
    if #taken > 0 then lines[#lines + 1] = press:t("taken", { role = table.concat(taken, ", ") }) end
    if #lines == 0 then lines[1] = press:t("unchanged") end
    press:reply(quiet { content = table.concat(lines, "\n"), ephemeral = true })
end

rookery.press("pick", function(press, state)
    local menu = kv.get("menu/" .. state)
    if not menu then return press:fail(press:t("menu_gone")) end
    turns.take(press.guildId .. "/" .. press.userId, function() pick(press, menu) end)
end)

local function menu(ctx, options)
    local roles, names, ids = ranks.roles(ctx), {}, {}
    for i = 1, 10 do
        local role = options["role" .. i]
        if role and not has(ids, role.id) then
            local fault = ranks.fault(ctx, role.id, roles)
            if fault then return ctx:fail(fault) end
            ids[#ids + 1] = role.id
            names[#names + 1] = format.truncate(roles[role.id].name, 80)
        end
    end
    local components = {}
    if options.kind == "buttons" then
        for i, name in ipairs(names) do
            components[i] = { button = name, action = "role", state = ids[i], style = "secondary" }
        end
    else
        local choices = {}
        for i, name in ipairs(names) do choices[i] = { name = name, value = ids[i] } end
        components[1] = {
            select = ctx:t("choose"), action = "pick", state = ctx.event.id, choices = choices, min = 0,
            max = options.kind == "one" and 1 or #ids,
        }
        kv.set("menu/" .. ctx.event.id, ids)
    end
    return quiet { content = format.bold(options.title), components = components }
end

-- The command --------------------------------------------------------------------------------------------------------

local function role_option(name, required)
    return { name = name, type = "role", description = "The role", required = required }
end
local message_option = {
    name = "message", type = "string", description = "Link to a message, or its id in this channel", required = true,
    max_length = 200,
}
local emoji_option = {
    name = "emoji", type = "string", description = "The reaction", required = true, max_length = 64, rest = false,
}
local menu_options = {
    { name = "kind", type = "string", description = "How it looks", required = true,
      choices = { "buttons", "select", "one" } },
    { name = "title", type = "string", description = "What stands above it", required = true, max_length = 300,
      rest = false },
}
for i = 1, 10 do menu_options[#menu_options + 1] = role_option("role" .. i, i == 1) end

rookery.command {
    name = "roles",
    description = "Roles that people get by themselves",
    localizations = { de = { name = "rollen", description = "Rollen, die sich jeder selbst holt" } },
    category = "Community",
    where = "guild",
    member_permissions = { "ManageRoles" },
    bot_permissions = { "ManageRoles" },
    subcommands = {
        {
            name = "auto",
            description = "What everybody gets who joins",
            subcommands = {
                {
                    name = "add", description = "Gives a role to everybody who joins",
                    options = { role_option("role", true) },
                    run = function(ctx, options) return auto_change(ctx, options.role.id, true) end,
                },
                {
                    name = "remove", description = "Gives it no longer", options = { role_option("role", true) },
                    run = function(ctx, options) return auto_change(ctx, options.role.id, false) end,
                },
                { name = "list", description = "Which they are", run = auto_list },
            },
        },
        {
            name = "reaction",
            description = "Roles by a reaction",
            subcommands = {
                {
                    name = "add", description = "Who reacts gets the role",
                    options = { message_option, emoji_option, role_option("role", true) }, run = reaction_add,
                },
                {
                    name = "remove", description = "The reaction gives nothing any more",
                    options = { message_option, emoji_option }, run = reaction_remove,
                },
            },
        },
        {
            name = "menu",
            description = "Posts a message to choose roles from",
            examples = { 'buttons "What do you play?" @Chess @Go' },
            options = menu_options,
            run = menu,
        },
    },
}
