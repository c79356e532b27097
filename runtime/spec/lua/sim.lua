-- Sim: the community and the clock of a case.
local _, host = ...
local error, ipairs, math, next, pcall, setmetatable, tonumber, tostring, type =
    error, ipairs, math, next, pcall, setmetatable, tonumber, tostring, type
local concat = table.concat
local spec = host.spec
local ask, act, settle, look, request = spec.ask, spec.act, spec.settle, spec.look, spec.request
local Sim, User, Channel = spec.classes.Sim, spec.classes.User, spec.classes.Channel

local function seconds_of(what)
    if type(what) == "number" then return what end
    local units = { ms = 0.001, s = 1, m = 60, h = 3600, d = 86400, w = 604800 }
    local sum, rest = 0, tostring(what):lower()
    while true do
        local number, unit, more = rest:match("^%s*(%d+%.?%d*)%s*(%a+)(.*)$")
        if not number then break end
        local size = units[unit] or units[unit:sub(1, 1)]
        if not size then break end
        sum, rest = sum + tonumber(number) * size, more
    end
    if rest:match("%S") or not tostring(what):match("%d") then
        error("advance: expected a duration such as \"2h\", got \"" .. tostring(what) .. "\"", 3)
    end
    return sum
end

-- user(name, { roles = { "Moderators" }, permissions = { "manageMessages" } }); whoever is not there joins.
function Sim:user(name, options)
    if type(name) ~= "string" then error("sim:user: expected a name, got " .. type(name), 2) end
    local user = setmetatable({ name = name }, User):fill()
    if not user.id then user:join() end
    options = options or {}
    for _, role in ipairs(options.roles or {}) do
        self:role { name = role }
        user:add_role(role)
    end
    if options.permissions then
        local role = "may " .. concat(options.permissions, " ")
        self:role { name = role, permissions = options.permissions }
        user:add_role(role)
    end
    return user
end

-- role("Name") finds; role { name =, permissions = { ... }, position = } makes it where there is none.
function Sim:role(what)
    if type(what) == "string" then return ask("role", { role = what }).role end
    local found = ask("role", { role = what.name }).role
    if found then return found end
    act("role_create", { name = what.name, position = what.position,
        permissions = what.permissions and ask("permissions", { names = what.permissions }).bits or nil })
    return ask("role", { role = what.name }).role
end

function Sim:channel(name)
    local channel = setmetatable({ name = spec.bare(name) }, Channel)
    spec.touch(channel.name)
    return channel
end
-- What the bot and somebody have written to one another.
function Sim:dm(user) return self:channel("@" .. spec.name_of(user)) end

function Sim:advance(duration)
    settle("advance", { ms = math.floor(seconds_of(duration) * 1000 + 0.5) })
    return self
end
function Sim:now() return ask("now").seconds end
function Sim:rest()
    settle("rest")
    return self
end

-- Acts that do not wait for what comes of the ones before them: what people do while something is under way. What
-- `await` gives is the first truth that its function has; it looks again and again.
function Sim:at_once(acts)
    local before = spec.hurry(true)
    local function await(look_for)
        while true do
            local found = look_for()
            if found then return found end
            ask("pause")
        end
    end
    local fine, problem = pcall(acts, await)
    spec.hurry(before)
    if not fine then error(problem, 0) end
    spec.come_to_rest()
    return self
end

-- What extensions get when they ask for that address: a table {status, body, headers, error}, a text, or a
-- function of the request that gives one of these.
function Sim:http(url, answer)
    if type(answer) == "string" then answer = { body = answer } end
    spec.bodies[url] = type(answer) == "function" and answer or nil
    ask("http", { url = url, answer = type(answer) == "table" and answer or nil })
    return self
end
function Sim:requests() return ask("requests").requests end

function Sim:restart() return self, settle("again", { how = "restart" }) and settle("rest"), ask("check") end
function Sim:crash() return self, settle("again", { how = "crash" }) and settle("rest"), ask("check") end
function Sim:reload(name)
    local lines = ask("reload", { name = name or "" }).lines
    settle("rest")
    return lines
end

function Sim:log(text)
    local out = {}
    for _, line in ipairs(ask("log").lines) do
        if not text or line:find(text, 1, true) then out[#out + 1] = line end
    end
    return out
end
-- What the bot asked the platform for, oldest first: { method, path, status, text }.
function Sim:calls(text)
    local out = {}
    for _, entry in ipairs(look("/_sim/log?kind=rest&limit=20000")) do
        local method, path = tostring(entry.text):match("^(%u+) (%S+)")
        local call = { method = method, path = path, status = entry.number, text = entry.text }
        if not text or tostring(entry.text):find(text, 1, true) then out[#out + 1] = call end
    end
    return out
end
function Sim:act(what, with) return act(what, with or {}) end
function Sim:fault(kind, with)
    with = with or {}
    with.kind = kind
    return request("/_sim/fault", with)
end
function Sim:state() return look("/_sim/state") end

function spec.open(options)
    local sim = setmetatable({}, Sim)
    spec.sim = sim
    sim.platform = ask("open", { options = next(options) and options or nil }).platform
    settle("rest")
    ask("check")
    spec.look_at_people()
    sim.bot = setmetatable({ name = spec.bot_name, id = nil }, User):fill()
    return sim
end
