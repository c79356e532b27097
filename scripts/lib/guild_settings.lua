-- Settings that every server has for itself, and a subcommand by which its people change them:
--
--   local guild_settings = require "guild_settings"
--   local settings_command = guild_settings.declare {
--       channel = { type = "id", of = "channel", doc = "Where it is posted." },
--       threshold = { type = "integer", default = 3, min = 1, max = 100, doc = "How many stars it takes." },
--   }
--   rookery.command { name = "starboard", description = "...", subcommands = { settings_command, ... } }
--
--   /starboard settings                 shows them all
--   /starboard settings threshold 5     changes one; `default` takes it back
--
-- The rules are those of rookery.settings.declare; `of`, "channel" or "role", says what an id or the ids of a list are.
-- Only one of the server itself is taken: otherwise its people could have the bot write elsewhere. Who writes in a
-- channel of the settings asks guild_settings.is_here(guild, "channel", id) once more.

local rookery = require "rookery"
local quiet = require "quiet"

rookery.i18n.add("en", { settings = {
    unset = "not set", no_value = "**{key}** is {value}. {doc}", changed = "**{key}** is now {value}.",
    not_a_number = "**{key}** takes a number, not “{text}”.",
    not_a_choice = "**{key}** is `yes` or `no`, not “{text}”.",
    not_a_channel = "**{key}** takes a channel of this server, not “{text}”.",
    not_a_role = "**{key}** takes a role of this server, not “{text}”.",
    refused = "That cannot be: {problem}.",
} })
rookery.i18n.add("de", { settings = {
    unset = "nicht gesetzt", no_value = "**{key}** ist {value}. {doc}", changed = "**{key}** ist jetzt {value}.",
    not_a_number = "**{key}** nimmt eine Zahl, nicht „{text}“.",
    not_a_choice = "**{key}** ist `yes` oder `no`, nicht „{text}“.",
    not_a_channel = "**{key}** nimmt einen Kanal dieses Servers, nicht „{text}“.",
    not_a_role = "**{key}** nimmt eine Rolle dieses Servers, nicht „{text}“.",
    refused = "Das geht nicht: {problem}.",
} })

local truths = {
    yes = true, on = true, ["true"] = true, ja = true, an = true,
    no = false, off = false, ["false"] = false, nein = false, aus = false,
}
local marks = { channel = "<#%s>", role = "<@&%s>" }

local guild_settings = {}

--- Whether a channel, or a role, is one of this server; no as well when that cannot be found out.
function guild_settings.is_here(guild, of, id)
    if of == "channel" then
        local channel = rookery.channels.get(id)
        return channel ~= nil and channel.guildId == guild
    end
    for _, role in ipairs(rookery.roles.list(guild) or {}) do
        if role.id == id then return true end
    end
    return false
end

-- The value that somebody has written in a server, or nil and which text says what is wrong with it.
local function read(rule, text, guild)
    if rule.type == "id" then
        local id = text:match("^<[#@&!%%]*([%w_-]+)>$") or text
        local fine = not rule.of or (id:match("^[%w_-]+$") and guild_settings.is_here(guild, rule.of, id))
        if not fine then return nil, "settings.not_a_" .. rule.of end
        return id
    end
    if rule.type == "integer" or rule.type == "number" then
        local number = tonumber(text)
        if not number then return nil, "settings.not_a_number" end
        return number
    end
    if rule.type == "boolean" then
        local truth = truths[text:lower()]
        if truth == nil then return nil, "settings.not_a_choice" end
        return truth
    end
    if rule.type == "list" then
        local items = {}
        for word in text:gmatch("[^%s,]+") do
            local item, problem = read({ type = rule.items, of = rule.of }, word, guild)
            if item == nil then return nil, problem end
            items[#items + 1] = item
        end
        return items
    end
    return text
end

local function show(rule, value, unset)
    if value == nil or value == "" then return unset end
    if type(value) == "table" then
        local items = {}
        for i, item in ipairs(value) do items[i] = (marks[rule.of] or "%s"):format(tostring(item)) end
        return #items > 0 and table.concat(items, ", ") or unset
    end
    if type(value) == "boolean" then return value and "`yes`" or "`no`" end
    return rule.of and marks[rule.of]:format(value) or ("`%s`"):format(tostring(value))
end

--- Declares the settings; gives the subcommand.
function guild_settings.declare(given)
    local rules, declared, keys = {}, {}, {}
    for key, rule in pairs(given) do
        local list = rule.type == "list"
        local items = list and (rule.of and "id" or "string") or nil
        rules[key] = { type = rule.type, of = rule.of, items = items, doc = rule.doc }
        declared[key] = {
            type = rule.type, default = rule.default, min = rule.min, max = rule.max, choices = rule.choices,
            of = rules[key].items, doc = rule.doc,
        }
        keys[#keys + 1] = key
    end
    table.sort(keys)
    rookery.settings.declare(declared)

    local function line(ctx, text, key)
        local value = show(rules[key], rookery.settings.get(ctx.guildId, key), ctx:t("settings.unset"))
        return ctx:t(text, { key = key, value = value, doc = rules[key].doc or "" })
    end

    local function change(ctx, key, text)
        local done, problem
        if text == "default" then
            done, problem = rookery.settings.reset(ctx.guildId, key)
        else
            local value, wrong = read(rules[key], text, ctx.guildId)
            if value == nil then ctx:fail(ctx:t(wrong, { key = key, text = rookery.format.truncate(text, 50) })) end
            done, problem = rookery.settings.set(ctx.guildId, key, value)
        end
        if done == nil then return ctx:fail(ctx:t("settings.refused", { problem = problem })) end
        return line(ctx, "settings.changed", key)
    end

    return {
        name = "settings",
        description = "Shows or changes the settings of this server",
        localizations = { de = { description = "Zeigt oder ändert die Einstellungen dieses Servers" } },
        where = "guild",
        member_permissions = { "ManageGuild" },
        options = {
            { name = "setting", type = "string", description = "Which one", choices = keys },
            { name = "value", type = "string", description = "What it is to be; default takes it back" },
        },
        run = function(ctx, options)
            if options.setting and options.value then
                return quiet(change(ctx, options.setting, options.value))
            end
            local lines = {}
            for _, key in ipairs(options.setting and { options.setting } or keys) do
                lines[#lines + 1] = line(ctx, "settings.no_value", key)
            end
            return quiet(table.concat(lines, "\n"))
        end,
    }
end

return guild_settings
