-- Loads the platforms: every field of every mapping gets its source, every raw event its description, every operation
-- its route. sdk/schema/platforms/README.md says what is written in their files.
local names = require "generator.names"

local loader = {}

-- In the order of their mappings' numbers: append only.
local platform_names = { "discord", "revolt", "guilded", "whatsapp", "holobridge" }

local most_context_keys = 32

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

-- Least and most paths of each operation.
local operations = {
    nothing = { 0, 0 }, copy = { 1, 1 }, constant = { 0, 0 }, first_of = { 0, 0 }, iso_time = { 1, 1 },
    snowflake_time = { 1, 1 }, epoch_seconds = { 1, 1 }, epoch_millis = { 1, 1 },
    image_url = { 1, 10 }, default_avatar = { 2, 2 }, emoji_url = { 2, 2 }, emoji_identifier = { 2, 3 },
    hex_colour = { 1, 2 }, name_of = { 1, 1 }, number_text = { 1, 1 }, any_of = { 1, 4 }, none_of = { 1, 4 },
    time_after = { 2, 2 }, integer_of = { 1, 1 }, present = { 1, 4 }, nested = { 1, 1 },
    spoiler_url = { 1, 1 }, clean_content = { 3, 4 }, object = { 0, 1 }, list = { 1, 2 }, objects = { 1, 1 },
    permission_names = { 1, 2 }, channel_mentions = { 1, 1 }, ulid_time = { 1, 1 }, text_of = { 1, 1 },
    number_of = { 1, 1 }, markup = { 1, 1 }, slate = { 1, 1 }, clean_text = { 1, 2 }, clean_slate = { 1, 2 },
    entries = { 1, 1 }, not_empty = { 1, 4 },
    equals = { 1, 1 }, has_bit = { 1, 1 }, size = { 1, 1 }, colour_of = { 1, 1 }, if_ulid = { 1, 1 },
    unless_ulid = { 1, 1 }, bare_jid = { 1, 1 }, bit_text = { 1, 1 },
}
local options = { op = true, text = true, names = true, texts = true, alternatives = true, mapping = true,
    unless_missing = true, kind = true, kinds = true }

-- What a platform's cache may say beside a payload, in the order of model::ContextKey: append only.
local context_keys = {
    "old", "member", "user", "guild", "channel", "position", "oldPosition", "memberCount", "reactionCount",
    "reactionMe", "names", "cdn", "permissions", "oldPermissions",
}

local origins = { ["/"] = "root", ["@"] = "context", ["$"] = "key" }

local function parse_path(platform, where, text)
    local origin = origins[text:sub(1, 1)]
    local path = { origin = origin or "own", keys = {} }
    for key in (origin and text:sub(2) or text):gmatch("[^.]+") do
        path.keys[#path.keys + 1] = key
    end
    if origin == "context" and not has(platform.context_keys, path.keys[1]) then
        fail(where, "the context has no key " .. tostring(path.keys[1]))
    end
    return path
end

-- What a field that a mapping does not name is: from the raw key of its name in that case, or (false) nothing. An
-- object that is never null is an empty one.
local function implied(platform, field, case)
    if not case then
        local whole = field.shape and not (field.list or field.nullable or field.optional)
        if whole and not platform.mappings[field.base] then platform.empty_wanted[field.base] = true end
        return { op = "nothing", mapping = whole and field.base or nil }
    end
    local key = case == "snake" and names.snake(field.name) or field.name
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
local function resolve(platform, where, field, source)
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
            out.paths[key] = parse_path(platform, where, value)
        elseif not options[key] then
            fail(where, "unknown option " .. tostring(key))
        end
    end
    if source.mapping and source.op ~= "nothing" and not platform.mapping_wanted[source.mapping] then
        platform.mapping_wanted[source.mapping] = where
    end
    if source.unless_missing then out.unless_missing = parse_path(platform, where, source.unless_missing) end
    if source.kind then out.kind = parse_path(platform, where, source.kind) end
    if source.names then
        out.names = {}
        for number, name in pairs(source.names) do
            out.names[#out.names + 1] = { number = number, name = name }
        end
        table.sort(out.names, function(a, b) return a.number < b.number end)
    end
    if source.texts then
        out.texts = {}
        for from, to in pairs(source.texts) do
            local numeric = source.op == "number_of"
            if type(to) ~= (numeric and "number" or "string") then
                fail(where, tostring(from) .. " has to stand for a " .. (numeric and "number" or "text"))
            end
            out.texts[#out.texts + 1] = { from = tostring(from), to = tostring(to) }
        end
        table.sort(out.texts, function(a, b) return a.from < b.from end)
    end
    if source.alternatives then
        out.alternatives = {}
        for i, alternative in ipairs(source.alternatives) do
            out.alternatives[i] = resolve(platform, where .. "[" .. i .. "]", field, alternative)
        end
    end
    return out
end

local function build_mapping(model, platform, name, spec)
    local shape = model.shape_by_name[spec.entity or name]
        or fail(platform.name .. "/" .. name, "there is no entity " .. tostring(spec.entity or name))
    local mapping = { name = name, shape = shape, sources = {} }
    local case = platform.implied
    if spec.implied ~= nil then case = spec.implied end
    for key in pairs(spec) do
        if key ~= "entity" and key ~= "implied" and not shape.by_name[key] then
            fail(platform.name .. "/" .. name .. "." .. tostring(key), shape.name .. " has no such field")
        end
    end
    for i, field in ipairs(shape.fields) do
        local where = platform.name .. "/" .. name .. "." .. field.name
        local source = spec[field.name]
        if type(source) == "table" and source.op == "nothing" then source = implied(platform, field, false) end
        mapping.sources[i] = resolve(platform, where, field, source or implied(platform, field, case))
    end
    return mapping
end

local function pair_spec(pair)
    return { old = { op = "object", "@old", mapping = pair }, new = { op = "object", mapping = pair } }
end

-- The events that a platform has, in the order of the model's. Discord has a mapping for each of all.
local function events_of(model, platform)
    if platform.name == "discord" then return model.events end
    local wanted, out = {}, {}
    for _, spec in pairs(platform.events) do
        if spec.event then wanted[spec.event] = true end
    end
    for key, spec in pairs(platform.derived) do wanted[spec.event or key] = true end
    for _, event in ipairs(model.events) do
        if wanted[event.name] then out[#out + 1] = event end
    end
    return out
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
    for _, event in ipairs(events_of(model, platform)) do
        if not done[event.shape.name] and (platform.implied or event.pair or #event.shape.fields == 0) then
            add(event.shape.name, event.pair and platform.implied ~= "camel" and pair_spec(event.pair) or {})
        end
    end
    local written = type(platform.operations) == "table" and platform.operations or {}
    for _, name in ipairs(sorted_keys(written)) do
        local base = tostring(platform.operations[name].result or ""):match("^(%w+)")
        if base then platform.mapping_wanted[base] = platform.name .. "/" .. name end
    end
    repeat
        local added = false
        for _, name in ipairs(sorted_keys(platform.mapping_wanted)) do
            if not done[name] then
                if not model.shape_by_name[name] or not platform.implied then
                    fail(platform.mapping_wanted[name], "there is no mapping " .. name)
                end
                add(name, {})
                added = true
            end
        end
        for _, name in ipairs(sorted_keys(platform.empty_wanted)) do
            if not done[name] then
                add(name, { implied = false })
                added = true
            end
        end
    until not added
    table.sort(platform.mapping_list, function(a, b) return a.name < b.name end)
    for _, mapping in ipairs(platform.mapping_list) do
        model.mapping_count = model.mapping_count + 1
        mapping.id = model.mapping_count -- 0 is the raw mapping
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
local function context_of(platform, mapping, more)
    local found, seen = {}, {}
    local visit
    local function visit_source(source)
        for _, path in ipairs(source.paths) do
            if path.origin == "context" then found[path.keys[1]] = true end
        end
        if source.op:match("_url$") or source.op == "default_avatar" then found.cdn = true end
        for _, path in pairs({ missing = source.unless_missing, kind = source.kind }) do
            if path.origin == "context" then found[path.keys[1]] = true end
        end
        for _, alternative in ipairs(source.alternatives or {}) do visit_source(alternative) end
        if source.mapping then visit(platform.mapping_by_name[source.mapping]) end
    end
    visit = function(target)
        if seen[target] then return end
        seen[target] = true
        for _, source in ipairs(target.sources) do visit_source(source) end
    end
    if mapping then visit(mapping) end
    for _, path in pairs(more) do
        if path.origin == "context" then found[path.keys[1]] = true end
    end
    local keys = {}
    for bit, key in ipairs(platform.context_keys) do
        if found[key] then keys[#keys + 1] = { bit = bit - 1, name = key } end
    end
    return keys
end

-- "-": there is none.
local function id_path(platform, where, text)
    return text ~= "-" and parse_path(platform, where, text) or nil
end

-- One of what a raw event can become. `first`: its payload is the raw event's own.
local function raw_event(model, platform, name, spec, first)
    local where = platform.name .. "/" .. name
    local any, fill = spec.any or {}, spec.fill or {}
    local raw = {
        name = name, any = intent_bits(platform, where, any), fill = intent_bits(platform, where, fill),
        any_names = any, fill_names = fill, at = spec.at and parse_path(platform, where, spec.at),
        guild = id_path(platform, where, spec.guild or platform.guild or "-"),
        channel = id_path(platform, where, spec.channel or platform.channel or "-"),
        dedupe = {}, context = {}, events = {}, first = first, sources = { name },
    }
    for i, path in ipairs(spec.dedupe or {}) do raw.dedupe[i] = parse_path(platform, where, path) end
    if spec.event then
        raw.event = model.event_by_name[spec.event] or fail(where, "unknown event " .. spec.event)
        raw.mapping = platform.mapping_by_name[spec.mapping or raw.event.shape.name]
            or fail(where, "there is no mapping " .. tostring(spec.mapping))
        if raw.mapping.shape ~= raw.event.shape then
            fail(where, spec.mapping .. " is not of the event's shape")
        end
    end
    local paths = {}
    for _, path in pairs({ guild = raw.guild, channel = raw.channel, at = raw.at }) do paths[#paths + 1] = path end
    for _, path in ipairs(raw.dedupe) do paths[#paths + 1] = path end
    raw.context = context_of(platform, raw.mapping, paths)
    return raw
end

-- The raw event that stands for the event where only the event is known: the one marked `main`, else the first by name.
local function find_mains(platform)
    for _, raw in ipairs(platform.raw_events) do
        local before = raw.event and platform.raw_by_event[raw.event.name]
        if raw.event and (not before or raw.main and not before.main) then
            platform.raw_by_event[raw.event.name] = raw
        end
    end
end

-- An event that is derived from several raw ones, or is the first of one of them, has the description of its own name
-- or of the first that has one; one of the list part has its own for each raw event.
local function load_derived(model, platform, raw_by_name)
    local function link(name, from, described)
        local raw = raw_by_name[from] or fail(platform.name .. "/" .. name, "there is no raw event " .. from)
        raw.events[#raw.events + 1] = described.event
        described.sources[#described.sources + 1] = from
    end
    local function describe(spec, from)
        local described = raw_event(model, platform, from, spec, false)
        described.sources = {}
        platform.raw_by_event[spec.event] = platform.raw_by_event[spec.event] or described
        platform.derived_events[#platform.derived_events + 1] = described
        return described
    end
    for _, spec in ipairs(platform.derived) do
        for _, from in ipairs(spec.from) do link(spec.event, from, describe(spec, from)) end
    end
    local named = {}
    for name in pairs(platform.derived) do
        if type(name) == "string" then named[name] = true end
    end
    for _, name in ipairs(sorted_keys(named)) do
        local spec = platform.derived[name]
        spec.event = name
        local described = platform.raw_by_event[name] or describe(spec, spec.from[1])
        for _, from in ipairs(spec.from) do link(name, from, described) end
    end
    for _, raw in ipairs(platform.derived_events) do raw.events = raw_by_name[raw.name].events end
end

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
        raw_by_name[name], raw.main = raw, spec.main
        if raw.event then raw.events[1] = raw.event end
        platform.raw_events[#platform.raw_events + 1] = raw
    end
    for name, spec in pairs(platform.events) do add(name, spec) end
    for joined, list in pairs(platform.passed_through) do
        local any = {}
        for intent in joined:gmatch("%S+") do any[#any + 1] = intent end
        for _, name in ipairs(list) do add(name, { any = any }) end
    end
    table.sort(platform.raw_events, function(a, b) return a.name < b.name end)
    find_mains(platform)
    load_derived(model, platform, raw_by_name)
end

local methods = { GET = true, POST = true, PUT = true, PATCH = true, DELETE = true }
local coded = { SOCKET = true, ADAPTER = true, CORE = true }
local targets = {
    path = true, query = true, comma = true, header = true, body = true, files = true, form = true, raw = true,
}
local operation_options = {
    params = true, drop = true, result = true, list = true, doc = true, body = true, holes = true, [1] = true,
}

local function read_target(where, path, holes, target)
    if target == "adapter" then return end
    local kind, key = tostring(target):match("^(%l+):(%S+)$")
    if not targets[kind] then fail(where, "goes nowhere: " .. tostring(target)) end
    if kind ~= "path" then return end
    if not path:find("{" .. key .. "}", 1, true) then fail(where, "the path has no {" .. key .. "}") end
    holes[key] = true
end

local function read_operation(platform, operation, spec)
    local where = platform.name .. "/" .. operation.name
    for key in pairs(spec) do
        if not operation_options[key] then fail(where, "unknown option " .. tostring(key)) end
    end
    local method, path = tostring(spec[1]):match("^(%u+) ?(%S*)$")
    if not (methods[method] and path:sub(1, 1) == "/") and not coded[method] then
        fail(where, "cannot read the route " .. tostring(spec[1]))
    end
    local out = {
        operation = operation, method = method, path = path, body = spec.body, doc = spec.doc or "", params = {},
    }
    local base, list = tostring(spec.result or ""):match("^(%w*)(%[?%]?)$")
    if spec.result then
        out.mapping = platform.mapping_by_name[base] or fail(where, "there is no mapping " .. tostring(spec.result))
    end
    out.list = list == "[]" or spec.list == true
    local holes, known = {}, {}
    for _, hole in ipairs(spec.holes or {}) do holes[hole] = true end
    for i, param in ipairs(operation.params) do
        local name = param[1]
        local target, dropped = (spec.params or {})[name], has(spec.drop or {}, name)
        known[name] = true
        if target then read_target(where .. "." .. name, path, holes, target) end
        if param.required and not target and not dropped then
            fail(where, "the parameter " .. name .. " has to be there, and goes nowhere")
        end
        out.params[i] = { name = name, target = target or "", dropped = dropped }
    end
    for name in pairs(spec.params or {}) do
        if not known[name] then fail(where, "the operation has no parameter " .. tostring(name)) end
    end
    for _, name in ipairs(spec.drop or {}) do
        if not known[name] then fail(where, "the operation has no parameter " .. tostring(name)) end
    end
    for hole in path:gmatch("{([%w_]+)}") do
        if not holes[hole] then fail(where, "nothing fills {" .. hole .. "}") end
    end
    return out
end

-- Discord's operations are those of the model: their files say themselves how Discord carries them out.
local function discord_operation(platform, operation)
    local out = {
        operation = operation, method = operation.discord.method, path = operation.discord.path,
        body = operation.discord.body, doc = "", params = {}, list = operation.list,
        mapping = operation.mapping and platform.mapping_by_name[operation.mapping],
    }
    for i, param in ipairs(operation.params) do
        out.params[i] = { name = param[1], target = param.to, dropped = param.to == "" }
    end
    return out
end

-- Called when the model has its operations.
function loader.operations(model)
    local by_name = {}
    for i, operation in ipairs(model.operations) do
        by_name[operation.name], operation.index = operation, i
    end
    for _, platform in ipairs(model.platforms) do
        platform.operation_list, platform.operation_by_name = {}, {}
        if type(platform.operations) == "function" then platform.operations = platform.operations(model.operations) end
        local function add(operation, read)
            platform.operation_list[#platform.operation_list + 1] = read
            platform.operation_by_name[operation.name] = read
        end
        if platform.name == "discord" then
            for _, operation in ipairs(model.operations) do add(operation, discord_operation(platform, operation)) end
        end
        for _, operation in ipairs(model.operations) do
            if operation.everywhere and platform.name ~= "discord" then
                platform.operations[operation.name] = { "CORE " .. operation.discord.path }
            end
        end
        for _, name in ipairs(sorted_keys(platform.operations)) do
            local operation = by_name[name] or fail(platform.name, "there is no operation " .. name)
            add(operation, read_operation(platform, operation, platform.operations[name]))
        end
    end
end

local id_forms = { digits = true, text = true }
local cases = { [false] = true, snake = true, camel = true }

local function read_platform(model, root, name)
    local platform = dofile(root .. "/platforms/" .. name .. ".lua")
    if platform.name ~= name then fail("platforms/" .. name, "the name has to be that of the file") end
    if not cases[platform.implied] then fail(name, "implied is false, \"snake\" or \"camel\"") end
    if not id_forms[platform.ids] then fail(name, "ids are \"digits\" or \"text\"") end
    for _, key in ipairs({ "context", "mappings", "intents", "events", "derived", "passed_through", "operations" }) do
        platform[key] = platform[key] or {}
    end
    platform.mapping_by_name, platform.mapping_list, platform.mapping_wanted = {}, {}, {}
    platform.empty_wanted, platform.context_keys = {}, context_keys
    for _, key in ipairs(platform.context) do
        if not tostring(key):match("^%l%w*$") then fail(name, "a context key is camelCase, got " .. tostring(key)) end
        if not has(context_keys, key) then context_keys[#context_keys + 1] = key end
    end
    if #context_keys > most_context_keys then
        fail(name, ("the platforms have %d context keys, and %d is the most: take one that is there already (%s)")
            :format(#context_keys, most_context_keys, table.concat(context_keys, ", ")))
    end
    model.platforms[#model.platforms + 1] = platform
    return platform
end

-- Called when the model has its shapes and events.
function loader.mappings(model, root)
    model.context_keys, model.mapping_count = context_keys, 0
    for _, name in ipairs(platform_names) do
        local platform = read_platform(model, root, name)
        load_mappings(model, platform)
        load_raw_events(model, platform)
    end
end

return loader
