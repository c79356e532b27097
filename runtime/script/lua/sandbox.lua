-- The globals of a script: of the standard library only what is named here, so that nothing slips through.
local rookery, host, env = ...
local error, getmetatable, rawget, select, type = error, getmetatable, rawget, select, type
local raw_load, raw_pairs = load, pairs
local collect, metatable_of = collectgarbage, debug.getmetatable

local function pick(from, names, into)
    into = into or {}
    for name in names:gmatch("%S+") do into[name] = from[name] end
    return into
end

pick(_G, [[
    _VERSION assert error getmetatable ipairs next pcall rawequal rawget rawset select setmetatable
    tonumber tostring type unpack xpcall]], env)
env._G = env
env.rookery = rookery
env.string = pick(string, "byte char find format gmatch gsub len lower match rep reverse sub upper")
env.table = pick(table, "concat foreach foreachi getn insert maxn move remove sort")
env.math = pick(math, [[
    abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min modf
    pi pow rad random randomseed sin sinh sqrt tan tanh]])
env.os = pick(os, "clock date difftime time")
if host.virtual_now then
    local now, raw_date, raw_time, floor = host.virtual_now, os.date, os.time, math.floor
    function env.os.time(parts)
        if parts ~= nil then return raw_time(parts) end
        return floor(now())
    end
    function env.os.date(format, moment) return raw_date(format or "%c", moment or floor(now())) end
end
env.bit = pick(bit, "arshift band bnot bor bswap bxor lshift rol ror rshift tobit tohex")
env.coroutine = pick(coroutine, "create isyieldable resume running status wrap yield")

local strings = getmetatable("")
strings.__index = env.string
strings.__metatable = false
math.randomseed(host.seed)

function env.pairs(t)
    if type(t) == "table" and getmetatable(t) == nil then return raw_pairs(t) end
    local meta = metatable_of(t)
    local walk = meta and rawget(meta, "__pairs")
    if walk then return walk(t) end
    return raw_pairs(t)
end

function env.collectgarbage(what, amount)
    what = what or "collect"
    if what ~= "collect" and what ~= "count" and what ~= "step" then
        error("collectgarbage: only collect, count and step are available", 2)
    end
    return collect(what, amount)
end

-- Text only: bytecode could break out of the sandbox.
function env.load(chunk, name, _, ...)
    if type(chunk) ~= "string" and type(chunk) ~= "function" then
        error("load: chunk must be a string or a function, got " .. type(chunk), 2)
    end
    if select("#", ...) > 0 then return raw_load(chunk, name, "t", (...)) end
    return raw_load(chunk, name, "t")
end
env.loadstring = env.load
