-- Loads the schema, checks it, and resolves what is implied: every field of every mapping gets its source.
local names = require "generator.names"
local load_operations = require "generator.operations"
local load_platforms = require "generator.platforms"

local scalars = { text = true, id = true, time = true, integer = true, number = true, boolean = true, json = true }

local list_elements = { text = true, id = true, integer = true }

local function fail(where, what) error("schema: " .. where .. ": " .. what, 0) end

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

-- Everything, resolved. `root` is the schema's folder.
return function(root)
    local model = {
        shapes = {}, shape_by_name = {}, events = {}, event_by_name = {}, platforms = {}, operations = {},
    }
    load_shapes(model, load_entities(root), dofile(root .. "/events.lua"))
    load_platforms.mappings(model, root)
    load_operations(model, root)
    load_platforms.operations(model)
    return model
end
