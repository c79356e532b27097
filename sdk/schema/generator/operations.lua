-- What a bot can be asked to do: reads the files of operations/ in the order of their names, checks them, and fills
-- in what is implied.
--
-- An operation is { name = "noun.verb", doc, params, result, scope, effect, page, extra, discord }:
--   params   in the order in which scripts give them: { name, type, required, nullable, min, max, names, list, to, doc }.
--            `nullable`: null is sent, and means something. `names`: of the numbers of a choice. `min` and `max`:
--            characters of a text, value of a number, length of a list. `to` says where the platform wants it:
--            "path:key", "query:key" (a list repeats the key), "comma:key" (a list with commas; `list = "comma"`),
--            "header:name", a (dotted) place in the body ("body:key.key"), "body:*" (it is the body), "query:*" (its
--            keys are the query's), "nowhere" (other platforms have it), "files:place" (files, described at that place of the body), "form:key" (the
--            body becomes a form, the file is that part of it). Without `to`: the hole of the path that has the
--            name, else the query of a GET or DELETE, else the body.
--   result   the mapping that the platform's answer is shown in; "[]" behind it for a list. Without it the answer is
--            given as the platform sends it.
--   scope    without it "noun:read" for a GET, else "noun:write".
--   effect   doing it twice shows, so the runtime makes sure that a repeated call is one.
--   everywhere  the runtime does it by itself, for every platform.
--   page     { by = the cursor's parameter, items = where the list lies in the answer, at = where the cursor lies in
--            an item, most = items of a page }.
--   discord  { "METHOD /path/{hole}", body = JSON text that the body begins with, reason = takes an audit-log reason },
--            { gateway = opcode }: sent over the gateway's connection, { core = "verb" }: carried out by the runtime
--            with other operations, or { raw = true }: what the parameters say.
-- The hole {application_id} is filled by the runtime. Whatever writes a body with keys of its own also takes `extra`.
local names = require "generator.names"

local types = {
    id = true, ids = true, text = true, texts = true, integer = true, number = true, boolean = true, time = true,
    json = true, object = true, list = true, emoji = true, choice = true, bits = true, image = true, files = true,
}
local targets = {
    path = true, query = true, comma = true, header = true, body = true, files = true, form = true, raw = true,
}
local options = {
    required = true, nullable = true, min = true, max = true, names = true, list = true, to = true, doc = true,
}

local reason = { "reason", "text", max = 512, to = "header:X-Audit-Log-Reason", doc = "For the audit log." }
local extra = { "extra", "object", to = "body:**", doc = "Further keys of the platform's body, as they are." }

local function fail(where, what) error("schema: " .. where .. ": " .. what, 0) end

local function files(folder)
    local out = {}
    local list = assert(io.popen("ls '" .. folder:gsub("'", "'\\''") .. "'"))
    for name in list:lines() do
        if name:match("%.lua$") then out[#out + 1] = folder .. "/" .. name end
    end
    list:close()
    table.sort(out)
    return out
end

local function read_route(operation)
    local discord = operation.discord
    if discord.gateway then
        discord.method, discord.path = "GATEWAY", tostring(discord.gateway)
    elseif discord.core then
        discord.method, discord.path = "CORE", discord.core
    elseif discord.raw then
        discord.method, discord.path = "RAW", ""
    else
        discord.method, discord.path = tostring(discord[1]):match("^(%u+) (/%S*)$")
        if not discord.method then fail(operation.name, "cannot read the route " .. tostring(discord[1])) end
    end
end

-- Where the parameter goes when nothing is said.
local function implied_target(operation, param)
    local discord, key = operation.discord, names.snake(param[1])
    if discord.path:find("{" .. key .. "}", 1, true) then return "path:" .. key end
    local bodyless = discord.method == "GET" or discord.method == "DELETE"
    if not bodyless then return "body:" .. key end
    return (param.list == "comma" and "comma:" or "query:") .. key
end

local function read_names(where, param)
    if (param[2] == "choice") ~= (param.names ~= nil) then fail(where, "a choice, and nothing else, has names") end
    local list = {}
    for name, number in pairs(param.names or {}) do list[#list + 1] = { name = name, number = number } end
    table.sort(list, function(a, b) return a.number < b.number end)
    param.names = list
end

local function read_param(operation, spec)
    local param, where = {}, operation.name .. "." .. tostring(spec[1])
    for key, value in pairs(spec) do
        if type(key) == "string" and not options[key] then fail(where, "unknown option " .. key) end
        param[key] = value
    end
    if not types[param[2]] then fail(where, "unknown type " .. tostring(param[2])) end
    if not param.doc then fail(where, "has no doc") end
    read_names(where, param)
    param.to = param.to or implied_target(operation, param)
    if param.to == "nowhere" then
        param.to = ""
        return param
    end
    local target, key = param.to:match("^(%l+):([%w_.*-]+)$")
    if not targets[target] then fail(where, "goes nowhere") end
    if target == "path" then
        if not operation.discord.path:find("{" .. key .. "}", 1, true) then
            fail(where, "the path has no {" .. key .. "}")
        end
        param.required = true
    end
    return param
end

-- Whether the operation writes a body that has keys.
local function has_keys(params)
    for _, param in ipairs(params) do
        if param.to:match("^body:[^*]") then return true end
    end
    return false
end

local function read_page(operation, seen)
    local page = operation.page
    if not page then return end
    if not seen[page.by] then fail(operation.name, "there is no parameter " .. tostring(page.by)) end
    if not seen.limit then fail(operation.name, "there is no parameter limit") end
end

local function read_operation(model, operation)
    operation.noun, operation.verb = tostring(operation.name):match("^(%l%w*)%.(%l%w*)$")
    if not operation.noun then fail(tostring(operation.name), "an operation is named noun.verb") end
    local base, list = tostring(operation.result or ""):match("^(%w*)(%[?%]?)$")
    operation.mapping, operation.list = operation.result and base, list == "[]"
    if operation.result and not model.platforms[1].mapping_by_name[base or ""] then
        fail(operation.name, "there is no mapping " .. operation.result)
    end
    read_route(operation)
    operation.scope = operation.scope
        or operation.noun .. (operation.discord.method == "GET" and ":read" or ":write")
    local params, seen, filled = {}, {}, { ["path:application_id"] = true }
    local function add(spec)
        local param = read_param(operation, spec)
        if seen[param[1]] then fail(operation.name .. "." .. param[1], "the parameter is there twice") end
        seen[param[1]], filled[param.to] = true, true
        params[#params + 1] = param
    end
    for _, spec in ipairs(operation.params) do add(spec) end
    if operation.discord.reason then add(reason) end
    if operation.discord[1] and has_keys(params) then add(extra) end
    for hole in operation.discord.path:gmatch("{([%w_]+)}") do
        if not filled["path:" .. hole] then fail(operation.name, "nothing fills {" .. hole .. "}") end
    end
    read_page(operation, seen)
    operation.params = params
end

-- The route's method and path with its holes unnamed: what two texts of one route have in common.
local function bare(method, path) return method .. " " .. path:gsub("%?.*", ""):gsub("{[^}]*}", "{}") end

local function load_routes(model, list)
    local by_bare, by_name = {}, {}
    for _, spec in ipairs(list) do
        local route = { name = spec[1], flags = {}, operations = {} }
        route.method, route.path = tostring(spec[2]):match("^(%u+) (/%S*)$")
        if not route.method then fail(tostring(spec[1]), "cannot read the route " .. tostring(spec[2])) end
        for flag in (spec[3] or ""):gmatch("%S+") do route.flags[flag] = true end
        local key = bare(route.method, route.path)
        if by_bare[key] or by_name[route.name] then fail(route.name, "the route is there twice") end
        by_bare[key], by_name[route.name] = route, true
        model.routes[#model.routes + 1] = route
    end
    table.sort(model.routes, function(a, b)
        if a.path ~= b.path then return a.path < b.path end
        return a.method < b.method
    end)
    for _, operation in ipairs(model.operations) do
        if operation.discord[1] then
            local route = by_bare[bare(operation.discord.method, operation.discord.path)]
            if not route then fail(operation.name, "there is no route " .. operation.discord[1]) end
            if operation.discord.reason and not route.flags.reason then
                fail(operation.name, "the route takes no reason")
            end
            route.operations[#route.operations + 1] = operation
        end
    end
end

return function(model, root)
    for _, file in ipairs(files(root .. "/operations")) do
        for _, operation in ipairs(dofile(file)) do
            read_operation(model, operation)
            model.operations[#model.operations + 1] = operation
        end
    end
    table.sort(model.operations, function(a, b) return a.name < b.name end)
    for i = 2, #model.operations do
        if model.operations[i].name == model.operations[i - 1].name then
            fail(model.operations[i].name, "the operation is there twice")
        end
    end
    model.routes = {}
    load_routes(model, dofile(root .. "/routes/discord.lua"))
end
