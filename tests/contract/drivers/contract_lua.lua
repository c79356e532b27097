-- The contract's driver in Lua: as contract_c.c.
local rookery = require "rookery"

local tags = {}
local state

local function report(value)
    local ok, failure = rookery.api.request({
        method = "POST", path = "/report", bot = "test", body = { report = value } })
    if not ok then error("the report was refused: " .. failure, 0) end
end

-- The whole event, field by field: the shapes come with the command.
local function read(view, name, shapes)
    local shape = name and shapes[name]
    if not shape then return view end
    local out = {}
    for _, field in ipairs(shape) do
        local value = view[field.name]
        if value ~= nil and field.shape and field.list then
            local list = {}
            for i, element in ipairs(value) do list[i] = read(element, field.shape, shapes) end
            value = list
        elseif value ~= nil and field.shape then
            value = read(value, field.shape, shapes)
        end
        out[field.name] = value
    end
    return out
end

local function outcome(returned, answer, message, kind, refusal)
    if not returned then return { raised = answer } end
    if answer == nil then return { kind = kind, message = message, refusal = refusal } end
    return { ok = answer }
end

local function call(wish)
    local noun, verb = wish.operation:match("^(%w+)%.(%w+)$")
    local operation = rookery[noun] and rookery[noun][verb]
    if not operation then return { kind = "not_found", message = "there is no operation " .. wish.operation } end
    local arguments = {}
    for key, value in pairs(wish.arguments) do arguments[key] = value end
    for _, key in ipairs(wish.nulls or {}) do arguments[key] = rookery.json.null end
    arguments.bot = wish.bot
    if not wish.positional then return outcome(pcall(operation, arguments)) end
    local given = {}
    for i, name in ipairs(wish.positional) do
        given[i] = arguments[name]
        arguments[name] = nil
    end
    given[#wish.positional + 1] = arguments
    return outcome(pcall(operation, unpack(given, 1, #wish.positional + 1)))
end

-- What is registered under the command's tag, or refused.
local function register(command, ...)
    local made, id = pcall(...)
    if made then
        tags[command.tag] = id
    else
        report({ refused = { kind = "invalid", message = id } })
    end
end

local run = {}

function run.calls(command)
    local outcomes = {}
    for i, wish in ipairs(command.calls) do outcomes[i] = call(wish) end
    report({ outcomes = outcomes })
end

function run.on(command)
    local begin = command.once and rookery.once or rookery.on
    local function heard_of(event)
        local heard = { heard = command.tag, event = event.event }
        if command.read then
            heard.data = read(event, command.shape, command.shapes)
            heard.bot, heard.platform = event.bot, event.platform
        end
        report(heard)
    end
    if command.where then
        for _, key in ipairs(command.nulls or {}) do command.where[key] = rookery.json.null end
        register(command, begin, command.event, command.where, heard_of)
    else
        register(command, begin, command.event, heard_of)
    end
end

function run.off(command) rookery.off(tags[command.tag]) end

local function timer(start)
    return function(command)
        register(command, start, command.ms / 1000, function() report({ fired = command.tag }) end)
    end
end
run.after, run.every = timer(rookery.after), timer(rookery.every)

function run.cancel(command) report({ cancelled = rookery.cancel(tags[command.tag]) == true }) end

function run.log(command) rookery.log[command.level](command.text) end

function run.config()
    local copy = {}
    for key, value in pairs(rookery.config) do copy[key] = value end
    report({ config = copy })
end

function run.keep(command) state = command.state end

function run.state() report({ state = state or "" }) end

function run.linger(command)
    rookery.sleep(command.ms / 1000)
    report({ fired = "let go" })
end

function run.fail() error("as it was told", 0) end

-- Services: what a call came to, and what it was refused with.
local function answer(value, message, kind)
    if value == nil then
        report(message and { kind = kind, message = message } or { none = true })
    else
        report({ ok = value })
    end
end

-- The same for what raises its refusals.
local function answer_of(act, ...)
    local fine, value, message, kind = pcall(act, ...)
    if fine then answer(value, message, kind) else report({ kind = "invalid", message = value }) end
end

function run.http(command)
    answer_of(function()
        local got, message, kind = rookery.http.request({
            method = command.method, url = command.url, body = command.body,
            timeout = command.ms and command.ms / 1000, max_bytes = command.max_bytes,
            headers = command.header and { [command.header] = "yes" } })
        return got and { status = got.status, url = got.url, body = got.body }, message, kind
    end)
end

function run.kv_get(command) answer(rookery.kv.get(command.key)) end

function run.kv_set(command)
    answer(rookery.kv.set(command.key, command.value:rep(command["repeat"] or 1),
        command.ms and { ttl = command.ms / 1000 }))
end

function run.kv_delete(command) answer(rookery.kv.delete(command.key)) end

function run.kv_incr(command) answer(rookery.kv.incr(command.key, command.amount)) end

function run.kv_cas(command) answer(rookery.kv.cas(command.key, command.old, command.value)) end

function run.kv_list(command)
    local page, message, kind = rookery.kv.list(command.prefix, { after = command.after, limit = command.limit })
    if not page then return answer(page, message, kind) end
    local items = {}
    for i, item in ipairs(page) do items[i] = { item.key, item.value } end
    report({ ok = items, more = page.more })
end

function run.kv_batch(command)
    answer(rookery.kv.transaction(function(tx)
        for _, check in ipairs(command.expect or {}) do
            if tx.get(check.key) ~= check.value then return false end
        end
        for _, write in ipairs(command.write) do
            if write.value then tx.set(write.key, write.value) else tx.delete(write.key) end
        end
        return true
    end))
end

function run.settings_declare(command)
    answer_of(function()
        rookery.settings.declare(command.settings)
        return true
    end)
end

function run.settings_get(command) answer_of(rookery.settings.get, command.guild, command.key) end

function run.settings_all(command) answer_of(rookery.settings.get, command.guild) end

function run.settings_set(command) answer_of(rookery.settings.set, command.guild, command.key, command.value) end

function run.settings_reset(command)
    local key = command.key
    if key == "" then key = nil end
    answer_of(rookery.settings.reset, command.guild, key)
end

local record = {
    counter = function(metric, amount) metric:inc(amount) end,
    gauge = function(metric, amount) metric:set(amount) end,
    histogram = function(metric, amount) metric:observe(amount) end,
}

function run.metric(command)
    answer_of(function()
        local metric = rookery.metrics[command.kind](command.name, command.label and { of = command.label },
            { help = "Of the contract", bounds = command.kind == "histogram" and { 1, 10 } or nil })
        record[command.kind](metric, command.amount)
        return true
    end)
end

function run.cron(command)
    register(command, rookery.cron, command.when, { tz = command.zone },
        function() report({ fired = command.tag }) end)
end

function run.intercept(command)
    local options = command.where or {}
    options.priority = command.priority
    register(command, rookery.intercept, "messageCreate", options, function()
        report({ asked = command.tag })
        if command.verdict == "fail" then error("as it was told", 0) end
        if command.verdict == "stop" then return "stop" end
    end)
end

-- What the handler of a command does beside telling what it was given.
local acts = {}
function acts.reply(ctx) ctx:reply("said") end
function acts.refuse(ctx) ctx:fail("not so") end
function acts.fail() error("as it was told", 0) end
function acts.form(ctx)
    ctx:form({ title = "Note", action = "vote", state = { n = 2 }, fields = { { name = "text", label = "What?" } } })
end

-- The same of those that wait for an answer, which they report.
local questions = {}
function questions.confirm(ctx) return ctx:confirm("Really?", { timeout = 60 }) end
function questions.choose(ctx) return ctx:choose("Which?", { "a", { name = "B", value = "b" } }, { timeout = 60 }) end
function questions.ask(ctx) return (ctx:ask("Your name?", { timeout = 60 })) end
for name, ask in pairs(questions) do
    acts[name] = function(ctx) report({ answer = ask(ctx) }) end
end
function acts.twice(ctx)
    local sure = questions.confirm(ctx)
    report({ answer = { sure, questions.choose(ctx) } })
end

local declared, pressed

-- What a handler got, as the others have it in one piece.
local function told(kind, ctx, more)
    local out = { kind = kind, command = ctx.command, source = ctx.source, userId = ctx.userId,
        channelId = ctx.channelId, guildId = ctx.guildId }
    for key, value in pairs(more) do out[key] = value end
    report({ invoked = out })
end

local function with_handlers(definition, act)
    for _, sub in ipairs(definition.subcommands or {}) do with_handlers(sub, act) end
    if definition.subcommands then return end
    for _, option in ipairs(definition.options or {}) do
        if option.autocomplete then
            option.autocomplete = function(ctx, typed)
                told("autocomplete", ctx, { focused = option.name, typed = typed })
                return { typed .. "a", { name = typed .. "b", value = "b" } }
            end
        end
    end
    function definition.run(ctx, options)
        local given = {}
        for key, value in pairs(options) do
            given[key] = type(value) == "table" and { id = value.id } or value
        end
        told("command", ctx, { options = given })
        if acts[act] then acts[act](ctx) end
    end
end

local function told_of_press(press)
    told("press", press, { action = press.action, component = press.component, state = press.state,
        values = press.values, fields = press.fields })
end

if rookery.config.asks then
    local asks = { name = "remind", description = "Asks" }
    with_handlers(asks, rookery.config.asks)
    rookery.command(asks)
    rookery.press("vote", told_of_press)
end

function run.declare(command)
    with_handlers(command.definition, command.act)
    local made, object = pcall(rookery.command, command.definition)
    if not made then return report({ kind = "invalid", message = object }) end
    declared = object
    pressed = rookery.press("vote", told_of_press)
    report({ ok = true })
end

function run.withdraw()
    pressed:remove()
    report({ ok = declared:remove() })
end

rookery.on("discord:CONTRACT", function(event)
    local failure
    for _, command in ipairs(event.raw.commands) do
        local act = run[command["do"]] or function() report({ unknown = command["do"] }) end
        local ok, why = pcall(act, command)
        if not ok then
            failure = why
            break
        end
    end
    report("done")
    if failure then error(failure, 0) end
end)

rookery.state_version = 3
rookery.save(function() return state end)
rookery.load(function(saved, version)
    if version ~= 3 then error("another version") end
    state = saved
end)
