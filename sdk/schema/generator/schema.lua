-- Loads the schema, checks it, and resolves what is implied: every field of every mapping gets its source.
local names = require "generator.names"
local load_operations = require "generator.operations"

local scalars = { text = true, id = true, time = true, integer = true, number = true, boolean = true, json = true }

local list_elements = { text = true, id = true, integer = true }

-- Least and most paths of each operation.
local operations = {
    nothing = { 0, 0 }, copy = { 1, 1 }, constant = { 0, 0 }, first_of = { 0, 0 }, iso_time = { 1, 1 },
    snowflake_time = { 1, 1 }, epoch_seconds = { 1, 1 }, epoch_millis = { 1, 1 },
    image_url = { 1, 10 }, default_avatar = { 2, 2 }, emoji_url = { 2, 2 }, emoji_identifier = { 2, 3 },
    hex_colour = { 1, 2 }, name_of = { 1, 1 }, number_text = { 1, 1 }, any_of = { 1, 4 }, none_of = { 1, 4 },
    time_after = { 2, 2 }, integer_of = { 1, 1 }, present = { 1, 4 }, nested = { 1, 1 },
    spoiler_url = { 1, 1 }, clean_content = { 3, 4 }, object = { 0, 1 }, list = { 1, 2 }, objects = { 1, 1 },
    permission_names = { 1, 2 }, channel_mentions = { 1, 1 },
}
local options = { op = true, text = true, names = true, alternatives = true, mapping = true,
    unless_missing = true, kind = true, kinds = true }

-- What a platform's cache may say beside a payload, in the order of model::ContextKey: append only.
local context_keys = {
    "old", "member", "user", "guild", "channel", "position", "oldPosition", "memberCount", "reactionCount",
    "reactionMe", "names", "cdn", "permissions", "oldPermissions",
}

local function fail(where, what) error("schema: " .. where .. ": " .. what, 0) end

local function has(list, wanted)
    for _, item in ipairs(list) do
        if item == wanted then return true end
    end
    return false
end

local function sorted_keys(map)
    local keys = {}
    for key in pairs(map) do keys[#keys + 1] = key end
    table.sort(keys)
    return keys
end

local function parse_field(where, spec)
    local name, written, doc = spec[1], spec[2], spec[3]
    if type(name) ~= "string" or not name:match("^%l%w*$") then
        fail(where, "a field needs a camelCase name, got " .. tostring(name))
    end
    where = where .. "." .. name
    local base, list, null = tostring(written):match("^(%w+)(%[?%]?)(%??)$")
    if not base or (list ~= "" and list ~= "[]") then
        fail(where, "cannot read the type " .. tostring(written))
    end
    return {
        name = name, written = written, base = base, list = list ~= "", nullable = null ~= "",
        optional = spec.optional == true, doc = doc or "",
    }
end

local function parse_shape(where, name, doc, fields)
    local shape = { name = name, doc = doc, fields = {}, by_name = {} }
    for _, spec in ipairs(fields) do
        local field = parse_field(where, spec)
        if shape.by_name[field.name] then
            fail(where .. "." .. field.name, "the field is there twice")
        end
        shape.by_name[field.name] = field
        shape.fields[#shape.fields + 1] = field
    end
    return shape
end

local function add_shape(model, shape)
    if model.shape_by_name[shape.name] then
        fail(shape.name, "the name is taken")
    end
    model.shape_by_name[shape.name] = shape
    model.shapes[#model.shapes + 1] = shape
end

local function load_entities(root)
    local entities = {}
    for _, file in ipairs(dofile(root .. "/entities.lua")) do
        for _, entity in ipairs(dofile(root .. "/entities/" .. file .. ".lua")) do entities[#entities + 1] = entity end
    end
    return entities
end

local function load_shapes(model, entities, events)
    for _, entity in ipairs(entities) do
        add_shape(model, parse_shape(entity.name, entity.name, entity.doc, entity.fields))
    end
    for _, event in ipairs(events) do
        local class = names.class(event.name)
        if model.event_by_name[event.name] then
            fail(event.name, "the event is there twice")
        end
        if event.pair then
            event.payload = {
                { "old", event.pair .. "?", "Null: what was before is not known." },
                { "new", event.pair },
            }
        end
        if type(event.payload) == "table" then
            add_shape(model, parse_shape(event.name, class, event.doc, event.payload))
        end
        local shape = model.shape_by_name[type(event.payload) == "table" and class or event.payload]
        if not shape then
            fail(event.name, "there is no entity " .. tostring(event.payload))
        end
        event.class, event.shape = class, shape
        model.event_by_name[event.name] = event
        model.events[#model.events + 1] = event
    end
    for _, shape in ipairs(model.shapes) do
        for _, field in ipairs(shape.fields) do
            if not scalars[field.base] then
                field.shape = model.shape_by_name[field.base]
                    or fail(shape.name .. "." .. field.name, "unknown type " .. field.base)
                if field.shape == shape and not (field.nullable or field.list or field.optional) then
                    fail(shape.name .. "." .. field.name, "nothing ends it")
                end
            elseif field.list and not list_elements[field.base] then
                fail(shape.name .. "." .. field.name, "lists hold texts, ids, integers or entities")
            end
        end
    end
end

local origins = { ["/"] = "root", ["@"] = "context" }

local function parse_path(text, where)
    local origin = origins[text:sub(1, 1)]
    local path = { origin = origin or "own", keys = {} }
    for key in (origin and text:sub(2) or text):gmatch("[^.]+") do
        path.keys[#path.keys + 1] = key
    end
    if origin == "context" and not has(context_keys, path.keys[1]) then
        fail(where or text, "the context has no key " .. tostring(path.keys[1]))
    end
    return path
end

local function implied(field)
    local key = names.snake(field.name)
    if field.shape then
        return { op = field.list and "objects" or "object", key, mapping = field.base }
    elseif field.list then
        return { op = "list", key }
    elseif field.base == "time" then
        return { op = "iso_time", key }
    end
    return { op = "copy", key }
end

local function from_path(field, path)
    if field.list then
        return { op = field.shape and "objects" or "list", path, mapping = field.shape and field.base }
    elseif field.shape then
        return { op = "object", path, mapping = field.base }
    end
    return { op = "copy", path }
end

-- The source as the writers want it: { op, paths, text, names, alternatives, mapping, unless_missing, kind, kinds }.
local function resolve(model, where, field, source)
    if type(source) == "string" then
        source = from_path(field, source)
    end
    local arity = operations[source.op] or fail(where, "unknown operation " .. tostring(source.op))
    if #source < arity[1] or #source > arity[2] then
        fail(where, source.op .. " takes " .. arity[1] .. " to " .. arity[2] .. " paths, got " .. #source)
    end
    local out = { op = source.op, text = source.text, mapping = source.mapping, kinds = source.kinds, paths = {} }
    for key, value in pairs(source) do
        if type(key) == "number" then
            out.paths[key] = parse_path(value, where)
        elseif not options[key] then
            fail(where, "unknown option " .. tostring(key))
        end
    end
    if source.mapping and not model.mapping_wanted[source.mapping] then
        model.mapping_wanted[source.mapping] = where
    end
    if source.unless_missing then out.unless_missing = parse_path(source.unless_missing, where) end
    if source.kind then out.kind = parse_path(source.kind, where) end
    if source.names then
        out.names = {}
        for number, name in pairs(source.names) do
            out.names[#out.names + 1] = { number = number, name = name }
        end
        table.sort(out.names, function(a, b) return a.number < b.number end)
    end
    if source.alternatives then
        out.alternatives = {}
        for i, alternative in ipairs(source.alternatives) do
            out.alternatives[i] = resolve(model, where .. "[" .. i .. "]", field, alternative)
        end
    end
    return out
end

local function build_mapping(model, platform, name, spec)
    local shape = model.shape_by_name[spec.entity or name]
        or fail(platform.name .. "/" .. name, "there is no entity " .. tostring(spec.entity or name))
    local mapping = { name = name, shape = shape, sources = {} }
    for key in pairs(spec) do
        if key ~= "entity" and not shape.by_name[key] then
            fail(platform.name .. "/" .. name .. "." .. tostring(key), shape.name .. " has no such field")
        end
    end
    for i, field in ipairs(shape.fields) do
        local where = platform.name .. "/" .. name .. "." .. field.name
        mapping.sources[i] = resolve(model, where, field, spec[field.name] or implied(field))
    end
    return mapping
end

local function pair_spec(pair)
    return { old = { op = "object", "@old", mapping = pair }, new = { op = "object", mapping = pair } }
end

-- Mappings that nobody wrote down consist of implied sources only; they are made when something wants them.
local function load_mappings(model, platform)
    local done = {}
    local function add(name, spec)
        local mapping = build_mapping(model, platform, name, spec)
        platform.mapping_by_name[name] = mapping
        platform.mapping_list[#platform.mapping_list + 1] = mapping
        done[name] = true
    end
    for _, name in ipairs(sorted_keys(platform.mappings)) do
        add(name, platform.mappings[name])
    end
    for _, event in ipairs(model.events) do
        if not done[event.shape.name] then
            add(event.shape.name, event.pair and pair_spec(event.pair) or {})
        end
    end
    repeat
        local added = false
        for _, name in ipairs(sorted_keys(model.mapping_wanted)) do
            if not done[name] then
                if not model.shape_by_name[name] then
                    fail(model.mapping_wanted[name], "there is no mapping " .. name)
                end
                add(name, {})
                added = true
            end
        end
    until not added
    table.sort(platform.mapping_list, function(a, b) return a.name < b.name end)
    for id, mapping in ipairs(platform.mapping_list) do
        mapping.id = id -- 0 is the raw mapping
    end
end

local function intent_bits(platform, where, list)
    local bits = {}
    for _, name in ipairs(list or {}) do
        local intent = platform.intent_by_name[name] or fail(where, "unknown intent " .. name)
        bits[#bits + 1] = intent[1]
    end
    table.sort(bits)
    return bits
end

-- The context keys that a mapping reads, itself or through those that it leads to.
local function context_of(platform, mapping)
    local found, seen = {}, {}
    local visit
    local function visit_source(source)
        for _, path in ipairs(source.paths) do
            if path.origin == "context" then found[path.keys[1]] = true end
        end
        if source.op:match("_url$") or source.op == "default_avatar" then found.cdn = true end
        for _, alternative in ipairs(source.alternatives or {}) do visit_source(alternative) end
        if source.mapping then visit(platform.mapping_by_name[source.mapping]) end
    end
    visit = function(target)
        if seen[target] then return end
        seen[target] = true
        for _, source in ipairs(target.sources) do visit_source(source) end
    end
    visit(mapping)
    local keys = {}
    for bit, key in ipairs(context_keys) do
        if found[key] then keys[#keys + 1] = { bit = bit - 1, name = key } end
    end
    return keys
end

-- "-": there is none.
local function id_path(text)
    return text ~= "-" and parse_path(text) or nil
end

-- One of what a raw event can become. `first`: its payload is the raw event's own.
local function raw_event(model, platform, name, spec, first)
    local where = platform.name .. "/" .. name
    local any, fill = spec.any or {}, spec.fill or {}
    local raw = {
        name = name, any = intent_bits(platform, where, any), fill = intent_bits(platform, where, fill),
        any_names = any, fill_names = fill, at = spec.at and parse_path(spec.at),
        guild = id_path(spec.guild or "guild_id"), channel = id_path(spec.channel or "channel_id"),
        dedupe = {}, context = {}, events = {}, first = first, sources = { name },
    }
    for i, path in ipairs(spec.dedupe or {}) do raw.dedupe[i] = parse_path(path) end
    if spec.event then
        raw.event = model.event_by_name[spec.event] or fail(where, "unknown event " .. spec.event)
        raw.mapping = platform.mapping_by_name[spec.mapping or raw.event.shape.name]
            or fail(where, "there is no mapping " .. tostring(spec.mapping))
        if raw.mapping.shape ~= raw.event.shape then
            fail(where, spec.mapping .. " is not of the event's shape")
        end
        raw.context = context_of(platform, raw.mapping)
    end
    return raw
end

-- `derived` events: name -> { from = raw events, ... as in `events` }. An event that is derived from several raw
-- ones, or is the first of one of them, has the description of its own name or of the first that has one.
local function load_raw_events(model, platform)
    platform.intent_by_name, platform.raw_events, platform.raw_by_event = {}, {}, {}
    platform.derived_events = {}
    local raw_by_name = {}
    for _, intent in ipairs(platform.intents) do
        platform.intent_by_name[intent[2]] = intent
    end
    local function add(name, spec)
        local raw = raw_event(model, platform, name, spec, true)
        if raw_by_name[name] then fail(platform.name, name .. " is there twice") end
        raw_by_name[name] = raw
        if raw.event then
            if platform.raw_by_event[spec.event] then
                fail(platform.name .. "/" .. name, spec.event .. " has two sources")
            end
            platform.raw_by_event[spec.event] = raw
            raw.events[1] = raw.event
        end
        platform.raw_events[#platform.raw_events + 1] = raw
    end
    for name, spec in pairs(platform.events) do add(name, spec) end
    for joined, list in pairs(platform.passed_through) do
        local any = {}
        for intent in joined:gmatch("%S+") do any[#any + 1] = intent end
        for _, name in ipairs(list) do add(name, { any = any }) end
    end
    table.sort(platform.raw_events, function(a, b) return a.name < b.name end)
    for _, name in ipairs(sorted_keys(platform.derived)) do
        local spec = platform.derived[name]
        local described = platform.raw_by_event[name]
        if not described then
            spec.event = name
            described = raw_event(model, platform, spec.from[1], spec, false)
            described.sources = {}
            platform.raw_by_event[name] = described
            platform.derived_events[#platform.derived_events + 1] = described
        end
        for _, from in ipairs(spec.from) do
            local raw = raw_by_name[from] or fail(platform.name .. "/" .. name, "there is no raw event " .. from)
            raw.events[#raw.events + 1] = described.event
            described.sources[#described.sources + 1] = from
        end
    end
    for _, raw in ipairs(platform.derived_events) do raw.events = raw_by_name[raw.name].events end
end

-- Everything, resolved. `root` is the schema's folder.
return function(root)
    local model = {
        shapes = {}, shape_by_name = {}, events = {}, event_by_name = {}, platforms = {}, operations = {},
        mapping_wanted = {}, context_keys = context_keys,
    }
    load_shapes(model, load_entities(root), dofile(root .. "/events.lua"))
    local platform = dofile(root .. "/platforms/discord.lua")
    platform.mapping_by_name, platform.mapping_list = {}, {}
    model.platforms[1] = platform
    load_mappings(model, platform)
    load_raw_events(model, platform)
    load_operations(model, root)
    return model
end
