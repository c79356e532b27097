-- What the other parts of the spec API are made of: questions to the runner, and to the community.
local _, host = ...
local ipairs, pairs, table, tostring, type = ipairs, pairs, table, tostring, type
local spec = host.spec

-- url -> function that answers it, and the names of the channels that were written in or looked at, newest last.
local bodies, touched = {}, {}
spec.bodies, spec.touched = bodies, touched
spec.classes = { Sim = {}, User = {}, Channel = {}, Message = {} }
for _, class in pairs(spec.classes) do class.__index = class end

local function ask(name, with)
    local answer, problem = host.ask(name, with or { none = true })
    if problem then spec.fail { message = problem } end
    return answer
end

-- Does what takes until all is at rest, answering for the web meanwhile.
local function settle(name, with)
    while true do
        local step = ask(name, with)
        local question = step.question
        if not question then return step end
        local answer = bodies[question.url](question)
        if type(answer) == "string" then answer = { body = answer } end
        ask("http_answer", { id = question.id, answer = answer or { status = 404 } })
    end
end

local hurried = false -- within sim:at_once
local function come_to_rest()
    if not hurried then settle("rest") end
end
-- Whether acts come to rest from now on; what held before.
local function hurry(on)
    local before = hurried
    hurried = on
    return before
end

local function look(target) return ask("sim", { target = target }) end
local function request(target, body)
    local answer = ask("sim", { target = target, body = body, act = true })
    come_to_rest()
    return answer
end

local function escaped(text)
    return (text:gsub("[^%w%-_.~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

local function bare(name) return (tostring(name):gsub("^#", "")) end

local function touch(name)
    for i, other in ipairs(touched) do
        if other == name then table.remove(touched, i) end
    end
    touched[#touched + 1] = name
end

local function where(options, default)
    local channel = options and options.channel
    channel = type(channel) == "table" and channel.name or channel or default
    return bare(channel)
end

local function act(what, with)
    with["do"] = what
    return request("/_sim/act", with)
end

local function name_of(user) return type(user) == "table" and user.name or user end

-- What exists on one platform alone.
local function discord_only(what)
    if spec.sim.platform ~= "discord" then
        spec.fail { message = what .. ": " .. spec.sim.platform ..
            " has no such thing; use say(\"!command ...\") there" }
    end
end

spec.ask, spec.settle, spec.look, spec.escaped, spec.act, spec.request = ask, settle, look, escaped, act, request
spec.come_to_rest, spec.hurry = come_to_rest, hurry
spec.touch, spec.where, spec.name_of, spec.bare, spec.discord_only = touch, where, name_of, bare, discord_only
