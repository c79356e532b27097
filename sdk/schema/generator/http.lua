-- The routes of /api: reads the files of http/, checks them against the operations, and fills in what is implied.
--
-- A route is { "METHOD /api/path/:id", ... } with
--   alias      another method and path of the same
--   scope      what a key must hold
--   operation  what it stands on; its parameters are filled by those of the path and by the fields
--   flow       the function of runtime/server/rest/flows that carries it out, where that is more than one call
--   query, body  lists of fields. body_as: all of the body is that parameter. any_of: one of these must be there
--   path       { name in the path = parameter } where they differ; arguments: JSON of further ones
--   result     the mapping that the answer is shown in, "[]" behind it for a list ("id[]": of ids); or instead
--              constant (JSON), nothing = true, message (text). status: 200 unless said otherwise
--   page       the member of an item that the next page's cursor is; cursor: the parameter that it is for ("after")
--   cache      { kind, owner =, id = } names of parameters: where the answer is looked for first
--   failure    { status, code, text } when the platform refuses; unknown_empty: an unknown guild is an empty list
--   missing    { code, text } instead of VALIDATION_ERROR when a required field is missing; invalid: the text for
--              others; issues: they are told under that name, too. large: bodies of several MiB
--
-- A field is { name, type, required, nullable, min, max, default, names, fields, each, snake, numeric, to, doc }. Types:
-- text, id, ids, texts, integers, integer, number, boolean, time, bits, url, choice, image (a data URI), object and
-- objects with `fields`, any_object, any_list, any. `each`: most of a text's characters, or of a number, in a list.
-- `names`: of a choice. `numeric`: a choice is passed on as its number. `snake`: keys below it are passed on in
-- snake_case. `lenient`: what does not fit is put right. `to`: the operation's parameter, where it has another name; "-": for the flow alone.
local names = require "generator.names"

local files = {
    "guilds", "members", "roles", "messages", "channels", "expressions", "events", "moderation", "voice", "access", "commands",
}
local field_types = {
    text = true, id = true, ids = true, texts = true, integers = true, integer = true, number = true, boolean = true,
    time = true, bits = true, url = true, choice = true, image = true, object = true, objects = true, any_object = true,
    any_list = true, any = true,
}
local route_options = {
    alias = true, scope = true, operation = true, flow = true, query = true, body = true, body_as = true, any_of = true,
    any_of_text = true, path = true, arguments = true, result = true, constant = true, nothing = true, message = true,
    status = true, page = true, cursor = true, cache = true, failure = true, unknown_empty = true, missing = true,
    invalid = true, issues = true, large = true, doc = true,
}
local field_options = {
    required = true, nullable = true, min = true, max = true, default = true, names = true, fields = true, each = true,
    snake = true, numeric = true, lenient = true, to = true, doc = true,
}

local function fail(where, what) error("schema: " .. where .. ": " .. what, 0) end

local function sorted_names(map)
    local out = {}
    for name, number in pairs(map or {}) do out[#out + 1] = { name = name, number = number } end
    table.sort(out, function(a, b) return a.number < b.number end)
    return out
end

local function read_field(where, spec, top)
    local field = {}
    where = where .. "." .. tostring(spec[1])
    for key, value in pairs(spec) do
        if type(key) == "string" and not field_options[key] then fail(where, "unknown option " .. key) end
        field[key] = value
    end
    if not field_types[field[2]] then fail(where, "unknown type " .. tostring(field[2])) end
    if (field[2] == "choice") ~= (field.names ~= nil) then fail(where, "a choice, and nothing else, has names") end
    if (field[2] == "object" or field[2] == "objects") ~= (field.fields ~= nil) then
        fail(where, "an object, and nothing else, has fields")
    end
    if top and not field.doc then fail(where, "has no doc") end
    field.names = sorted_names(spec.names)
    local inner = {}
    for i, one in ipairs(spec.fields or {}) do inner[i] = read_field(where, one, false) end
    field.fields = inner
    return field
end

local function read_fields(where, list)
    local out = {}
    for i, spec in ipairs(list or {}) do out[i] = read_field(where, spec, true) end
    return out
end

local function params_of(path)
    local out = {}
    for name in path:gmatch(":(%w+)") do out[#out + 1] = name end
    return out
end

-- Every field goes to a parameter, and every parameter that is needed gets one.
local function check_targets(where, route, operation)
    local known, given = {}, {}
    for _, param in ipairs(operation.params) do known[param[1]] = param end
    local function give(name)
        if not known[name] then fail(where, operation.name .. " has no parameter " .. name) end
        given[name] = true
    end
    for _, name in ipairs(params_of(route.path)) do give((route.renamed or {})[name] or name) end
    for _, field in ipairs(route.query) do if field.to ~= "-" then give(field.to or field[1]) end end
    if route.body_as then give(route.body_as) end
    for _, field in ipairs(route.body_as and {} or route.body) do
        if field.to ~= "-" then give(field.to or field[1]) end
    end
    for _, param in ipairs(operation.params) do
        if param.required and not given[param[1]] then fail(where, operation.name .. " needs " .. param[1]) end
    end
end

local function read_result(model, where, route)
    local ways = 0
    for _, key in ipairs({ "result", "constant", "nothing", "message" }) do
        if route[key] then ways = ways + 1 end
    end
    if ways ~= 1 then fail(where, "says " .. ways .. " times what it gives") end
    if not route.result then return end
    local base, list = route.result:match("^(%w+)(%[?%]?)$")
    route.shape, route.list = base, list == "[]"
    if base ~= "id" and not model.shape_by_name[base] then fail(where, "there is no entity " .. tostring(base)) end
    if base ~= "id" and model.platforms[1].mapping_by_name[base] then route.mapping = base end
end

local function read_route(model, group, spec)
    local route, where = { group = group }, tostring(spec[1])
    for key, value in pairs(spec) do
        if type(key) == "string" then
            if not route_options[key] then fail(where, "unknown option " .. key) end
            route[key] = value
        end
    end
    route.method, route.path = where:match("^(%u+) (/api/%S+)$")
    if not route.method then fail(where, "is no route") end
    route.renamed = route.path and spec.path
    if not (route.doc and route.scope) then fail(where, "lacks doc or scope") end
    local operation = model.operation_by_name[route.operation]
    if not operation then fail(where, "there is no operation " .. tostring(route.operation)) end
    route.query, route.body = read_fields(where, spec.query), read_fields(where, spec.body)
    if not route.flow then check_targets(where, route, operation) end
    read_result(model, where, route)
    route.status = route.status or 200
    if route.alias then
        route.alias_method, route.alias_path = route.alias:match("^(%u+) (/api/%S+)$")
    end
    route.name = where
    return route
end

local function load_scopes(model, root)
    local map = dofile(root .. "/http/scopes.lua")
    local used = {}
    for _, operation in ipairs(model.operations) do
        operation.key_scope, used[operation.scope] = map[operation.scope] or map.otherwise, true
    end
    for scope in pairs(map) do
        if scope ~= "otherwise" and not used[scope] then fail("http/scopes", "no operation has the scope " .. scope) end
    end
end

-- Adds `http_routes` to the model.
local function load(model, root)
    model.operation_by_name = {}
    for _, operation in ipairs(model.operations) do model.operation_by_name[operation.name] = operation end
    load_scopes(model, root)
    model.http_routes = {}
    local seen = {}
    for _, file in ipairs(files) do
        local group = dofile(root .. "/http/" .. file .. ".lua")
        for _, spec in ipairs(group) do
            local route = read_route(model, group.group, spec)
            for _, key in ipairs({ route.name, route.alias }) do
                if seen[key] then fail(key, "is there twice") end
                seen[key] = true
            end
            model.http_routes[#model.http_routes + 1] = route
        end
    end
end

return { load = load, params_of = params_of, names = names }
