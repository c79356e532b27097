-- Serving: routes of HTTP, namespaces of Socket.IO, sessions of Engine.IO.
local _, host = ...
local error, next, setmetatable, tostring, type, unpack, pairs =
    error, next, setmetatable, tostring, type, unpack, pairs
local metatable_of = debug.getmetatable
local result, encode, decode = host.result, host.json_encode, host.json_decode

local server = {}

local function check(value, wanted, what, level)
    if type(value) ~= wanted then
        error(what .. " must be a " .. wanted .. ", got " .. type(value), (level or 1) + 2)
    end
end

-- Bytes among the arguments of an event. The host knows them by the mark.
local binary_meta = { ["\1binary"] = true, __metatable = false }
local function is_binary(value) return type(value) == "table" and metatable_of(value) == binary_meta end
function server.binary(data)
    check(data, "string", "rookery.server.binary: the argument")
    return setmetatable({ data = data }, binary_meta)
end
server.is_binary = is_binary

-- What came, with bytes in place of their placeholders. The host has bounded its depth.
local function restore(value, attachments)
    if type(value) ~= "table" then return value end
    if value._placeholder == true and type(value.num) == "number" then
        return setmetatable({ data = attachments[value.num + 1] }, binary_meta)
    end
    for key, one in next, value do value[key] = restore(one, attachments) end
    return value
end

-- Routes.
local request_methods = {}
function request_methods.json(request) return decode(request.body) end
local requests = { __index = request_methods, __metatable = false }

-- Status, content type, headers, body of what a handler returned.
local function answer(...)
    local status, body, headers = ...
    if type(status) ~= "number" then
        if status == nil and body ~= nil then error(tostring(body), 0) end
        status, body, headers = nil, status, body
    end
    if headers ~= nil then check(headers, "table", "a route's headers", 0) end
    if body == nil then return status or 204, "", headers, "" end
    if type(body) == "string" then return status or 200, "text/plain; charset=utf-8", headers, body end
    if type(body) == "table" then return status or 200, "application/json; charset=utf-8", headers, encode(body) end
    error("a route's handler returns a body (a string, or a table for JSON), or a status and a body, got " ..
        type(body), 0)
end

function server.route(method, pattern, options, run)
    if run == nil then options, run = nil, options end
    check(method, "string", "rookery.server.route: the method")
    check(pattern, "string", "rookery.server.route: the pattern")
    if options ~= nil then check(options, "table", "rookery.server.route: the options") end
    check(run, "function", "rookery.server.route: the handler")
    return host.server_route(method, pattern, options or {}, function(request)
        return answer(run(setmetatable(request, requests)))
    end, run)
end
server.off = host.server_off

-- Sockets and sessions; their numbers are out of the script's reach.
local numbers = setmetatable({}, { __mode = "k" })
local function number_of(socket, what)
    local number = numbers[socket]
    if not number then error(what .. ": expected a socket; call it with a colon", 3) end
    return number
end

local Socket, Session = {}, {}
local function tell(socket) return "socket: " .. tostring(socket.id) end
local socket_meta = { __index = Socket, __metatable = false, __tostring = tell }
local session_meta = { __index = Session, __metatable = false, __tostring = tell }

local function arguments_of(answer_of)
    if answer_of.n == 0 then return true end
    local list = answer_of.attachments and restore(answer_of.list, answer_of.attachments) or answer_of.list
    return unpack(list, 1, answer_of.n)
end
local function call(number, seconds, event, ...)
    host.begin_server_call(number, seconds, event, ...)
    local got, message, kind = result()
    if not got then return nil, message, kind end
    return arguments_of(got)
end

function Socket:emit(event, ...)
    local number = number_of(self, "socket:emit")
    check(event, "string", "socket:emit: the event")
    return host.server_emit(number, event, ...)
end
function Socket:call(event, ...)
    local number = number_of(self, "socket:call")
    check(event, "string", "socket:call: the event")
    return call(number, 10, event, ...)
end
function Socket:timeout(seconds)
    local number = number_of(self, "socket:timeout")
    check(seconds, "number", "socket:timeout: the time")
    return {
        call = function(_, event, ...)
            check(event, "string", "socket:call: the event")
            return call(number, seconds, event, ...)
        end,
    }
end
function Socket:join(room)
    local number = number_of(self, "socket:join")
    check(room, "string", "socket:join: the room")
    local joined, message, kind = host.server_join(number, room)
    if not joined then return nil, message, kind end
    self.rooms[room] = true
    return true
end
function Socket:leave(room)
    local number = number_of(self, "socket:leave")
    check(room, "string", "socket:leave: the room")
    self.rooms[room] = nil
    return host.server_leave(number, room)
end
function Socket:disconnect() return host.server_disconnect(number_of(self, "socket:disconnect")) end

function Session:send(text)
    local number = number_of(self, "session:send")
    check(text, "string", "session:send: the text")
    return host.server_send(number, text, false)
end
function Session:send_binary(data)
    local number = number_of(self, "session:send_binary")
    check(data, "string", "session:send_binary: the data")
    return host.server_send(number, data, true)
end
function Session:close() return host.server_disconnect(number_of(self, "session:close")) end

-- Whom an event of a namespace goes to.
local Target = {}
local targets = { __index = Target, __metatable = false }
local function extended(target, field, value)
    local copy = { namespace = target.namespace, rooms = target.rooms, sockets = target.sockets }
    local list = {}
    for i = 1, #(target[field] or {}) do list[i] = target[field][i] end
    list[#list + 1] = value
    copy[field] = list
    return setmetatable(copy, targets)
end
function Target:to(room)
    check(room, "string", "to: the room")
    return extended(self, "rooms", room)
end
function Target:except(socket) return extended(self, "sockets", number_of(socket, "except")) end
function Target:emit(event, ...)
    check(event, "string", "emit: the event")
    return host.server_broadcast(self.namespace.claim, self.rooms or {}, self.sockets or {}, event, ...)
end

local Namespace = {}
local namespaces = { __index = Namespace, __metatable = false }
local private = setmetatable({}, { __mode = "k" })
local function state_of(namespace, what)
    local state = private[namespace]
    if not state then error(what .. ": expected a namespace; call it with a colon", 3) end
    return state
end

local function handler(name, field)
    Namespace[name] = function(self, run)
        local state = state_of(self, "namespace:" .. name)
        check(run, "function", "namespace:" .. name .. ": the handler")
        state[field] = run
        return self
    end
end
handler("on_connect", "connect")
handler("on_disconnect", "disconnect")
handler("on_any", "any")
function Namespace:on(event, run)
    local state = state_of(self, "namespace:on")
    check(event, "string", "namespace:on: the event")
    check(run, "function", "namespace:on: the handler")
    state.handlers[event] = run
    return self
end
local function everybody(namespace, what)
    return setmetatable({ namespace = state_of(namespace, what) }, targets)
end
function Namespace:to(room) return everybody(self, "namespace:to"):to(room) end
function Namespace:except(socket) return everybody(self, "namespace:except"):except(socket) end
function Namespace:emit(event, ...) return everybody(self, "namespace:emit"):emit(event, ...) end
function Namespace:sockets()
    local list = {}
    for _, socket in pairs(state_of(self, "namespace:sockets").sockets) do list[#list + 1] = socket end
    return list
end
function Namespace:close() return host.server_off(state_of(self, "namespace:close").effect) end
function Socket:to(room)
    number_of(self, "socket:to")
    return self.namespace:to(room):except(self)
end

-- The socket as the script sees it, from what the host knows of it.
local function made(state, number, socket, meta)
    local rooms = {}
    for _, room in next, socket.rooms do rooms[room] = true end
    socket.rooms, socket.namespace, socket.data = rooms, state.object, {}
    numbers[socket] = number
    state.sockets[number] = setmetatable(socket, meta)
    return socket
end
local function gone(state, number)
    local socket = state.sockets[number]
    state.sockets[number] = nil
    return socket
end

-- Whether there was a handler, and what it returned, which is the acknowledgement.
local function event(state, number, name, list, count, attachments)
    local socket = state.sockets[number]
    local run = state.handlers[name]
    if not socket or not (run or state.any) then return end
    if attachments then list = restore(list, attachments) end
    if state.any then
        if not run then return true, state.any(socket, name, unpack(list, 1, count)) end
        state.any(socket, name, unpack(list, 1, count))
    end
    return true, run(socket, unpack(list, 1, count))
end

local function admitted(who, message, data)
    if not who then return false, message and tostring(message) or "Unauthorized", data end
    return true, who
end

function server.namespace(name, options)
    check(name, "string", "rookery.server.namespace: the name")
    if options ~= nil then check(options, "table", "rookery.server.namespace: the options") end
    local given, auth = {}, nil
    for key, value in next, options or {} do given[key] = value end
    if type(given.auth) == "function" then given.auth, auth = "own", given.auth end
    if options and options.auth == "own" then
        error('rookery.server.namespace: auth must be "key", "none" or a function', 2)
    end
    local state = { sockets = {}, handlers = {} }
    state.object = setmetatable({ name = name }, namespaces)
    private[state.object] = state
    state.effect, state.claim = host.server_open("namespace", name, given, function(kind, number, first, ...)
        if kind == "event" then return event(state, number, first, ...) end
        if kind == "connect" then
            local socket = made(state, number, first, socket_meta)
            if state.connect then state.connect(socket, socket.auth) end
        elseif kind == "left" then
            local socket = gone(state, number)
            if socket and state.disconnect then state.disconnect(socket, first) end
        else
            return admitted(auth(number.auth, number))
        end
    end, auth)
    return state.object
end

function server.engine(path, handlers)
    check(path, "string", "rookery.server.engine: the path")
    check(handlers, "table", "rookery.server.engine: the handlers")
    local known = { on_open = true, on_message = true, on_close = true }
    for name, run in next, handlers do
        if not known[name] then
            error("rookery.server.engine: there is no handler " .. tostring(name) ..
                "; there are on_open, on_message and on_close", 2)
        end
        check(run, "function", "rookery.server.engine: " .. name)
    end
    local state = { sockets = {} }
    local function told(kind, number, first, second)
        if kind == "connect" then
            local session = made(state, number, first, session_meta)
            session.namespace, session.rooms = nil, nil
            if handlers.on_open then handlers.on_open(session) end
        elseif kind == "left" then
            local session = gone(state, number)
            if session and handlers.on_close then handlers.on_close(session, first) end
        elseif state.sockets[number] and handlers.on_message then
            handlers.on_message(state.sockets[number], first, second)
        end
    end
    state.effect, state.claim = host.server_open("engine", path, { auth = "none" }, told, handlers.on_message)
    return { close = function() return host.server_off(state.effect) end, path = path }
end

return { server = server }
