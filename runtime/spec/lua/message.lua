-- Message: one of a channel, or the answer to what somebody has used.
local _, host = ...
local ipairs, next, pairs, setmetatable, tostring, type = ipairs, next, pairs, setmetatable, tostring, type
local concat = table.concat
local spec = host.spec
local ask, look, escaped, name_of = spec.ask, spec.look, spec.escaped, spec.name_of
local id_of, text_of, parts_of, shown = spec.id_of, spec.text_of, spec.parts_of, spec.shown
local Message = spec.classes.Message

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
    spec.come_to_rest()
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
        if spec.sim.platform ~= "discord" then
            return spec.sim:user(user):say(tostring(values and values[1] or wanted), { channel = message.channel })
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

spec.message_of, spec.interact = message_of, interact
