-- Commands that are declared once, for every way in which somebody may use them; and buttons, menus and forms.
local rookery, host = ...
local debug_metatable = debug.getmetatable
local error, ipairs, pairs, pcall, setmetatable, tostring, type =
    error, ipairs, pairs, pcall, setmetatable, tostring, type

host.need("context")
local answer = host.answer_context

-- What the handlers that run now are for, by the token of their task: whoever waits is told when one fails.
local running = {}

-- The handler that runs is not to be heard of any more.
function host.leave_command()
    local token = host.running_task()
    if token then running[token] = nil end
end

-- Called by errors.lua with every function that has failed.
function host.command_failed(token)
    local ctx = running[token]
    if not ctx then return end
    running[token] = nil
    local parts = host.parts_of_context(ctx)
    if parts.data.kind == "autocomplete" then return end
    host.spawn(function()
        answer(parts, "reply", {
            content = host.phrase(parts.data.locale, "failed"),
            ephemeral = parts.event.event == "interactionCreate" or nil,
        })
    end)
end

-- What a handler returned: a text or a table is the answer. What has a metatable is what an operation gave.
local function conclude(ctx, returned)
    if type(returned) == "string" or type(returned) == "table" and debug_metatable(returned) == nil then
        local sent, problem, kind, details = ctx:reply(returned)
        local text = not sent and tostring(ctx) .. ": could not answer: " .. tostring(problem)
        -- What cannot be an answer is a fault as any other, and whoever asked hears of it.
        if not sent and (kind == "invalid" or details and kind ~= "exists" and kind ~= "stale") then error(text, 0) end
        if not sent then rookery.log.warn(text) end
    elseif type(returned) == "number" or type(returned) == "function" then
        error(("%s: expected a text, a table or nothing to be returned, got %s"):format(tostring(ctx),
            type(returned)), 0)
    end
    host.leave_command()
end

local function serve(ctx, run, argument)
    running[host.running_task()] = ctx
    conclude(ctx, run(ctx, argument))
end

-- By action: the script's handlers, the newest last; and who waits for a press: function(press) to function(press).
local handlers, waiting = {}, {}
host.waiting_presses = waiting

-- Questions that wait for an answer, by the key that their buttons carry; false: it is over. After a restart or reload
-- the answer may come before the handler that asked, and that is being run again, has come so far: it waits until the
-- question is asked, or the handler has ended. No answer comes to a handler that has.
local asked, expected, over, last_over = {}, {}, {}, 0
local MOST_OVER = 500
function host.begin_question(key, take)
    asked[key] = take
    if expected[key] then host.signal(expected[key]) end
end
function host.end_question(key)
    asked[key] = false
    last_over = last_over % MOST_OVER + 1
    if over[last_over] then asked[over[last_over]] = nil end
    over[last_over] = key
end
local function find_question(press)
    local key = type(press.state) == "table" and press.state.k
    if not key then return nil end
    if asked[key] == nil and not expected[key] then
        host.need("parks")
        expected[key] = {}
        host.park(expected[key], nil, true)
        expected[key] = nil
    end
    return asked[key] or nil
end
waiting["~ask"] = find_question

local function on_press(event, data)
    local press = host.press_context(event, data)
    local parts = host.parts_of_context(press)
    local take = waiting[data.action] and waiting[data.action](press)
    local own = handlers[data.action]
    local run = take or own and own[#own]
    if not run then
        if data.component == "message" then return end -- too late an answer is a message like any other
        answer(parts, "reply", { content = host.phrase(data.locale, "expired"), ephemeral = true })
        return
    end
    serve(press, run, data.state)
    -- Nothing was said: then it is enough that it was taken note of.
    if data.component == "message" then return end
    if not parts.answered and (data.component ~= "modal" or data.messageId) then answer(parts, "deferUpdate", {}) end
end
function host.handle_press(action, named) return host.command_handle("press", action, on_press, named) end

-- Where buttons of questions lead (asking.lua), also those that were asked before the script was started.
local ready = false
local function prepare()
    if ready then return end
    ready = true
    host.watch_failures()
    host.handle_press("~ask")
end

local function removable(object, effects)
    local undone = false
    return setmetatable(object, { __metatable = false, __index = {
        remove = function()
            if undone then return false end
            undone = true
            for i = #effects, 1, -1 do host.withdraw(effects[i]) end
            return true
        end,
    } })
end

local commands = {}

function commands.press(action, run)
    if type(action) ~= "string" then error("rookery.press: the action must be a string, got " .. type(action), 2) end
    if type(run) ~= "function" then error("rookery.press: handler must be a function, got " .. type(run), 2) end
    if action:sub(1, 1) == "~" then error("rookery.press: an action cannot begin with ~", 2) end
    local own = handlers[action] or {}
    handlers[action] = own
    local effect = host.handle_press(action, run)
    own[#own + 1] = run
    prepare()
    local made = removable({ action = action }, { effect })
    local index = debug_metatable(made).__index
    local remove = index.remove
    function index.remove()
        for i = #own, 1, -1 do
            if own[i] == run then
                table.remove(own, i)
                break
            end
        end
        return remove()
    end
    return made
end

-- The definition without its functions, and what they are for: { path, run, options }.
local function copy_options(options, place, path, completed)
    local copies, functions = {}, nil
    for i, option in ipairs(options) do
        local copy = option
        if type(option) == "table" and type(option.autocomplete) == "function" then
            if type(option.name) ~= "string" then
                error(("rookery.command: %soptions[%d].name: expected a string, got %s"):format(place, i,
                    type(option.name)), 0)
            end
            functions = functions or {}
            functions[option.name] = option.autocomplete
            copy = {}
            for key, value in pairs(option) do copy[key] = value end
            copy.autocomplete = true
        end
        copies[i] = copy
    end
    if functions then completed[#completed + 1] = { path = path, functions = functions, options = options } end
    return copies
end

local split
function host.plain_command(definition) return split(definition, "", nil, {}, {}, true) end

local DEEPEST = 8 -- far more than there can be
function split(definition, place, path, runs, completed, plain)
    local _, depth = place:gsub("%.", "")
    if depth > DEEPEST then
        error("rookery.command: " .. place .. "subcommands: nested deeper than there can be", 0)
    end
    local copy = {}
    for key, value in pairs(definition) do copy[key] = value end
    local name = definition.name
    path = type(name) == "string" and (path and path .. " " .. name or name) or path
    copy.run = nil
    if type(definition.options) == "table" then
        copy.options = copy_options(definition.options, place, path, completed)
    end
    if type(definition.subcommands) == "table" and #definition.subcommands > 0 then
        if definition.run ~= nil then error("rookery.command: " .. place .. "run: the subcommands have one each", 0) end
        copy.subcommands = {}
        for i, sub in ipairs(definition.subcommands) do
            local where = ("%ssubcommands[%d]"):format(place, i)
            if type(sub) ~= "table" then
                error(("rookery.command: %s: expected a table, got %s"):format(where, type(sub)), 0)
            end
            copy.subcommands[i] = split(sub, where .. ".", path, runs, completed, plain)
        end
    elseif plain then
        return copy
    elseif type(definition.run) ~= "function" then
        error(("rookery.command: %srun: expected a function, got %s"):format(place, type(definition.run)), 0)
    else
        runs[#runs + 1] = { path = path, run = definition.run, options = definition.options }
    end
    return copy
end

local function handle_run(one)
    return host.command_handle("command", one.path, function(event, data)
        local ctx = host.command_context(event, data, one.options)
        serve(ctx, one.run, ctx.options)
    end, one.run)
end

local function handle_autocomplete(one)
    local _, any = next(one.functions)
    return host.command_handle("autocomplete", one.path, function(event, data)
        local ctx = host.command_context(event, data, one.options)
        local find = one.functions[data.focused]
        local choices = find and find(ctx, data.typed or "")
        if choices ~= nil and type(choices) ~= "table" then
            error(("autocomplete of %s: expected a list of choices, got %s"):format(one.path, type(choices)), 0)
        end
        answer(host.parts_of_context(ctx), "autocomplete", { choices = choices or {} })
    end, any)
end

function commands.command(definition)
    if type(definition) ~= "table" then
        error("rookery.command: expected a table, got " .. type(definition), 2)
    end
    local runs, completed, effects = {}, {}, {}
    local ok, plain = pcall(split, definition, "", nil, runs, completed)
    if not ok then error(plain, 2) end
    effects[1] = host.command_declare(plain)
    local done, problem = pcall(function()
        for _, one in ipairs(runs) do effects[#effects + 1] = handle_run(one) end
        for _, one in ipairs(completed) do effects[#effects + 1] = handle_autocomplete(one) end
        prepare()
    end)
    if not done then
        for i = #effects, 1, -1 do host.withdraw(effects[i]) end
        error(problem, 0)
    end
    return removable({ name = definition.name, definition = plain }, effects)
end

return commands
