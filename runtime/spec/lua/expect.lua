-- expect(x): what is wanted of a channel, a message, an answer or any value.
local _, host, env = ...
local error, getmetatable, ipairs, pairs, setmetatable, tostring, type =
    error, getmetatable, ipairs, pairs, setmetatable, tostring, type
local concat = table.concat
local spec = host.spec
local classes = spec.classes

local function quoted(value)
    if type(value) == "string" then return '"' .. value .. '"' end
    if type(value) ~= "table" then return tostring(value) end
    if getmetatable(value) == classes.User then return value.name end
    local keys, parts = {}, {}
    for key in pairs(value) do keys[#keys + 1] = key end
    table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    for i, key in ipairs(keys) do
        if i > 12 then
            parts[#parts + 1] = "..."
            break
        end
        local shown = type(value[key]) == "table" and "{...}" or quoted(value[key])
        parts[#parts + 1] = type(key) == "number" and shown or tostring(key) .. " = " .. shown
    end
    return "{ " .. concat(parts, ", ") .. " }"
end

local function same(a, b)
    if type(a) ~= "table" or type(b) ~= "table" then return a == b end
    for key, value in pairs(a) do
        if not same(value, b[key]) then return false end
    end
    for key in pairs(b) do
        if a[key] == nil then return false end
    end
    return true
end

local Expect = {}
Expect.__index = Expect

function env.expect(...)
    if select("#", ...) == 0 then error("expect: nothing is given", 2) end
    return setmetatable({ subject = (...), which = "any" }, Expect)
end

local function is_message(subject) return getmetatable(subject) == classes.Message end
local function is_channel(subject) return getmetatable(subject) == classes.Channel end

-- The messages that are meant, and what they are called.
local function meant(self)
    local subject = self.subject
    if is_message(subject) then
        if subject.token then return subject:answers(), "the answer" end
        local now = subject:now()
        return { now }, "the message"
    end
    local all, name = subject:public(), (subject.name:match("^@") and "" or "#") .. subject.name
    if self.which == "any" then return all, "a message of " .. name end
    local from = {}
    for _, message in ipairs(all) do
        if not self.of_bot or spec.is_bot(message.raw) then from[#from + 1] = message end
    end
    if self.which == "first" then return { from[1] }, "the first message of " .. name end
    local back = self.back or 1
    return { from[#from - back + 1] },
        (back == 1 and "the newest message" or "message " .. back .. " from the end") ..
        (self.of_bot and " of the bot" or "") .. " of " .. name
end

local function got_of(messages)
    if #messages == 0 then return "no message" end
    local last = messages[#messages]
    return spec.shown(last.raw)
end

local function transcript(self)
    local subject = self.subject
    return spec.transcript_of(is_channel(subject) and subject.name or subject.channel)
end

-- Any of the messages that are meant must fit, or with no() none of them.
local function check(self, wanted, fits)
    local messages, name = meant(self)
    local any = false
    for _, message in ipairs(messages) do any = any or fits(message) end
    if any ~= not self.negated then
        local subject = self.subject
        local got = got_of(messages)
        if #messages == 0 and is_message(subject) and subject.token then
            got = subject.modal and "a form: " .. tostring(subject.modal.title)
                or subject.deferred and "it was deferred, and nothing came" or "no answer"
        end
        spec.fail { message = ("expected %s %sto %s\ngot: %s"):format(name, self.negated and "not " or "", wanted, got),
            transcript = transcript(self) }
    end
    return self
end

local function check_value(self, wanted, fits)
    if (fits and true or false) ~= not self.negated then
        spec.fail { message = ("expected %s%s\ngot: %s"):format(self.negated and "not " or "", wanted,
            quoted(self.subject)) }
    end
    return self
end

local function on_messages(subject) return is_message(subject) or is_channel(subject) end
local function needs_messages(self, what)
    if not on_messages(self.subject) then
        error("expect: " .. what .. " is for channels, messages and answers, not for " .. quoted(self.subject), 3)
    end
end

-- Which message: the newest (or the n-th from the end), the first, the newest of the bot.
function Expect:last(back)
    if type(self.subject) == "table" and not on_messages(self.subject) then
        self.subject = self.subject[#self.subject - (back or 1) + 1]
        return self
    end
    needs_messages(self, "last")
    self.which, self.back = "last", back
    return self
end
function Expect:first()
    if type(self.subject) == "table" and not on_messages(self.subject) then
        self.subject = self.subject[1]
        return self
    end
    needs_messages(self, "first")
    self.which = "first"
    return self
end
function Expect:bot()
    needs_messages(self, "bot")
    self.of_bot = true
    if self.which == "any" then self.which = "last" end
    return self
end

-- The next expectation is the other way round.
function Expect:no()
    local other = {}
    for key, value in pairs(self) do other[key] = value end
    other.negated = not self.negated
    return setmetatable(other, Expect)
end
Expect.never = Expect.no

function Expect:contains(what)
    local subject = self.subject
    if on_messages(subject) then
        return check(self, "contain " .. quoted(what), function(message)
            return message.text:find(what, 1, true) ~= nil
        end)
    end
    if type(subject) == "table" then
        local found = false
        for _, value in pairs(subject) do
            found = found or same(value, what) or (type(value) == "string" and type(what) == "string" and
                value:find(what, 1, true) ~= nil) or (type(value) == "table" and (value.name == what or
                value.value == what or value.text == what))
        end
        return check_value(self, "something with " .. quoted(what), found)
    end
    return check_value(self, "a text with " .. quoted(what), tostring(subject):find(tostring(what), 1, true))
end
function Expect:equals(what)
    if on_messages(self.subject) then
        return check(self, "be " .. quoted(what), function(message) return message.content == what end)
    end
    return check_value(self, quoted(what), same(self.subject, what))
end
Expect.is = Expect.equals
function Expect:matches(pattern)
    if on_messages(self.subject) then
        return check(self, "match " .. quoted(pattern), function(message)
            return message.text:find(pattern) ~= nil
        end)
    end
    return check_value(self, "a text that matches " .. quoted(pattern), tostring(self.subject):find(pattern))
end
function Expect:is_true() return check_value(self, "something true", self.subject) end
function Expect:is_false() return check_value(self, "false or nil", not self.subject) end
function Expect:is_nil() return check_value(self, "nil", self.subject == nil) end
function Expect:is_above(n) return check_value(self, "more than " .. tostring(n), self.subject > n) end
function Expect:is_below(n) return check_value(self, "less than " .. tostring(n), self.subject < n) end

function Expect:count(n)
    local subject = self.subject
    if is_channel(subject) then
        local count = #subject:public()
        if (count == n) ~= not self.negated then
            spec.fail { message = ("expected #%s %sto have %d messages\ngot: %d"):format(subject.name,
                self.negated and "not " or "", n, count), transcript = transcript(self) }
        end
        return self
    end
    if is_message(subject) then subject = subject:answers() end
    return check_value(self, n .. " of them, counted " .. #subject, #subject == n)
end
function Expect:is_empty() return self:count(0) end
function Expect:exists()
    local subject = self.subject
    local there = is_channel(subject) and subject:exists() or is_message(subject) and subject:now() ~= nil
    return check_value(self, "it to exist", there)
end

function Expect:mentions(user)
    needs_messages(self, "mentions")
    local wanted = type(user) == "table" and user or { name = user }
    return check(self, "mention " .. quoted(wanted), function(message)
        for _, other in ipairs(message.raw.mentions or {}) do
            local id = type(other) == "table" and other.id or other
            local named = type(other) == "table" and other.username == wanted.name
            if named or tostring(id) == wanted.id then return true end
        end
        return wanted.id ~= nil and message.text:find("<@!?" .. wanted.id .. ">") ~= nil
    end)
end
function Expect:by(user)
    needs_messages(self, "by")
    local name = type(user) == "table" and user.name or user
    return check(self, "be by " .. tostring(name), function(message)
        return (name == "bot" and spec.is_bot(message.raw)) or spec.author_of(message.raw) == name
    end)
end
function Expect:is_private()
    needs_messages(self, "is_private")
    return check(self, "be for the one who asked alone", function(message)
        return spec.is_private(message.raw) or message.channel:match("^@") ~= nil
    end)
end
local function labels(message, buttons)
    local out = {}
    for _, part in ipairs(spec.parts_of(message.raw.components)) do
        local button = part.type == 2
        if button == buttons then
            out[tostring(part.label or part.placeholder)] = part
            if part.custom_id then out[part.custom_id] = part end
        end
    end
    return out
end
function Expect:has_button(label)
    needs_messages(self, "has_button")
    return check(self, "have the button " .. quoted(label), function(message)
        return labels(message, true)[label] ~= nil or message.text:find(label, 1, true) ~= nil and
            message.raw.components == nil
    end)
end
function Expect:has_select(label)
    needs_messages(self, "has_select")
    return check(self, "have the select " .. quoted(label), function(message)
        return labels(message, false)[label] ~= nil
    end)
end
function Expect:is_disabled(label)
    needs_messages(self, "is_disabled")
    return check(self, "have " .. quoted(label) .. " disabled", function(message)
        local part = labels(message, true)[label] or labels(message, false)[label]
        return part ~= nil and part.disabled == true
    end)
end
-- A text anywhere in an embed, or a table of which one embed has all.
function Expect:has_embed(what)
    needs_messages(self, "has_embed")
    return check(self, "have an embed" .. (what and " with " .. quoted(what) or ""), function(message)
        for _, embed in ipairs(message.raw.embeds or {}) do
            local fits = what == nil or type(what) == "string" and
                spec.text_of({ embeds = { embed } }):find(what, 1, true) ~= nil
            if type(what) == "table" then
                fits = true
                for key, value in pairs(what) do
                    fits = fits and (same(embed[key], value) or type(embed[key]) == "string" and
                        type(value) == "string" and embed[key]:find(value, 1, true) ~= nil)
                end
            end
            if fits then return true end
        end
        return false
    end)
end
function Expect:has_file(name)
    needs_messages(self, "has_file")
    return check(self, "have the file " .. quoted(name), function(message)
        for _, file in ipairs(message.raw.attachments or {}) do
            if name == nil or (type(file) == "table" and file.name or file) == name then return true end
        end
        return false
    end)
end
function Expect:has_reaction(emoji)
    needs_messages(self, "has_reaction")
    return check(self, "have the reaction " .. quoted(emoji), function(message)
        for key, reaction in pairs(type(message.raw.reactions) == "table" and message.raw.reactions or {}) do
            if key == emoji or type(reaction) == "table" and reaction.emoji and
                (reaction.emoji.name == emoji or reaction.emoji.id == emoji) then
                return true
            end
        end
        return false
    end)
end
function Expect:replies_to(other)
    needs_messages(self, "replies_to")
    local id = type(other) == "table" and other.id or other
    return check(self, "be a reply to message " .. tostring(id), function(message)
        local reference = message.raw.message_reference
        return type(reference) == "table" and tostring(reference.message_id) == id
    end)
end
-- Of the answer to a command: it opened a form.
function Expect:opens_form(title)
    local form = is_message(self.subject) and self.subject.token and self.subject:refresh().modal
    local fits = form and (title == nil or tostring(form.title):find(title, 1, true) ~= nil)
    if (fits and true or false) ~= not self.negated then
        spec.fail { message = ("expected the answer %sto open a form%s\ngot: %s"):format(
            self.negated and "not " or "", title and " " .. quoted(title) or "",
            form and "the form " .. quoted(form.title) or "no form") }
    end
    return self
end
