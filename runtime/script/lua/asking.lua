-- What a handler asks of somebody, and waits for: a click, a choice, a text, a form.
local rookery, host = ...
local error, ipairs, pairs, tostring, type = error, ipairs, pairs, tostring, type

host.need("parks")
local park, signal = host.park, host.signal
local Context, parts_of, answer = host.context_methods, host.parts_of_context, host.answer_context
local waiting = host.waiting_presses

local function seconds_of(options, name, usual)
    if options ~= nil and type(options) ~= "table" then
        error(("%s: the options must be a table, got %s"):format(name, type(options)), 3)
    end
    local given = options and (options.timeout or options.time) or usual
    if type(given) == "string" then
        local seconds, problem = rookery.time.duration(given)
        if not seconds then error(name .. ": " .. problem, 3) end
        return seconds
    end
    if type(given) ~= "number" or given <= 0 then
        error(("%s: the time must be a number of seconds, got %s"):format(name, tostring(given)), 3)
    end
    return given
end

-- Who waits for an answer, by the key that the buttons carry. It is made of the event: when that comes again after a
-- crash the handler asks again, under the same key, and the buttons that are there already lead to it.
local begin_question, end_question = host.begin_question, host.end_question
local function key_for(parts)
    parts.questions = (parts.questions or 0) + 1
    return tostring(parts.event:get("id")) .. "/" .. parts.questions
end

-- Holds a press open until somebody has answered it, or has done without.
local LONGEST_HOLD = 15
local function hold(press)
    local parts = parts_of(press)
    if parts.answered or parts.released then return end
    parts.holder = {}
    park(parts.holder, LONGEST_HOLD)
    parts.holder = nil
end
local function release(press)
    local parts = parts_of(press)
    parts.released = true
    if parts.holder then signal(parts.holder) end
end

-- Takes the buttons off a message that was sent by reply().
local function close(parts, sent, first, content)
    if first then return answer(parts, "editReply", { content = content, components = {} }) end
    local event = parts.event
    if event.event == "interactionCreate" and event.token then
        return rookery.interactions.editFollowUp{
            applicationId = event.applicationId, token = event.token, messageId = sent.id, content = content,
            components = {},
        }
    end
    local channel = sent.channelId or parts.data.channelId
    return rookery.messages.edit(channel, sent.id, { content = content, components = {} })
end

-- Sends the message with what make(one) gives as components, and waits for a press of them; nil when none comes.
-- one(component, value) makes a component one of the question's, with a value of its own.
local function question(ctx, parts, text, limit, make)
    local key, box, first = key_for(parts), {}, not parts.replied
    begin_question(key, function(press)
        end_question(key)
        box.press = press
        press:close(text)
        box.closed = true
        signal(box)
    end)
    local function one(component, value)
        component.action, component.state = "~ask", { k = key, v = value }
        component.only, component.once, component.expires = parts.data.userId, "message", limit
        return component
    end
    local sent, problem, kind = ctx:reply{ content = text, components = make(one) }
    -- The event comes again, and the question stands there.
    if not sent and kind ~= "exists" then
        end_question(key)
        return nil, problem, kind
    end
    if not box.press then park(box, limit, true) end
    if box.press and not box.closed then park(box) end
    if box.press then return box.press end
    end_question(key)
    if first or sent then close(parts, sent, first, text) end
    return nil, "timeout", "timeout"
end

local function check_text(text, name)
    if type(text) ~= "string" then error(name .. ": the text must be a string, got " .. type(text), 3) end
end

-- true or false; nil when nobody has answered.
function Context:confirm(text, options)
    local parts = parts_of(self, "confirm")
    check_text(text, "confirm")
    local limit = seconds_of(options, "confirm", 30)
    options = options or {}
    local yes = options.yes or host.phrase(parts.data.locale, "yes")
    local no = options.no or host.phrase(parts.data.locale, "no")
    local press, problem, kind = question(self, parts, text, limit, function(one)
        return { {
            one({ button = yes, style = options.style or "primary" }, true),
            one({ button = no, style = "secondary" }, false),
        } }
    end)
    if press then return press.state.v == true end
    return nil, problem, kind
end

-- The value of the choice; nil when nobody has chosen.
function Context:choose(text, choices, options)
    local parts = parts_of(self, "choose")
    check_text(text, "choose")
    if type(choices) ~= "table" or #choices == 0 then
        error("choose: expected a list of choices, got " .. (type(choices) == "table" and "none" or type(choices)), 2)
    end
    local values, shown = {}, {}
    for i, choice in ipairs(choices) do
        local item = {}
        for name, given in pairs(type(choice) == "table" and choice or { name = tostring(choice), value = choice }) do
            item[name] = given
        end
        if item.value == nil then item.value = item.name end
        local value = tostring(item.value)
        values[value], item.value, shown[i] = item.value, value, item
    end
    local press, problem, kind = question(self, parts, text, seconds_of(options, "choose", 60), function(one)
        return { one{ select = options and options.placeholder or "", choices = shown } }
    end)
    if press then return values[press.values and press.values[1]] end
    return nil, problem, kind
end

-- What the same person writes next in the same channel, and the event; nil when that is nothing.
function Context:ask(text, options)
    local parts = parts_of(self, "ask")
    local limit, key, box = seconds_of(options, "ask", 60), key_for(parts), {}
    local message = host.message_of(text, "ask")
    local components = {}
    for i, component in ipairs(message.components or {}) do components[i] = component end
    components[#components + 1] = {
        writes = true, action = "~ask", state = { k = key }, only = parts.data.userId, expires = limit,
    }
    message.components = components
    begin_question(key, function(press)
        end_question(key)
        box.press = press
        signal(box)
    end)
    local sent, problem, kind = self:reply(message)
    if not sent and kind ~= "exists" then
        end_question(key)
        return nil, problem, kind
    end
    if not box.press then park(box, limit, true) end
    if box.press then
        local event = parts_of(box.press).event
        return event.content, event
    end
    end_question(key)
    return nil, "timeout", "timeout"
end

-- A form. With an action its handler gets what was written; without one it is waited for here: the fields by name,
-- and from then on answers are answers to the form.
function Context:form(form)
    local parts = parts_of(self, "form")
    if type(form) ~= "table" then error("form: expected a table, got " .. type(form), 2) end
    local params = {}
    for name, given in pairs(form) do params[name] = given end
    params.timeout = nil
    if form.action ~= nil then
        parts.answered = true
        return answer(parts, "showModal", params)
    end
    local limit, key, box = seconds_of({ timeout = form.timeout }, "form", 240), key_for(parts), {}
    begin_question(key, function(press)
        end_question(key)
        box.press = press
        signal(box)
        hold(press)
    end)
    params.action, params.state = "~ask", { k = key }
    parts.answered = true
    local shown, problem, kind = answer(parts, "showModal", params)
    if shown or kind == "exists" then
        if not box.press then park(box, limit, true) end
        if box.press then
            parts.through, parts.replied = parts_of(box.press), false
            return box.press.fields, box.press
        end
        problem, kind = "timeout", "timeout"
    end
    end_question(key)
    return nil, problem, kind
end

-- By action: those who collect presses of it; and the effect that makes the core send them.
local collectors, effects = {}, {}

local function is_for(collector, press)
    return collector.left > 0 and (next(collector.messages) == nil or collector.messages[press.messageId])
end

local function join(action, collector)
    if not collectors[action] then
        collectors[action] = {}
        effects[action] = host.handle_press(action)
        waiting[action] = function(press)
            for _, one in ipairs(collectors[action] or {}) do
                if is_for(one, press) then return one.take end
            end
        end
    end
    local list = collectors[action]
    list[#list + 1] = collector
end

local function leave(action, collector)
    local list = collectors[action]
    for i = #(list or {}), 1, -1 do
        if list[i] == collector then table.remove(list, i) end
    end
    if list and #list == 0 then
        collectors[action], waiting[action] = nil, nil
        host.withdraw(effects[action])
    end
end

local function set_of(only)
    if only == nil then return nil end
    local set = {}
    for _, id in ipairs(type(only) == "table" and only or { only }) do set[id] = true end
    return set
end

-- for press in ctx:presses("vote", { time = 60, max = 10 }) do ... end: what is pressed in the messages that were sent.
function Context:presses(action, options)
    local parts = parts_of(self, "presses")
    if type(action) ~= "string" then error("presses: the action must be a string, got " .. type(action), 2) end
    local limit, only = seconds_of(options, "presses", 60), set_of(options and options.only)
    local queue, box, over, current = {}, {}, false, nil
    local collector = { messages = parts.messages, left = options and options.max or 1000 }
    function collector.take(press)
        if only and not only[press.userId] then
            press:reply{ content = host.phrase(press.locale, "not_for_you"), ephemeral = true }
            return
        end
        collector.left = collector.left - 1
        queue[#queue + 1] = press
        signal(box)
        hold(press)
    end
    local timer
    local function finish()
        if over then return end
        over = true
        host.cancel(timer)
        leave(action, collector)
        for _, press in ipairs(queue) do release(press) end
        signal(box)
    end
    join(action, collector)
    timer = host.after(limit, finish)
    return function()
        if current then release(current) end
        current = nil
        if #queue == 0 and collector.left <= 0 then finish() end
        while #queue == 0 and not over do park(box) end
        current = table.remove(queue, 1)
        return current
    end
end
