-- What a script is and has: its name, its settings, its log, its state across reloads.
local rookery, host, env = ...
local error, ipairs, next, select, setmetatable, tostring, type =
    error, ipairs, next, select, setmetatable, tostring, type
local concat = table.concat

rookery.name = host.name
rookery.version = host.version
rookery.json = { encode = host.json_encode, decode = host.json_decode, null = host.null }

-- Reading goes through, writing would be lost at the next reload.
rookery.config = setmetatable({}, {
    __index = host.config,
    __newindex = function() error("rookery.config is read-only", 2) end,
    __pairs = function() return next, host.config, nil end,
    __metatable = false,
})

local function line(...)
    local parts = { ... }
    for i = 1, select("#", ...) do parts[i] = tostring(parts[i]) end
    return concat(parts, " ")
end
rookery.log = {}
for level, name in ipairs({ "debug", "info", "warn", "error" }) do
    rookery.log[name] = function(...) host.log(level, line(...)) end
end
env.print = rookery.log.info

rookery.state_version = 1
rookery.load = host.load
function rookery.save(make)
    if type(make) ~= "function" then return host.save(make) end
    host.save(function() return make(), rookery.state_version end)
end
