-- User: what a person of the community can do.
local _, host = ...
local error, getmetatable, ipairs, math, next, pairs, setmetatable, tostring, type =
    error, getmetatable, ipairs, math, next, pairs, setmetatable, tostring, type
local concat = table.concat
local spec = host.spec
local ask, act, request, interact = spec.ask, spec.act, spec.request, spec.interact
local touch, where, discord_only = spec.touch, spec.where, spec.discord_only
local User, Message, Channel = spec.classes.User, spec.classes.Message, spec.classes.Channel

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

-- Sends the form that is shown to this user: the newest, or the one of that title.
function User:submit(form, fields)
    discord_only("submit")
    if type(form) == "table" then form, fields = nil, form end
    return interact({ kind = "submit", custom_id = form, user = self.name, fields = next(fields or {}) and fields },
        "general", self.name)
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
