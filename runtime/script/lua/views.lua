-- Events as scripts see them. A view is a table with two entries of its own: the userdata that keeps its event
-- readable, and where in the event its object lies. What it shows is read through the FFI when it is asked for, which
-- stays within compiled code. Nothing depends on what a script does to the entries: the host checks them.
local _, host = ...
local error, next, pairs, rawget, rawset, setmetatable, tonumber, type =
    error, next, pairs, rawget, rawset, setmetatable, tonumber, type
local metatable_of = debug.getmetatable

local ffi = host.ffi
ffi.cdef [[
typedef struct { int32_t size, node, mapping; const char *bytes; double amount; } rk_value;
]]
local text_of = ffi.string
local found = ffi.cast("const rk_value *", host.view_value)
local read_field = ffi.cast("int32_t (*)(void *, int32_t, int32_t, int32_t)", host.read_field)
local read_key = ffi.cast("int32_t (*)(void *, int32_t, const char *, int32_t)", host.read_key)
local next_item = ffi.cast("int32_t (*)(void *)", host.next_item)

-- ViewValue::Kind; `nothing` is 0.
local NO, YES, NUMBER, TEXT, OBJECT, LIST, END = 1, 2, 3, 4, 5, 6, 7
-- ViewReader::Property.
local properties = { event = 65536, bot = 65537, platform = 65538, late = 65541 }
local GUILD_ID, CHANNEL_ID = 65539, 65540

-- Metatables by the number of the mapping; those of whole events in `wholes`.
local objects, wholes = {}, {}

local value_of

local function list_of(anchor)
    local list = {}
    local i = 0
    while true do
        local kind = next_item(anchor)
        if kind == END then return list end
        i = i + 1
        list[i] = value_of(kind, anchor)
    end
end

-- No tail calls in what reads: compiled code cannot return from a library's function into an index operation, and
-- counts tail calls as turns of a loop, of which it unrolls few.
function value_of(kind, anchor)
    if kind == TEXT then
        local text = text_of(found.bytes, found.size)
        return text
    end
    if kind == NUMBER then return found.amount end
    if kind == YES then return true end
    if kind == NO then return false end
    if kind == OBJECT then
        local view = { ["\1event"] = false, ["\1node"] = 0 }
        view["\1event"] = anchor
        view["\1node"] = found.node
        setmetatable(view, objects[found.mapping])
        return view
    end
    if kind == LIST then
        local list = list_of(anchor)
        return list
    end
    return nil
end

-- Methods by the shape's name; those of every object, and those of every event.
local methods = {}
local of_objects = { table = host.view_table, json = host.view_json, fields = host.view_fields }
local of_events, complete = {}, false
local function complete_events()
    if complete then return end
    host.run("interactions")
    host.run("events")
    complete = true
end
setmetatable(of_events, { __index = function(all, key)
    local method = of_objects[key]
    if method then return method end
    complete_events()
    return rawget(all, key)
end })
host.methods, host.methods_of_events = methods, of_events

-- What an event has besides its fields and methods, made when it is asked for: name to function(view).
local computed = {}
host.computed = computed
function computed.raw(view)
    local raw = host.view_raw(view["\1event"])
    rawset(view, "raw", raw)
    return raw
end

local function merged(...)
    local all = {}
    for _, part in pairs({ ... }) do
        for name, value in pairs(part) do all[name] = all[name] or value end
    end
    return all
end

-- A name that the shape does not have is a mistake in the script, and the commonest one: unlike a field without a
-- value it is an error.
local function refusal(whole, shape, key, fields)
    if not host.nearest then host.run("nearest") end
    local specs, made = host.method_names(shape)
    local known = merged(fields, specs, made, of_objects)
    if whole then
        complete_events()
        known = merged(known, of_events, computed)
    end
    local near = host.nearest(key, known)
    return ("%s has no field '%s'%s"):format(shape, key:sub(1, 60), near and ": did you mean '" .. near .. "'?" or "")
end

local function same(a, b)
    return rawget(a, "\1event") == rawget(b, "\1event") and rawget(a, "\1node") == rawget(b, "\1node")
        and metatable_of(a) == metatable_of(b)
end

local function walk(view) return next, host.view_table(view), nil end
local function read_only() error("events are read-only", 2) end

-- A field by its path, "author.username" or "mentionedUsers.1.id"; nil where a part has no value or no such field.
function of_objects.get(view, path)
    if type(path) ~= "string" then error("get: the path must be a string, got " .. type(path), 2) end
    local value = view
    for name in path:gmatch("[^.]+") do
        if type(value) ~= "table" then return nil end
        local meta = metatable_of(value)
        local fields = meta and meta["\1fields"]
        if fields then
            value = fields[name] and value[name]
        elseif meta == nil and tonumber(name) then
            value = value[tonumber(name)]
        else
            value = value[name]
        end
    end
    return value
end

-- Of a payload that has no shape: every key may be there or not.
local function raw_index(mapping, whole)
    local more = whole and of_events or of_objects
    return function(view, key)
        if type(key) ~= "string" then return nil end
        local anchor = view["\1event"]
        local kind = read_key(anchor, view["\1node"], key, #key)
        if kind ~= 0 then
            local value = value_of(kind, anchor)
            return value
        end
        local property = whole and properties[key]
        if property then return value_of(read_field(anchor, 0, mapping, property), anchor) end
        local make = whole and computed[key]
        if make then return make(view) end
        return more[key]
    end
end

local function index(mapping, whole, shape, fields)
    local own, more = methods[shape], whole and of_events or of_objects
    if whole then
        for name, number in pairs(properties) do fields[name] = fields[name] or number end
    end
    return function(view, key)
        local field = fields[key]
        if field then
            local anchor = view["\1event"]
            local value = value_of(read_field(anchor, view["\1node"], mapping, field), anchor)
            return value
        end
        if type(key) ~= "string" then return nil end
        local make = whole and computed[key]
        if make then return make(view) end
        local method = own[key] or more[key]
        if method then return method end
        error(refusal(whole, shape, key, fields), 2)
    end
end

local function new_metatable(mapping, whole)
    local shape, fields = host.view_mapping(mapping)
    return {
        ["\1mapping"] = mapping,
        ["\1fields"] = fields,
        ["\1shape"] = shape,
        __index = fields and index(mapping, whole, shape, fields) or raw_index(mapping, whole),
        __newindex = read_only,
        __metatable = false,
        __pairs = walk,
        __eq = same,
        __tostring = function(view)
            local id = (not fields or fields.id) and view.id
            local name = whole and view.event or shape
            return type(id) == "string" and name .. " " .. id:sub(1, 40) or name
        end,
    }
end

setmetatable(objects, { __index = function(_, mapping)
    local meta = new_metatable(mapping, false)
    objects[mapping] = meta
    return meta
end })
setmetatable(wholes, { __index = function(_, mapping)
    local meta = new_metatable(mapping, true)
    wholes[mapping] = meta
    return meta
end })

function host.event(anchor, mapping, node)
    local view = { ["\1event"] = false, ["\1node"] = 0 }
    view["\1event"] = anchor
    view["\1node"] = node
    return setmetatable(view, wholes[mapping])
end

-- The guild and the channel that the view's event is about; nil where it is about none.
function host.guild_of(view)
    local anchor = view["\1event"]
    return value_of(read_field(anchor, 0, 0, GUILD_ID), anchor)
end
function host.channel_of(view)
    local anchor = view["\1event"]
    return value_of(read_field(anchor, 0, 0, CHANNEL_ID), anchor)
end

host.run("objects")
host.views_made = true
