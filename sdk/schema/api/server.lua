-- Serving: routes below /api/plugins/NAME, namespaces of Socket.IO, sessions of Engine.IO. There where the configuration
-- has [server]; without it the calls raise. What is registered goes with the script; a reload goes over from one version
-- to the next in one step: requests under way are answered by the old one, sockets stay. Since 1.3.

---@class rookery.server
rookery.server = {}

---Who asks, with a key.
---@class rookery.server.Key
---@field id string
---@field name string
---@field scopes string[]
---@field guilds? string[] Those that it is restricted to; nil: none. To heed them is the handler's affair.

---@class rookery.server.Request
---@field id string Of the answer's X-Request-Id, and in the log.
---@field method string
---@field path string Below the script's prefix: "/items/5".
---@field params table<string, string> Of the pattern: id = "5"; ["*"] for the rest of the path.
---@field query table<string, string> Of a name that comes twice, the last.
---@field headers table<string, string> Names in lower case. The key is not among them.
---@field body string
---@field peer string The client's address.
---@field secure boolean Whether it came over TLS.
---@field key? rookery.server.Key Nil where none is asked for.
local request

---The body as JSON; nil and the reason when it is none.
---@return any? value
---@return string? message
function request:json() end

---@class rookery.server.RouteOptions
---@field auth? "key"|"none" "key" unless given.
---@field scope? string That the key must have: "plugin:NAME" unless given.
---@field body_limit? integer Bytes of body: 1 MiB unless given, 16 MiB at most. More is answered with 413.
---@field timeout? number Seconds until the client gets 504: 30 unless given, 300 at most.
---@field doc? string A line for people.

---A handler of requests. It may wait. It returns a body, or a status, a body and headers: a table is sent as JSON, a
---string as text, nothing as 204. An error, or nil and a message, is answered with 500 and goes to the log.
---@alias rookery.server.Handler fun(request: rookery.server.Request): any, any, table<string, string>?

---Answers requests to /api/plugins/NAME followed by the pattern: literal segments, `:name`, and `*` at the end for the
---rest. Of two patterns the one that says more about a path is taken. 128 handlers run at a time, 1,024 requests wait;
---more are answered with 503. Raises: exists (the same pattern twice, or a plugin of the same name).
---@param method "GET"|"POST"|"PUT"|"PATCH"|"DELETE" HEAD comes as GET.
---@param pattern string "/items/:id"
---@param options rookery.server.RouteOptions
---@param handler rookery.server.Handler
---@return integer id For rookery.server.off.
---@overload fun(method: string, pattern: string, handler: rookery.server.Handler): integer
function rookery.server.route(method, pattern, options, handler) end

---Ends a route.
---@param id integer
---@return boolean there_was_one
function rookery.server.off(id) end

---Bytes, as an argument of an event: the client gets them as binary data. What a client sends as binary data comes as one.
---@class rookery.server.Binary
---@field data string

---@param data string
---@return rookery.server.Binary
function rookery.server.binary(data) end

---@param value any
---@return boolean
function rookery.server.is_binary(value) end

---One client in a namespace.
---@class rookery.server.Socket
---@field id string The client's socket.id.
---@field namespace rookery.server.Namespace
---@field auth table What the client gave as `auth`.
---@field who? any What the namespace's own check returned for it.
---@field key? rookery.server.Key
---@field data table The script's own; empty in each version of the script.
---@field rooms table<string, true> That it is in.
---@field query table<string, string>
---@field headers table<string, string>
---@field peer string
---@field secure boolean
---@field recovered boolean It has taken up a lost connection: its rooms are those of before.
---@field kept boolean It was there with the version of the script before this one.
local socket

---Sends an event. Nil, message, kind when the socket has left (stale) or too much waits to be sent (limit: 16 MiB).
---@param event string
---@param ... any
---@return true? sent
---@return string? message
---@return string? kind
function socket:emit(event, ...) end

---Sends an event and waits for the acknowledgement, 10 seconds or as :timeout() says: its values, or true when it has none.
---Failures: timeout, cancelled (it left), stale, limit.
---@param event string
---@param ... any
---@return any ...
function socket:call(event, ...) end

---`socket:timeout(5):call("ask")`.
---@param seconds number
---@return { call: fun(self: table, event: string, ...: any): any }
function socket:timeout(seconds) end

---@param room string
---@return true? joined
---@return string? message
---@return string? kind
function socket:join(room) end

---@param room string
function socket:leave(room) end

---To the others in the room.
---@param room string
---@return rookery.server.Target
function socket:to(room) end

---Sends the client away from the namespace.
function socket:disconnect() end

---Whom an event goes to.
---@class rookery.server.Target
local target

---Those in the room, too.
---@param room string
---@return rookery.server.Target
function target:to(room) end

---@param who rookery.server.Socket
---@return rookery.server.Target
function target:except(who) end

---Encoded once, however many it goes to.
---@param event string
---@param ... any
---@return true? sent
---@return string? message
---@return string? kind
function target:emit(event, ...) end

---@class rookery.server.Namespace: rookery.server.Target
---@field name string
local namespace

---First of all for each socket; after a reload for those that are there, with `kept`.
---@param handler fun(socket: rookery.server.Socket, auth: table)
---@return rookery.server.Namespace
function namespace:on_connect(handler) end

---One handler for each event. What it returns is the acknowledgement, where the client has asked for one. It may wait.
---@param event string
---@param handler fun(socket: rookery.server.Socket, ...: any): any
---@return rookery.server.Namespace
function namespace:on(event, handler) end

---Every event, before its own handler; what it returns counts where that has none.
---@param handler fun(socket: rookery.server.Socket, event: string, ...: any): any
---@return rookery.server.Namespace
function namespace:on_any(handler) end

---@param handler fun(socket: rookery.server.Socket, reason: string)
---@return rookery.server.Namespace
function namespace:on_disconnect(handler) end

---The sockets that are there.
---@return rookery.server.Socket[]
function namespace:sockets() end

---Its sockets leave.
function namespace:close() end

---@class rookery.server.Handshake
---@field auth table
---@field query table<string, string>
---@field headers table<string, string>
---@field peer string
---@field secure boolean

---@class rookery.server.NamespaceOptions
---@field auth? "key"|"none"|fun(auth: table, handshake: rookery.server.Handshake): any, string?, table? "key" unless given:
---the client gives it as `apiKey` or `token`. A function returns who it is (kept as `socket.who`), or nil, the text of
---`connect_error`, and its data.
---@field scope? string That the key must have: "plugin:NAME" unless given.
---@field recovery? boolean Events carry an offset, and a lost connection can be taken up again, where [server.socketio] has it.

---Opens a namespace of Socket.IO that nobody else has: `io("http://host:3000/custom")`. Raises: exists (names who has it; one
---of the server's own can be turned off in [server.namespaces]).
---@param name string "/custom"
---@param options? rookery.server.NamespaceOptions
---@return rookery.server.Namespace
function rookery.server.namespace(name, options) end

---One client of a path of Engine.IO.
---@class rookery.server.Session
---@field id string
---@field data table The script's own.
---@field query table<string, string>
---@field headers table<string, string>
---@field peer string
---@field secure boolean
---@field kept boolean
local session

---@param text string
---@return true? sent
---@return string? message
---@return string? kind
function session:send(text) end

---@param data string
---@return true? sent
---@return string? message
---@return string? kind
function session:send_binary(data) end

function session:close() end

---@class rookery.server.EngineHandlers
---@field on_open? fun(session: rookery.server.Session)
---@field on_message? fun(session: rookery.server.Session, data: string, binary: boolean)
---@field on_close? fun(session: rookery.server.Session, reason: string)

---Serves bare sessions of Engine.IO at a path of the script's own. No key is asked for. Raises as rookery.server.namespace.
---@param path string "/engine.io/"
---@param handlers rookery.server.EngineHandlers
---@return { path: string, close: fun() }
function rookery.server.engine(path, handlers) end
