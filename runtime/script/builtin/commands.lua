-- The commands that the runtime brings along: what there is, and what a guild wants of it.
local rookery = require "rookery"

local PER_PAGE = 12
local LONGEST = 1900 -- characters of a message, with room for what stands around them

local words = {
    en = {
        help = "Shows what there is", command = "Which one", commands = "Sets what this server wants of the commands",
        enable = "Lets a command be used again", disable = "Turns a command off in this server",
        prefix = "Shows or sets what texts begin with that are commands", new = "The new one; - for the bot's own",
        language = "Shows or sets the language of answers to texts",
        tongue = "Such as en or de; - for the server's own", speaks = "Texts are answered in `%s` here.",
        no_language = "`%s` is not a language such as `en` or `de`.",
        title = "Commands", more = "More about one: `%s`", none = "There are no commands.",
        unknown = "There is no command `%s`.", enabled = "`%s` can be used again.",
        disabled = "`%s` is off in this server.",
        is = "Commands begin with `%s` here.", no_prefix = "Only slash commands are commands here.", off = "off here",
    },
    de = {
        help = "Zeigt, was es gibt", command = "Welcher",
        commands = "Legt fest, was dieser Server von den Befehlen will",
        enable = "Lässt einen Befehl wieder zu",
        disable = "Schaltet einen Befehl auf diesem Server ab",
        prefix = "Zeigt oder setzt, womit Texte beginnen, die Befehle sind",
        new = "Das neue; - für das des Bots",
        language = "Zeigt oder setzt die Sprache der Antworten auf Texte",
        tongue = "Etwa en oder de; - für die des Servers", speaks = "Auf Texte wird hier in `%s` geantwortet.",
        no_language = "`%s` ist keine Sprache wie `en` oder `de`.",
        title = "Befehle", more = "Mehr über einen: `%s`", none = "Es gibt keine Befehle.",
        unknown = "Es gibt keinen Befehl `%s`.", enabled = "`%s` ist wieder zugelassen.",
        disabled = "`%s` ist auf diesem Server abgeschaltet.", is = "Befehle beginnen hier mit `%s`.",
        no_prefix = "Hier gibt es nur Slash-Befehle.", off = "hier abgeschaltet",
    },
}

local function word(locale, key) return (words[(locale or ""):sub(1, 2)] or words.en)[key] end

local function cut(text, size)
    if #text <= size then return text end
    while size > 0 and text:byte(size + 1) >= 0x80 and text:byte(size + 1) < 0xC0 do size = size - 1 end
    return text:sub(1, size) .. "…"
end

local function in_german(key) return { de = { description = words.de[key] } } end

-- Names as they are shown: nothing in them ends a piece of code.
local function quoted(text) return cut(tostring(text):gsub("`", "'"), 100) end

local function all_of(guild, locale)
    local all, problem = rookery.commands.all{ guildId = guild, locale = locale }
    if not all then error(problem, 0) end
    return all
end

-- What can be seen in the list, subcommands one by one, by category.
local function lines_of(all)
    local by_category, categories, count = {}, {}, 0
    local function add(category, line)
        if not by_category[category] then
            by_category[category] = {}
            categories[#categories + 1] = category
        end
        local list = by_category[category]
        list[#list + 1] = line
        count = count + 1
    end
    local function visit(command, category)
        if command.hidden then return end
        category = command.category and command.category ~= "" and command.category or category
        if command.subcommands and #command.subcommands > 0 then
            for _, sub in ipairs(command.subcommands) do visit(sub, category) end
            return
        end
        add(category, ("`%s` %s"):format(quoted(command.usage or command.name), command.description or ""))
    end
    for _, command in ipairs(all.commands) do
        if not command.disabled then visit(command, "") end
    end
    table.sort(categories)
    local lines = {}
    for _, category in ipairs(categories) do
        table.sort(by_category[category])
        if category ~= "" then lines[#lines + 1] = "**" .. category .. "**" end
        for _, line in ipairs(by_category[category]) do lines[#lines + 1] = line end
    end
    return lines, count
end

rookery.pager("help", function(page, state)
    local all = all_of(state.guild, state.locale)
    local lines, count = lines_of(all)
    if count == 0 then return word(state.locale, "none"), 1 end
    local last = math.ceil(#lines / PER_PAGE)
    page = math.min(page, last)
    local text = { "**" .. word(state.locale, "title") .. "**" }
    for i = (page - 1) * PER_PAGE + 1, math.min(page * PER_PAGE, #lines) do
        text[#text + 1] = cut(lines[i], math.floor(LONGEST / PER_PAGE))
    end
    local sign = all.prefix ~= "" and all.prefix or "/"
    text[#text + 1] = word(state.locale, "more"):format(quoted(sign .. "help NAME"))
    return table.concat(text, "\n"), last
end)

-- A command by what somebody calls it: its name, an alias, its name in their language.
local function find(all, wanted)
    wanted = wanted:lower():gsub("^[/!]", "")
    local function search(list)
        for _, command in ipairs(list) do
            local names = { command.path, command.shown, command.name }
            for _, alias in ipairs(command.aliases or {}) do names[#names + 1] = alias end
            for _, name in ipairs(names) do
                if type(name) == "string" and name:lower() == wanted then return command end
            end
        end
        for _, command in ipairs(list) do
            local found = search(command.subcommands or {})
            if found then return found end
        end
    end
    return search(all.commands)
end

local function about(command, locale)
    local text = { ("`%s`"):format(quoted(command.usage or command.name)), command.description or "" }
    for _, note in ipairs(command.notes or {}) do text[#text + 1] = note end
    if command.aliases and #command.aliases > 0 then
        text[#text + 1] = "= `" .. table.concat(command.aliases, "`, `") .. "`"
    end
    for _, option in ipairs(command.options or {}) do
        local limits = option.limits and option.limits ~= "" and " (" .. option.limits .. ")" or ""
        text[#text + 1] = ("`%s` %s%s"):format(quoted(option.name), option.description or "", limits)
    end
    for _, sub in ipairs(command.subcommands or {}) do
        text[#text + 1] = ("`%s` %s"):format(quoted(sub.usage or sub.name), sub.description or "")
    end
    for _, example in ipairs(command.examples or {}) do text[#text + 1] = "> " .. example end
    if command.disabled then text[#text + 1] = word(locale, "off") end
    return cut(table.concat(text, "\n"), LONGEST)
end

local function unknown(ctx, name)
    return { content = word(ctx.locale, "unknown"):format(quoted(name)), ephemeral = ctx.source == "slash" or nil }
end

rookery.command{
    name = "help", description = words.en.help, localizations = in_german("help"), aliases = { "commandlist" },
    options = {
        {
            name = "command", type = "string", description = words.en.command, localizations = in_german("command"),
            autocomplete = function(ctx, typed)
                local names = {}
                for _, command in ipairs(all_of(ctx.guildId, ctx.locale).commands) do
                    if not command.hidden and command.name:find(typed:lower(), 1, true) and #names < 25 then
                        names[#names + 1] = command.name
                    end
                end
                return names
            end,
        },
    },
    run = function(ctx, options)
        if not options.command then
            local state = { guild = ctx.guildId, locale = ctx.locale }
            ctx:page("help", state, 1, { ephemeral = ctx.source == "slash" or nil })
            return nil
        end
        local command = find(all_of(ctx.guildId, ctx.locale), options.command)
        if not command or command.hidden then return unknown(ctx, options.command) end
        return { content = about(command, ctx.locale), ephemeral = ctx.source == "slash" or nil }
    end,
}

local function configure(ctx, wish, told)
    wish.guildId = ctx.guildId
    local set, problem, kind = rookery.commands.configure(wish)
    if set then return told end
    if kind == "not_found" then return unknown(ctx, wish.disable[1]) end
    return { content = tostring(problem), ephemeral = ctx.source == "slash" or nil }
end

local which = { {
    name = "command", type = "string", description = words.en.command, required = true, rest = true,
    localizations = in_german("command"),
} }

rookery.command{
    name = "commands", description = words.en.commands, localizations = in_german("commands"),
    where = "guild", member_permissions = { "ManageGuild" },
    subcommands = {
        {
            name = "enable", description = words.en.enable, localizations = in_german("enable"), options = which,
            run = function(ctx, options)
                local told = word(ctx.locale, "enabled"):format(quoted(options.command))
                return configure(ctx, { enable = { options.command } }, told)
            end,
        },
        {
            name = "disable", description = words.en.disable, localizations = in_german("disable"), options = which,
            run = function(ctx, options)
                -- Whoever turned this one off could not turn it on again.
                if options.command:match("^commands") then return unknown(ctx, options.command) end
                local told = word(ctx.locale, "disabled"):format(quoted(options.command))
                return configure(ctx, { disable = { options.command } }, told)
            end,
        },
        {
            name = "prefix", description = words.en.prefix, localizations = in_german("prefix"),
            options = {
                {
                    name = "new", type = "string", description = words.en.new, max_length = 20,
                    localizations = in_german("new"),
                },
            },
            run = function(ctx, options)
                if options.new then
                    local wish = { prefix = options.new == "-" and rookery.json.null or { options.new } }
                    local refused = configure(ctx, wish, nil)
                    if refused then return refused end
                end
                local prefix = all_of(ctx.guildId, ctx.locale).prefix
                return prefix ~= "" and word(ctx.locale, "is"):format(quoted(prefix)) or word(ctx.locale, "no_prefix")
            end,
        },
        {
            name = "language", description = words.en.language, localizations = in_german("language"),
            options = {
                {
                    name = "new", type = "string", description = words.en.tongue, max_length = 20,
                    localizations = in_german("tongue"),
                },
            },
            run = function(ctx, options)
                if options.new then
                    local wish = { language = options.new == "-" and rookery.json.null or options.new }
                    local refused = configure(ctx, wish, nil)
                    if refused then
                        refused.content = word(ctx.locale, "no_language"):format(quoted(options.new))
                        return refused
                    end
                end
                local language = all_of(ctx.guildId).language
                return word(options.new and language or ctx.locale, "speaks"):format(language)
            end,
        },
    },
}
