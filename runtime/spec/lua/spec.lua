-- describe, it, before_each, after_each, world: what a spec file says, and how one case of it is run.
local _, host, env = ...
local debug, error, ipairs, pairs, setfenv, setmetatable, tostring, type, xpcall =
    debug, error, ipairs, pairs, setfenv, setmetatable, tostring, type, xpcall
local concat = table.concat

local spec = {}
host.spec = spec

-- The innermost place that is not this runner's: "remind_spec.lua:12".
local function place()
    for level = 2, 100 do
        local info = debug.getinfo(level, "Sl")
        if not info then return nil end
        if info.currentline > 0 and info.source:sub(1, 9) ~= "=rookery/" then
            return info.short_src .. ":" .. info.currentline
        end
    end
end
spec.place = place

-- What a failed expectation raises: {message, place, transcript?}.
local failure = { __tostring = function(self) return self.message end }
function spec.fail(what)
    what.place = what.place or place()
    error(setmetatable(what, failure), 0)
end

local root = { name = "", parts = {}, before = {}, after = {} }
local here = root -- the describe that is being read

local function expect_type(what, value, wanted)
    if type(value) ~= wanted then
        error(("%s: expected a %s, got %s"):format(what, wanted, type(value)), 3)
    end
end

local function reading(what)
    if here == nil then error(what .. " cannot be called while a case runs", 3) end
end

function env.describe(name, body)
    reading("describe")
    expect_type("describe: the name", name, "string")
    expect_type("describe: the body", body, "function")
    local outer = here
    here = { name = name, parts = {}, before = {}, after = {}, outer = outer }
    outer.parts[#outer.parts + 1] = here
    body()
    here = outer
end

function env.it(name, body)
    reading("it")
    expect_type("it: the name", name, "string")
    expect_type("it: the body", body, "function")
    here.parts[#here.parts + 1] = { name = name, body = body, place = place(), outer = here }
end

function env.before_each(body)
    reading("before_each")
    expect_type("before_each: the body", body, "function")
    here.before[#here.before + 1] = body
end

function env.after_each(body)
    reading("after_each")
    expect_type("after_each: the body", body, "function")
    here.after[#here.after + 1] = body
end

local known = { script = true, scripts = true, plugin = true, plugins = true, settings = true, platform = true,
    config = true, grants = true, limit = true }
function env.world(options)
    reading("world")
    expect_type("world: the options", options, "table")
    for key in pairs(options) do
        if not known[key] then error("world: there is no option '" .. tostring(key) .. "'", 2) end
    end
    here.world = options
end

function env.os.exit() error("os.exit: a spec cannot end the process", 2) end
env.print = function(...)
    local parts = { ... }
    for i = 1, select("#", ...) do parts[i] = tostring(parts[i]) end
    host.ask("print", { text = concat(parts, "\t") })
end

local function cases(from, list)
    for _, part in ipairs(from.parts) do
        if part.body then list[#list + 1] = part else cases(part, list) end
    end
    return list
end

-- From the outermost describe to the innermost.
local function around(case)
    local all, at = {}, case.outer
    while at do
        table.insert(all, 1, at)
        at = at.outer
    end
    return all
end

local function describe_case(case)
    local names, options = {}, {}
    for _, part in ipairs(around(case)) do
        if part.name ~= "" then names[#names + 1] = part.name end
        for key, value in pairs(part.world or {}) do options[key] = value end
    end
    return { names = names, name = case.name, place = case.place, world = options }
end

local function handler(problem)
    if getmetatable(problem) == failure then return problem end
    local trace = {}
    for level = 2, 100 do
        local info = debug.getinfo(level, "Sln")
        if not info then break end
        if info.currentline > 0 and info.source:sub(1, 9) ~= "=rookery/" then
            trace[#trace + 1] = info.short_src .. ":" .. info.currentline
        end
    end
    local message = tostring(problem)
    -- The place stands in front of it already.
    local before = trace[1] and trace[1] .. ": "
    if before and message:sub(1, #before) == before then message = message:sub(#before + 1) end
    return { message = message, place = trace[1], trace = trace }
end

-- {ok, failure?}. What is set up is taken down however it ends.
local function run(case)
    here = nil
    local sim = spec.open(describe_case(case).world)
    local parts = around(case)
    local problem
    local function attempt(body)
        local ok, raised = xpcall(function() body(sim) end, handler)
        if not ok and not problem then problem = raised end
        return ok
    end
    local ready = true
    for _, part in ipairs(parts) do
        for _, body in ipairs(part.before) do ready = ready and attempt(body) end
    end
    if ready then attempt(case.body) end
    for i = #parts, 1, -1 do
        for _, body in ipairs(parts[i].after) do attempt(body) end
    end
    return problem
end

local function plain(problem)
    -- Without memory not even the handler of errors runs.
    if type(problem) ~= "table" then return { message = tostring(problem) } end
    return { message = problem.message, place = problem.place, trace = problem.trace,
        transcript = problem.transcript or spec.transcript() }
end

-- What the runner calls: with the text of the file; and with the number of the case that is to be run, or 0
-- to get the list of all.
function host.main(text, chunk, number)
    local list
    local read, problem = xpcall(function()
        local body, fault = loadstring(text, "@" .. chunk)
        if not body then error(fault, 0) end
        setfenv(body, env)()
        list = cases(root, {})
    end, handler)
    if not read then
        return { failure = { message = problem.message, place = problem.place, trace = problem.trace } }
    end
    if number == 0 then
        local out = {}
        for i, case in ipairs(list) do out[i] = describe_case(case) end
        return { cases = out }
    end
    local raised
    local ok, other = xpcall(function() raised = run(list[number]) end, handler)
    raised = raised or (not ok and other) or nil
    return { failure = raised and plain(raised) }
end
