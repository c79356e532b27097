-- What a script is and has: its name, its settings, its log, its state across reloads.
local rookery, host, env = ...
local error, ipairs, next, select, setmetatable, tostring, type =
    error, ipairs, next, select, setmetatable, tostring, type
local concat = table.concat

rookery.name = host.name
rookery.version = host.version
rookery.json = { decode = host.json_decode, null = host.null }

-- With line breaks and indentation: by the brackets of the compact text, texts passed over.
local function pretty(text)
    local out, depth, at = {}, 0, 1
    while at <= #text do
        local char = text:sub(at, at)
        if char == '"' then
            local last = at + 1
            while text:byte(last) ~= 34 do last = last + (text:byte(last) == 92 and 2 or 1) end
            out[#out + 1] = text:sub(at, last)
            at = last
        elseif text:find("^%[%]", at) or text:find("^{}", at) then
            out[#out + 1] = text:sub(at, at + 1)
            at = at + 1
        elseif char == "[" or char == "{" then
            depth = depth + 1
            out[#out + 1] = char .. "\n" .. ("  "):rep(depth)
        elseif char == "]" or char == "}" then
            depth = depth - 1
            out[#out + 1] = "\n" .. ("  "):rep(depth) .. char
        elseif char == "," then
            out[#out + 1] = ",\n" .. ("  "):rep(depth)
        else
            out[#out + 1] = char == ":" and ": " or char
        end
        at = at + 1
    end
    return concat(out)
end
function rookery.json.encode(...)
    local _, options = ...
    local text = host.json_encode(...)
    if type(options) == "table" and options.pretty then return pretty(text) end
    return text
end

-- An empty table is a list, unless it says that it is an object.
local object = { ["\1object"] = true, __metatable = false }
function rookery.json.object(table)
    if table ~= nil and type(table) ~= "table" then
        error("rookery.json.object: expected a table, got " .. type(table), 2)
    end
    return setmetatable(table or {}, object)
end

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
