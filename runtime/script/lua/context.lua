-- What a handler of a command, a button, a menu or a form gets: who asked for what, and how to answer, the same
-- whether it came as a slash command, as a message or by a click.
local rookery, host = ...
local error, getmetatable, ipairs, pairs, setmetatable, tostring, type =
    error, debug.getmetatable, ipairs, pairs, setmetatable, tostring, type
local rawget = rawget

-- What a context is made of: { event, data, answers = how many calls were made, answered, replied, messages = ids of
-- what was sent, through = the parts of the form that has taken its place, holder = who waits for the answer }.
local OF = "\1of"

local function of(ctx, name)
    local found = type(ctx) == "table" and rawget(ctx, OF)
    if not found then error(name .. ": call it with a colon, on what the handler was given", 3) end
    return found
end
host.parts_of_context = of

-- Operations are made for the event of the context, wherever they are called: in another handler, or after this one.
local interactions = host.operations.interactions
local function answer(parts, verb, params)
    parts = parts.through or parts
    local operation = interactions[verb]
    local count = parts.answers
    -- What only looks takes no number: whether it is needed is not the same when the event comes again.
    if verb ~= "fetchReply" then parts.answers = count + 1 end
    host.begin_answer(parts.event, count, operation.number, params)
    return host.finish_call(operation, parts.data.guildId, host.result())
end
host.answer_context = answer

-- The one who caused the event has been told something.
local function told(parts)
    parts = parts.through or parts
    parts.answered = true
    if parts.holder then host.signal(parts.holder) end
end

local function note(parts, sent, ...)
    if type(sent) == "table" and sent.id then parts.messages[sent.id] = true end
    return sent, ...
end

-- A text, or a table of parameters, as a table of its own.
local function message_of(given, name)
    if type(given) == "string" or type(given) == "number" then return { content = tostring(given) } end
    if type(given) ~= "table" then error(name .. ": expected a text or a table, got " .. type(given), 3) end
    local params = {}
    for key, value in pairs(given) do params[key] = value end
    return params
end

host.message_of = message_of

local Context = {}

function Context:reply(message)
    local parts = of(self, "reply")
    local sent, problem, kind, details = answer(parts, "reply", message_of(message, "reply"))
    told(parts)
    -- The event comes for the second time: the answer stands there already.
    if not sent and kind == "exists" and not parts.replied then
        local there = answer(parts, "fetchReply", {})
        if there then sent, problem, kind, details = there, nil, nil, nil end
    end
    parts.replied = true
    return note(parts, sent, problem, kind, details)
end

function Context:followUp(message)
    local parts = of(self, "followUp")
    return note(parts, answer(parts, "followUp", message_of(message, "followUp")))
end

function Context:edit(message)
    local parts = of(self, "edit")
    local params = message_of(message, "edit")
    told(parts)
    parts.replied = true
    return note(parts, answer(parts, "editReply", params))
end

function Context:delete()
    return answer(of(self, "delete"), "deleteReply", {})
end

function Context:defer(options)
    local parts = of(self, "defer")
    if options ~= nil and type(options) ~= "table" then
        error("defer: expected a table, got " .. type(options), 2)
    end
    told(parts)
    return answer(parts, "defer", { ephemeral = options and options.ephemeral })
end

-- Ends the handler. Who asked in a message gets the answer where everybody else does.
function Context:fail(text)
    local parts = of(self, "fail")
    local params = message_of(text, "fail")
    if params.ephemeral == nil and parts.event.event == "interactionCreate" then params.ephemeral = true end
    host.leave_command()
    local sent, problem = answer(parts, "reply", params)
    if not sent then rookery.log.warn(tostring(self) .. ": could not answer: " .. tostring(problem)) end
    error(host.leave, 0)
end

function Context:t(key, vars)
    return rookery.i18n.t(of(self, "t").data.locale, key, vars)
end

-- What is asked of somebody (asking.lua), and pages (pager.lua).
local files = {
    confirm = "asking", choose = "asking", ask = "asking", form = "asking", presses = "asking", page = "pager",
}
local function load_method(name)
    local file = files[name]
    if not file then return nil end
    host.need(file)
    return Context[name]
end
host.context_methods = Context

local fields = {}
for _, name in ipairs({
    "kind", "command", "source", "locale", "prefix", "alias", "target", "options", "userId", "channelId", "guildId",
    "messageId", "focused", "typed",
}) do
    fields[name] = function(parts) return parts.data[name] end
end
function fields.event(parts) return parts.event end
function fields.bot(parts) return parts.event.bot end
function fields.guild(parts) return parts.event.guild end
function fields.channel(parts) return parts.event.channel or host.computed.channel(parts.event) end
function fields.user(parts)
    if parts.event.event == "interactionCreate" then return parts.event.user end
    return parts.event:get("author") or parts.event.user
end
function fields.member(parts)
    if parts.data.member then return parts.data.member end
    return parts.event:get("member")
end

-- What a press has besides: `action`, `component`, `state`, `values`, `fields`.
local Press = setmetatable({}, { __index = Context })
local press_fields = setmetatable({}, { __index = fields })
for _, name in ipairs({ "action", "component", "state", "values", "fields" }) do
    press_fields[name] = function(parts) return parts.data[name] end
end

-- Changes the message that has the component.
function Press:update(message)
    local parts = of(self, "update")
    local params = message_of(message, "update")
    told(parts)
    return answer(parts, "update", params)
end

function Press:deferUpdate()
    local parts = of(self, "deferUpdate")
    told(parts)
    return answer(parts, "deferUpdate", {})
end

-- The last change: without anything to press.
function Press:close(message)
    local parts = of(self, "close")
    local params = message == nil and {} or message_of(message, "close")
    params.components = {}
    told(parts)
    return answer(parts, "update", params)
end

local function known_names(what)
    local names = {}
    while what do
        for name in pairs(what) do names[name] = true end
        local meta = getmetatable(what)
        what = meta and meta.__index
    end
    for name in pairs(files) do names[name] = true end
    return names
end

local function refusal(what, key, names)
    if not host.nearest then host.run("nearest") end
    local near = host.nearest(key, names)
    return ("%s has no field '%s'%s"):format(what, key:sub(1, 60), near and ": did you mean '" .. near .. "'?" or "")
end

local function read_only() error("what a handler is given is read-only", 2) end

local function metatable_of(what, methods, getters)
    return {
        __metatable = false,
        __newindex = read_only,
        __index = function(ctx, key)
            local getter = getters[key]
            if getter then return getter(rawget(ctx, OF)) end
            local method = methods[key]
            if method then return method end
            if type(key) ~= "string" then return nil end
            method = load_method(key)
            if method then return method end
            local names = known_names(methods)
            for name in pairs(known_names(getters)) do names[name] = true end
            error(refusal(what, key, names), 2)
        end,
        __tostring = function(ctx)
            local data = rawget(ctx, OF).data
            return what .. " " .. tostring(data.command or data.action)
        end,
    }
end
local contexts = metatable_of("command", Context, fields)
local presses = metatable_of("press", Press, press_fields)

-- Objects that the core has found get the methods of what they are.
local shapes = { user = "User", member = "Member", role = "Role", channel = "Channel", attachment = "Attachment" }
local function dress(object, shape, guild)
    if type(object) == "table" and shape then host.dress(object, shape, guild) end
end

local function read_options(data, wanted)
    local names = {}
    for _, option in ipairs(wanted or {}) do
        if type(option) == "table" and option.name ~= nil then
            names[option.name] = true
            local value = data.options[option.name]
            if option.type == "mentionable" and type(value) == "table" then
                dress(value, shapes[value.type], data.guildId)
            else
                dress(value, shapes[option.type], data.guildId)
            end
        end
    end
    setmetatable(data.options, {
        __metatable = false,
        __index = function(_, key)
            if names[key] or type(key) ~= "string" then return nil end
            error(refusal("command " .. tostring(data.command), key, names):gsub("field", "option", 1), 2)
        end,
    })
end

-- `wanted`: the options as the script declared them.
function host.command_context(event, data, wanted)
    if not host.views_made then host.run("views") end
    data.options = data.options or {}
    read_options(data, wanted)
    dress(data.target, data.source == "message" and "Message" or "User", data.guildId)
    dress(data.member, "Member", data.guildId)
    return setmetatable({ [OF] = { event = event, data = data, answers = 0, messages = {} } }, contexts)
end

function host.press_context(event, data)
    if not host.views_made then host.run("views") end
    dress(data.member, "Member", data.guildId)
    return setmetatable({ [OF] = { event = event, data = data, answers = 0, messages = {} } }, presses)
end
