-- How a message of any platform reads: who wrote it, what people see, what can be used.
local _, host = ...
local ipairs, tonumber, tostring, type = ipairs, tonumber, tostring, type
local concat = table.concat
local spec = host.spec

-- WhatsApp's messages say in their key whose they are.
local function key_of(raw) return type(raw.key) == "table" and raw.key or nil end
local function id_of(raw)
    local key = key_of(raw)
    return tostring(raw.id or raw._id or (key and key.id))
end
local function author_of(raw)
    local key = key_of(raw)
    if key and key.fromMe then return spec.bot_name or "bot" end
    if key then return raw.pushName or (spec.people and spec.people[key.participant]) or tostring(key.participant) end
    local author = raw.author
    if type(author) == "table" then return author.username or author.name or author.id or "?" end
    return (spec.people and spec.people[author]) or raw.authorName or tostring(author or raw.createdBy or "?")
end

-- All of a message that people can read.
local function text_of(raw)
    local out = { raw.content or "" }
    for _, embed in ipairs(raw.embeds or {}) do
        for _, key in ipairs { "title", "description", "url" } do
            if type(embed[key]) == "string" then out[#out + 1] = embed[key] end
        end
        for _, field in ipairs(embed.fields or {}) do out[#out + 1] = field.name .. ": " .. field.value end
        if type(embed.footer) == "table" then out[#out + 1] = embed.footer.text end
        if type(embed.author) == "table" then out[#out + 1] = embed.author.name end
    end
    local function walk(parts)
        for _, part in ipairs(parts or {}) do
            if part.type == 10 then out[#out + 1] = part.content end
            walk(part.components)
        end
    end
    walk(raw.components)
    if type(raw.poll) == "table" then
        out[#out + 1] = raw.poll.question and raw.poll.question.text
        for _, answer in ipairs(raw.poll.answers or {}) do out[#out + 1] = (answer.poll_media or {}).text end
    end
    for _, sticker in ipairs(raw.sticker_items or {}) do out[#out + 1] = sticker.name end
    return concat(out, "\n")
end

-- {label, custom_id, type, disabled, options?} of all that can be used in a message or a form.
local function parts_of(components, list)
    list = list or {}
    for _, part in ipairs(components or {}) do
        if part.custom_id or part.url then list[#list + 1] = part end
        parts_of(part.components, list)
        if type(part.component) == "table" then parts_of({ part.component }, list) end
        if type(part.accessory) == "table" then parts_of({ part.accessory }, list) end
    end
    return list
end

local function shown(raw)
    local out = { (author_of(raw) .. ": " .. text_of(raw)):gsub("\n", "\n        "), nil }
    out = { out[1] }
    for _, part in ipairs(parts_of(raw.components)) do
        out[#out + 1] = "[" .. tostring(part.label or part.placeholder or part.custom_id or part.url) ..
            (part.disabled and " (disabled)" or "") .. "]"
    end
    for _, file in ipairs(raw.attachments or {}) do
        out[#out + 1] = "<file " .. tostring(type(file) == "table" and (file.filename or file.name) or file) .. ">"
    end
    for _, reaction in ipairs(type(raw.reactions) == "table" and raw.reactions or {}) do
        if type(reaction) == "table" and reaction.emoji then
            out[#out + 1] = (reaction.emoji.name or "?") .. " " .. tostring(reaction.count or 1)
        end
    end
    if spec.is_private(raw) then out[#out + 1] = "(only for the one who asked)" end
    return concat(out, "  ")
end
function spec.is_private(raw)
    local flags = tonumber(raw.flags) or 0
    return flags % 128 >= 64
end
spec.text_of, spec.shown, spec.parts_of, spec.author_of, spec.id_of = text_of, shown, parts_of, author_of, id_of

-- Ids by name, and names by id in spec.people.
function spec.look_at_people()
    local state = spec.look("/_sim/state")
    local ids = {}
    spec.people, spec.bots = {}, {}
    for _, guild in ipairs(state.guilds or {}) do
        for _, member in ipairs(guild.members or {}) do
            ids[member.name] = tostring(member.id)
            spec.people[tostring(member.id)] = member.name
        end
    end
    for _, bot in ipairs(state.bots or {}) do
        spec.bots[tostring(bot.id)] = true
        spec.bot_name = spec.bot_name or bot.name
        spec.people[tostring(bot.id)] = bot.name
    end
    return ids
end
function spec.is_bot(raw)
    if not spec.bots then spec.look_at_people() end
    local key = key_of(raw)
    if key then return key.fromMe == true end
    local author = raw.author
    local id = type(author) == "table" and (author.id or author._id) or author or raw.createdBy
    return (type(author) == "table" and author.bot == true) or spec.bots[tostring(id)] == true
end
