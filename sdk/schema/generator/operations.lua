-- What a bot can be asked to do: reads the files of operations/ in the order of their names, checks them, and fills
-- in what is implied.
--
-- An operation is { name = "noun.verb", doc, params, result, scope, effect, discord }:
--   params   in the order in which scripts give them: { name, type, required, nullable, min, max, to, doc }.
--            `to` says where the platform wants it: "path:key", "query:key", "header:name", a (dotted) place in the
--            body, "body:key.key". Without it: the hole of the path that has the name, else the query of a GET or
--            DELETE, else the body.
--   result   the mapping that the platform's answer is shown in.
--   scope    without it "noun:read" for a GET, else "noun:write".
--   effect   doing it twice shows, so the runtime makes sure that a repeated call is one.
--   discord  { "METHOD /path/{hole}", body = JSON text that the body begins with }, or { gateway = opcode }: sent
--            over the gateway's connection, or { core = "verb" }: carried out by the runtime with other operations.
local names = require "generator.names"

local types = { id = true, text = true, integer = true, boolean = true, json = true, emoji = true }

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
        return
    end
    if discord.core then
        discord.method, discord.path = "CORE", discord.core
        return
    end
    discord.method, discord.path = tostring(discord[1]):match("^(%u+) (/%S*)$")
    if not discord.method then fail(operation.name, "cannot read the route " .. tostring(discord[1])) end
end

-- Where the parameter goes when nothing is said.
local function implied_target(operation, param)
    local discord, key = operation.discord, names.snake(param[1])
    if discord.path:find("{" .. key .. "}", 1, true) then return "path:" .. key end
    local bodyless = discord.method == "GET" or discord.method == "DELETE"
    return (bodyless and "query:" or "body:") .. key
end

local function read_param(operation, spec)
    local param = {}
    for key, value in pairs(spec) do param[key] = value end
    local where = operation.name .. "." .. tostring(param[1])
    if not types[param[2]] then fail(where, "unknown type " .. tostring(param[2])) end
    param.to = param.to or implied_target(operation, param)
    if not param.to:match("^%l+:[%w_.]+$") then fail(where, "goes nowhere") end
    local key = param.to:match("^path:(.*)")
    if key then
        if not operation.discord.path:find("{" .. key .. "}", 1, true) then
            fail(where, "the path has no {" .. key .. "}")
        end
        param.required = true
    end
    return param
end

local function read_operation(model, operation)
    operation.noun, operation.verb = tostring(operation.name):match("^(%l%w*)%.(%l%w*)$")
    if not operation.noun then fail(tostring(operation.name), "an operation is named noun.verb") end
    if operation.result and not model.platforms[1].mapping_by_name[operation.result] then
        fail(operation.name, "there is no mapping " .. operation.result)
    end
    read_route(operation)
    operation.scope = operation.scope
        or operation.noun .. (operation.discord.method == "GET" and ":read" or ":write")
    local params, seen, filled = {}, {}, {}
    for i, spec in ipairs(operation.params) do
        local param = read_param(operation, spec)
        if seen[param[1]] then fail(operation.name .. "." .. param[1], "the parameter is there twice") end
        seen[param[1]], filled[param.to], params[i] = true, true, param
    end
    for hole in operation.discord.path:gmatch("{([%w_]+)}") do
        if not filled["path:" .. hole] then fail(operation.name, "nothing fills {" .. hole .. "}") end
    end
    operation.params = params
end

return function(model, folder)
    for _, file in ipairs(files(folder)) do
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
end
