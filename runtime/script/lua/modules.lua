-- Modules: files of the script's own folder and of scripts/lib, each run once.
local rookery, host, env = ...
local error, pcall = error, pcall
local raw_load = load

local loading = {}
local loaded = { rookery = rookery }
function env.require(name)
    local module = loaded[name]
    if module == loading then error("require: " .. name .. " requires itself", 2) end
    if module ~= nil then return module end
    local text, file = host.read_module(name)
    local chunk, problem = raw_load(text, "@" .. file, "t")
    if not chunk then error(problem, 0) end
    loaded[name] = loading
    local ok, value = pcall(chunk, name)
    if not ok then
        loaded[name] = nil
        error(value, 0)
    end
    if value == nil then value = true end
    loaded[name] = value
    return value
end
