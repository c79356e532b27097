-- What most scripts never use is compiled, or made, at its first use: an idle script is to cost little.
local rookery, host, env = ...
local next, pairs, rawset, setmetatable, type = next, pairs, rawset, setmetatable, type
local compile, setfenv, globals = load, setfenv, _G
local source = host.source

-- Runs a file of the host's own. Coroutines have the script's globals, which are none of the host's.
local function run(file)
    return setfenv(compile(source(file), "=rookery/" .. file .. ".lua", "bt"), globals)(rookery, host, env)
end
host.run = run

-- The same, once; what it returned.
local ran = {}
local function need(file)
    if ran[file] == nil then ran[file] = run(file) or true end
    return ran[file]
end
host.need = need

-- Of `rookery`: the file that returns a table with that name in it.
local areas = {
    spawn = "tasks", all = "tasks", race = "tasks", wait_for = "tasks", kv = "storage", http = "http",
    server = "server", settings = "services", metrics = "services", time = "time", format = "format", i18n = "i18n",
    command = "commands", press = "commands", pager = "pager", collect = "collect",
}

-- Names that have been made, or that the script has set itself: what it takes away stays away.
local known = {}

local function find(_, name)
    if type(name) ~= "string" or known[name] then return nil end
    local file = areas[name]
    if not file then
        local noun = host.noun(name)
        if noun then
            known[name] = true
            rawset(rookery, name, noun)
        end
        return noun
    end
    local found
    for key, value in next, need(file) do
        if key == name then found = value end
        if not known[key] then
            known[key] = true
            rawset(rookery, key, value)
        end
    end
    return found
end

setmetatable(rookery, {
    __index = find,
    __newindex = function(_, name, value)
        known[name] = true
        rawset(rookery, name, value)
    end,
    __pairs = function()
        for name in pairs(areas) do find(rookery, name) end
        for _, name in pairs(host.nouns()) do find(rookery, name) end
        return next, rookery, nil
    end,
    __metatable = false,
})
