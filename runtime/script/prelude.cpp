#include "script/prelude.hpp"

namespace rookery::script {

constinit const std::string_view kPrelude = R"lua(
local host = ...
local error, getmetatable, ipairs, next, pcall, rawget, select, tostring, type, unpack =
    error, getmetatable, ipairs, next, pcall, rawget, select, tostring, type, unpack
local concat, raw_load, raw_pairs = table.concat, load, pairs
local collect, metatable_of = collectgarbage, debug.getmetatable

-- What a script may use of the standard library: by name, so that nothing slips through.
local function pick(from, names)
    local picked = {}
    for name in names:gmatch("%S+") do picked[name] = from[name] end
    return picked
end

local env = pick(_G, [[
    _VERSION assert error getmetatable ipairs next pcall rawequal rawget rawset select setmetatable
    tonumber tostring type unpack xpcall]])
env._G = env
env.string = pick(string, "byte char find format gmatch gsub len lower match rep reverse sub upper")
env.table = pick(table, "concat foreach foreachi getn insert maxn move remove sort")
env.math = pick(math, [[
    abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min modf
    pi pow rad random randomseed sin sinh sqrt tan tanh]])
env.os = pick(os, "clock date difftime time")
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

local rookery = {
    name = host.name,
    version = host.version,
    on = host.on,
    once = host.once,
    off = host.off,
    after = host.after,
    every = host.every,
    cancel = host.cancel,
    load = host.load,
    on_command = host.on_command,
    on_component = host.on_component,
    on_modal = host.on_modal,
    on_autocomplete = host.on_autocomplete,
    state_version = 1,
    json = { encode = host.json_encode, decode = host.json_decode, null = host.null },
}
env.rookery = rookery

function rookery.spawn(run, ...)
    local count = select("#", ...)
    if count == 0 or type(run) ~= "function" then return host.spawn(run) end
    local given = { ... }
    return host.spawn(function() return run(unpack(given, 1, count)) end)
end

function rookery.save(make)
    if type(make) ~= "function" then return host.save(make) end
    host.save(function() return make(), rookery.state_version end)
end

-- The settings: reading goes through, writing would be lost at the next reload.
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

-- Waiting: the host notes what the coroutine waits for and yields; the outcome is fetched afterwards,
-- within the coroutine, where running out of memory is an ordinary error.
local result = host.result

function rookery.sleep(seconds)
    host.begin_sleep(seconds)
    result()
end

local pages = {}
for number, operation in ipairs(host.operations) do
    local noun = rookery[operation.noun] or {}
    rookery[operation.noun] = noun
    noun[operation.verb] = function(...)
        host.begin_call(number, ...)
        return result()
    end
    if operation.page then pages[noun[operation.verb]] = operation.page end
end

-- All pages of an operation that has a cursor.
local function below(value, path)
    for key in path:gmatch("[^.]+") do
        if type(value) ~= "table" then return nil end
        value = value[key]
    end
    return value
end
function rookery.each(operation, ...)
    local page = pages[operation]
    if not page then error("rookery.each: expected an operation that has a cursor", 2) end
    local arguments, count = { ... }, select("#", ...)
    local named = {}
    if type(arguments[count]) == "table" and arguments[count][1] == nil then
        for key, value in pairs(arguments[count]) do named[key] = value end
        count = count - 1
    end
    named.limit = named.limit or page.most
    arguments[count + 1] = named
    local items, index, done = {}, 0, false
    return function()
        index = index + 1
        if items[index] == nil and not done then
            local answer, failure = operation(unpack(arguments, 1, count + 1))
            if not answer then error(failure, 2) end
            items, index = page.items == "" and answer or below(answer, page.items) or {}, 1
            local cursor = below(items[#items], page.at)
            done = #items < named.limit or cursor == nil or cursor == named[page.cursor]
            named[page.cursor] = cursor
        end
        return items[index]
    end
end

rookery.commands = rookery.commands or {}
rookery.commands.declare = host.declare
rookery.commands.withdraw = host.withdraw

-- Methods of events.
local function answer(operation, event, argument, what)
    local channel, message = event.channelId, event.messageId or event.id
    if not channel or not message then
        error("ev:" .. what .. ": " .. event.event .. " is not about a message", 3)
    end
    return operation(channel, message, argument)
end
function host.methods.react(event, emoji)
    return answer(rookery.reactions.add, event, emoji, "react")
end

-- Of interactions: one parameter is meant when something else than a table of them is given.
local function verb(name, meant)
    local operation = rookery.interactions[name]
    return function(event, given)
        if event.event ~= "interactionCreate" then
            error("ev:" .. name .. ": " .. event.event .. " is no interaction", 2)
        end
        local params = { interactionId = event.id }
        if type(given) == "table" and (name ~= "autocomplete" or given.choices) then
            for key, value in raw_pairs(given) do params[key] = value end
        elseif given ~= nil then
            if not meant then error("ev:" .. name .. ": expected a table of parameters, got " .. type(given), 2) end
            params[meant] = given
        end
        return operation(params)
    end
end
for name, meant in raw_pairs({
    update = "content", editReply = "content", followUp = "content", autocomplete = "choices",
    defer = false, deferUpdate = false, showModal = false, deleteReply = false, fetchReply = false,
}) do
    host.methods[name] = verb(name, meant)
end
-- What was given for an option, however deep it lies; `nil` when it was left out.
local function find_option(options, name)
    for _, option in ipairs(options or {}) do
        if option.name == name and option.value ~= nil then return option.value end
        local found = find_option(option.options, name)
        if found ~= nil then return found end
    end
end
function host.methods.option(event, name)
    return (find_option(event.raw.data and event.raw.data.options, name))
end

-- What was filled into a form's field: a text, or a list of what was chosen.
local function find_field(components, id)
    for _, one in ipairs(components or {}) do
        if one.custom_id == id then
            if one.values ~= nil then return one.values end
            return one.value
        end
        local found = find_field(one.components or { one.component }, id)
        if found ~= nil then return found end
    end
end
function host.methods.field(event, id)
    return (find_field(event.raw.data and event.raw.data.components, id))
end

local reply_to_interaction = verb("reply", "content")
function host.methods.reply(event, content)
    if event.event == "interactionCreate" then return reply_to_interaction(event, content) end
    return answer(rookery.messages.reply, event, content, "reply")
end

-- Modules: files of the script's own folder and of scripts/lib, each run once.
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

-- What every coroutine runs: one function after the other, whichever the host hands in.
local idle, arguments = host.idle, host.arguments
local function drive(handler)
    while true do handler = idle(handler(arguments())) end
end

return env, drive
)lua";

}  // namespace rookery::script
