-- sim: the community and the clock of a case.
local _, host = ...
local error, getmetatable, ipairs, pairs, pcall, setmetatable, tonumber, tostring, type =
    error, getmetatable, ipairs, pairs, pcall, setmetatable, tonumber, tostring, type
local concat = table.concat
local spec = host.spec

local Sim, User, Channel, Message = {}, {}, {}, {}
for _, class in ipairs { Sim, User, Channel, Message } do class.__index = class end
spec.classes = { User = User, Channel = Channel, Message = Message }

local sim
local bodies = {} -- url -> function that answers it
local touched = {} -- names of the channels that were written in or looked at, newest last

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

local function look(target) return ask("sim", { target = target }) end
local function request(target, body)
    local answer = ask("sim", { target = target, body = body, act = true })
    come_to_rest()
    return answer
end

local function escaped(text)
    return (text:gsub("[^%w%-_.~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

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

local function bare(name) return (tostring(name):gsub("^#", "")) end

local function touch(name)
    for i, other in ipairs(touched) do
        if other == name then table.remove(touched, i) end
    end
    touched[#touched + 1] = name
end

---------------------------------------------------------------------------------------------- messages

-- WhatsApp's messages say in their key whose they are.
local function key_of(raw) return type(raw.key) == "table" and raw.key or nil end
local function id_of(raw)
    local key = key_of(raw)
    return tostring(raw.id or raw._id or (key and key.id))
end
local function author_of(raw)
    local key = key_of(raw)
    if key and key.fromMe then return spec.bot_name or "bot" end
    if key then return raw.pushName or (spec.people and spec.people[key.participant]) or tostring(key.participant) end
    local author = raw.author
    if type(author) == "table" then return author.username or author.name or author.id or "?" end
    return (spec.people and spec.people[author]) or raw.authorName or tostring(author or raw.createdBy or "?")
end

-- All of a message that people can read.
local function text_of(raw)
    local out = { raw.content or "" }
    for _, embed in ipairs(raw.embeds or {}) do
        for _, key in ipairs { "title", "description", "url" } do
            if type(embed[key]) == "string" then out[#out + 1] = embed[key] end
        end
        for _, field in ipairs(embed.fields or {}) do out[#out + 1] = field.name .. ": " .. field.value end
        if type(embed.footer) == "table" then out[#out + 1] = embed.footer.text end
        if type(embed.author) == "table" then out[#out + 1] = embed.author.name end
    end
    local function walk(parts)
        for _, part in ipairs(parts or {}) do
            if part.type == 10 then out[#out + 1] = part.content end
            walk(part.components)
        end
    end
    walk(raw.components)
    return concat(out, "\n")
end

-- {label, custom_id, type, disabled, options?} of all that can be used in a message or a form.
local function parts_of(components, list)
    list = list or {}
    for _, part in ipairs(components or {}) do
        if part.custom_id or part.url then list[#list + 1] = part end
        parts_of(part.components, list)
        if type(part.component) == "table" then parts_of({ part.component }, list) end
        if type(part.accessory) == "table" then parts_of({ part.accessory }, list) end
    end
    return list
end

local function shown(raw)
    local out = { (author_of(raw) .. ": " .. text_of(raw)):gsub("\n", "\n        "), nil }
    out = { out[1] }
    for _, part in ipairs(parts_of(raw.components)) do
        out[#out + 1] = "[" .. tostring(part.label or part.placeholder or part.custom_id or part.url) ..
            (part.disabled and " (disabled)" or "") .. "]"
    end
    for _, file in ipairs(raw.attachments or {}) do
        out[#out + 1] = "<file " .. tostring(type(file) == "table" and (file.filename or file.name) or file) .. ">"
    end
    for _, reaction in ipairs(type(raw.reactions) == "table" and raw.reactions or {}) do
        if type(reaction) == "table" and reaction.emoji then
            out[#out + 1] = (reaction.emoji.name or "?") .. " " .. tostring(reaction.count or 1)
        end
    end
    if spec.is_private(raw) then out[#out + 1] = "(only for the one who asked)" end
    return concat(out, "  ")
end
function spec.is_private(raw)
    local flags = tonumber(raw.flags) or 0
    return flags % 128 >= 64
end
spec.text_of, spec.shown, spec.parts_of, spec.author_of = text_of, shown, parts_of, author_of

local function message_of(raw, channel, user)
    for _, file in ipairs(raw.attachments or {}) do
        if type(file) == "table" then file.name = file.name or file.filename end
    end
    local message = setmetatable({ raw = raw, channel = channel, user = user }, Message)
    for key, value in pairs(raw) do
        if message[key] == nil then message[key] = value end
    end
    message.id = id_of(raw)
    message.text = text_of(raw)
    return message
end

-- The message as it is now; nil when it is gone.
function Message:now()
    if self.token then
        local messages = self:answers()
        return messages[1]
    end
    for _, raw in ipairs(look("/_sim/messages?channel=" .. escaped(self.channel))) do
        if id_of(raw) == self.id then return message_of(raw, self.channel, self.user) end
    end
end

-- What came after it from the bot, in its channel: the last.
function Message:answer()
    local found
    local seen = false
    for _, raw in ipairs(look("/_sim/messages?channel=" .. escaped(self.channel))) do
        if seen and spec.is_bot(raw) then found = raw end
        seen = seen or id_of(raw) == self.id
    end
    return found and message_of(found, self.channel, self.user)
end

local function name_of(user) return type(user) == "table" and user.name or user end

local function part_named(parts, wanted)
    for _, part in ipairs(parts) do
        if part.label == wanted or part.placeholder == wanted or part.custom_id == wanted then return part end
    end
    for _, part in ipairs(parts) do
        if part.custom_id and ask("action", { id = part.custom_id }).action == wanted then return part end
    end
    for _, part in ipairs(parts) do
        if type(part.emoji) == "table" and part.emoji.name == wanted then return part end
    end
end

local function interact(body, channel, user)
    body.wait = false
    local token = ask("sim", { target = "/_sim/interact", body = body, act = true }).token
    come_to_rest()
    local answer = setmetatable({ token = token, channel = channel, user = user }, Message)
    answer:refresh()
    return answer
end

-- Of an answer to an interaction: {answered, deferred, messages, choices, modal}.
function Message:refresh()
    local raw = look("/_sim/interaction?token=" .. escaped(self.token))
    self.answered, self.deferred, self.modal, self.choices = raw.answered, raw.deferred, raw.modal, raw.choices
    self.raw = raw.messages and raw.messages[1]
    self.messages = raw.messages
    if self.raw then
        self.id, self.text, self.content = self.raw.id, text_of(self.raw), self.raw.content
        self.embeds, self.components = self.raw.embeds, self.raw.components
    end
    return self
end

-- All messages of an answer, the first one and what followed.
function Message:answers()
    if not self.token then return { self:now() } end
    self:refresh()
    local out = {}
    for i, raw in ipairs(self.messages or {}) do out[i] = message_of(raw, self.channel, self.user) end
    return out
end

local function use(message, wanted, values, options)
    options = options or {}
    local user = name_of(options.user or message.user or "alice")
    local now = message:now()
    if not now then spec.fail { message = "there is no message to use \"" .. tostring(wanted) .. "\" of" } end
    local part = part_named(parts_of(now.raw.components), wanted)
    if not part then
        if sim.platform ~= "discord" then
            return sim:user(user):say(tostring(values and values[1] or wanted), { channel = message.channel })
        end
        local names = {}
        for _, other in ipairs(parts_of(now.raw.components)) do
            names[#names + 1] = tostring(other.label or other.placeholder or other.custom_id)
        end
        spec.fail { message = ("the message has no \"%s\"; it has: %s\ngot: %s"):format(tostring(wanted),
            #names > 0 and concat(names, ", ") or "nothing to use", shown(now.raw)) }
    end
    return interact({ kind = "click", message = now.id, custom_id = part.custom_id, user = user, values = values },
        message.channel, user)
end

function Message:click(wanted, options) return use(self, wanted, nil, options) end
function Message:select(wanted, values, options)
    local out = {}
    for i, value in ipairs(type(values) == "table" and values[1] ~= nil and values or { values }) do
        out[i] = type(value) == "table" and (value.name or value.id) or tostring(value)
    end
    return use(self, wanted, out, options)
end

-- Sends the form that this answer has opened.
function Message:submit(fields, options)
    if not self.modal then spec.fail { message = "no form has been opened" } end
    local user = name_of((options or {}).user or self.user)
    local out = {}
    for key, value in pairs(fields or {}) do
        local part = part_named(parts_of(self.modal.components), key)
        if not part then spec.fail { message = "the form has no field \"" .. tostring(key) .. "\"" } end
        out[part.custom_id] = value
    end
    return interact({ kind = "submit", custom_id = self.modal.custom_id, user = user, fields = next(out) and out },
        self.channel, user)
end

---------------------------------------------------------------------------------------------- channels

function Channel:messages()
    local raw = look("/_sim/messages?channel=" .. escaped(self.name))
    local out = {}
    for i, message in ipairs(raw) do out[i] = message_of(message, self.name) end
    return out
end
-- Without what only one of them sees.
function Channel:public()
    local out = {}
    for _, message in ipairs(self:messages()) do
        if not spec.is_private(message.raw) then out[#out + 1] = message end
    end
    return out
end
function Channel:last()
    local all = self:public()
    return all[#all]
end
function Channel:exists()
    local answer, problem = host.ask("sim", { target = "/_sim/messages?channel=" .. escaped(self.name) })
    return answer ~= nil and problem == nil
end

local function transcript_of(name)
    local raw = host.ask("sim", { target = "/_sim/messages?channel=" .. escaped(name) })
    if not raw then return nil end
    local out = { (name:match("^@") and "direct messages with " .. name or "#" .. name) ..
        (#raw == 0 and ": nothing was written" or ":") }
    for i = math.max(1, #raw - 14), #raw do out[#out + 1] = "    " .. shown(raw[i]) end
    return concat(out, "\n")
end
spec.transcript_of = transcript_of
function spec.transcript() return #touched > 0 and sim and transcript_of(touched[#touched]) or nil end

---------------------------------------------------------------------------------------------- people

local function where(options, default)
    local channel = options and options.channel
    channel = type(channel) == "table" and channel.name or channel or default
    return bare(channel)
end

local function act(what, with)
    with["do"] = what
    return request("/_sim/act", with)
end

-- say("text"), say("#channel", "text"), say("text", { channel = })
function User:say(first, second)
    local text, options = first, second
    if type(second) == "string" then text, options = second, { channel = first } end
    if type(first) == "table" and getmetatable(first) == Channel then options = { channel = first } end
    if type(text) ~= "string" then error("say: expected a text, got " .. type(text), 2) end
    options = options or {}
    local channel = where(options, "general")
    touch(channel)
    if channel:match("^@") then return self:dm(text) end
    local made
    if options.reply_to or options.extra then
        local to = options.reply_to
        made = act("write", { user = self.name, channel = channel, text = text, extra = options.extra,
            reply_to = type(to) == "table" and to.id or to })
        made = { message = made.id }
    else
        made = request("/_sim/say", { user = self.name, channel = channel, text = text, timeout_ms = 0 })
    end
    return setmetatable({ id = tostring(made.message), channel = channel, user = self.name, text = text,
        content = text }, Message)
end

function User:dm(text)
    local made = act("dm", { user = self.name, text = text })
    touch("@" .. self.name)
    return setmetatable({ id = made.id, channel = "@" .. self.name, user = self.name, text = text, content = text },
        Message)
end

local function word(value)
    if type(value) == "table" then value = value.name or value.id end
    local text = tostring(value)
    if type(value) == "number" and value == math.floor(value) then text = ("%.0f"):format(value) end
    return '"' .. text:gsub('([\\"])', "\\%1") .. '"'
end

local function command_line(name, options)
    local parts = { "/" .. name }
    for key, value in pairs(options or {}) do parts[#parts + 1] = key .. ":" .. word(value) end
    return parts
end

local function discord_only(what)
    if sim.platform ~= "discord" then
        spec.fail { message = what .. ": " .. sim.platform .. " has no such thing; use say(\"!command ...\") there" }
    end
end

-- A slash, user or message command; `target` of the latter two.
function User:slash(name, options, more)
    discord_only("slash")
    more = more or {}
    local channel = where(more, "general")
    touch(channel)
    local target = more.target
    return interact({ kind = "slash", user = self.name, channel = channel == "@" .. self.name and "dm" or channel,
        text = concat(command_line(name, options), " "),
        target = target and (type(target) == "table" and (getmetatable(target) == User and target.name or target.id) or
            target) or nil }, channel, self.name)
end

-- The choices for what has been typed of an option: a list of {name, value}.
function User:complete(name, option, typed, options, more)
    discord_only("complete")
    local parts = command_line(name, options)
    parts[#parts + 1] = option .. ":" .. word(typed or "")
    local answer = interact({ kind = "complete", user = self.name, channel = where(more, "general"),
        text = concat(parts, " ") }, "general", self.name)
    return answer.choices or {}
end

local function on_message(user, what, message, with)
    with.user, with.channel, with.message = user.name, message.channel, message.id
    return act(what, with)
end
function User:react(message, emoji) return on_message(self, "react", message, { emoji = emoji }) end
function User:unreact(message, emoji) return on_message(self, "unreact", message, { emoji = emoji }) end
function User:edit(message, text) return on_message(self, "edit", message, { text = text }) end
function User:delete(message) return on_message(self, "delete", message, {}) end
function User:join()
    act("join", { user = self.name })
    self.id = nil
    return self:fill()
end
function User:leave() act("leave", { user = self.name }) end
function User:nick(name) act("nick", { user = self.name, nick = name }) end
function User:add_role(name) act("role", { user = self.name, role = type(name) == "table" and name.name or name }) end
function User:remove_role(name)
    act("role", { user = self.name, role = type(name) == "table" and name.name or name, add = false })
end

-- The member as the platform has it; nil when somebody is none.
function User:member()
    return ask("member", { user = self.name }).member
end
function User:has_role(name)
    local member = self:member()
    for _, role in ipairs(member and member.roles or {}) do
        if role == name or (type(role) == "table" and (role.name == name or role.id == name)) then return true end
    end
    local role = ask("role", { role = name }).role
    for _, id in ipairs(member and member.roles or {}) do
        if role and id == role.id then return true end
    end
    return false
end
function User:fill()
    local people = spec.look_at_people()
    self.id = people[self.name]
    return self
end

---------------------------------------------------------------------------------------------- sim

-- Ids by name, and names by id in spec.people.
function spec.look_at_people()
    local state = look("/_sim/state")
    local ids = {}
    spec.people, spec.bots = {}, {}
    for _, guild in ipairs(state.guilds or {}) do
        for _, member in ipairs(guild.members or {}) do
            ids[member.name] = tostring(member.id)
            spec.people[tostring(member.id)] = member.name
        end
    end
    for _, bot in ipairs(state.bots or {}) do
        spec.bots[tostring(bot.id)] = true
        spec.bot_name = spec.bot_name or bot.name
        spec.people[tostring(bot.id)] = bot.name
    end
    return ids
end
function spec.is_bot(raw)
    if not spec.bots then spec.look_at_people() end
    local key = key_of(raw)
    if key then return key.fromMe == true end
    local author = raw.author
    local id = type(author) == "table" and (author.id or author._id) or author or raw.createdBy
    return (type(author) == "table" and author.bot == true) or spec.bots[tostring(id)] == true
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
    local channel = setmetatable({ name = bare(name) }, Channel)
    touch(channel.name)
    return channel
end
-- What the bot and somebody have written to one another.
function Sim:dm(user) return self:channel("@" .. name_of(user)) end

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
    local before = hurried
    hurried = true
    local function await(look_for)
        while true do
            local found = look_for()
            if found then return found end
            ask("pause")
        end
    end
    local fine, problem = pcall(acts, await)
    hurried = before
    if not fine then error(problem, 0) end
    come_to_rest()
    return self
end

-- What extensions get when they ask for that address: a table {status, body, headers, error}, a text, or a
-- function of the request that gives one of these.
function Sim:http(url, answer)
    if type(answer) == "string" then answer = { body = answer } end
    bodies[url] = type(answer) == "function" and answer or nil
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
    sim = setmetatable({}, Sim)
    sim.platform = ask("open", { options = next(options) and options or nil }).platform
    settle("rest")
    ask("check")
    spec.look_at_people()
    sim.bot = setmetatable({ name = spec.bot_name, id = nil }, User):fill()
    return sim
end
