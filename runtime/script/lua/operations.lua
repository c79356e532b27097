-- Every operation of the schema as rookery.NOUN.VERB, and as rookery.bot(NAME).NOUN.VERB.
local rookery, host = ...
local error, ipairs, pairs, select, setmetatable, type, unpack =
    error, ipairs, pairs, select, setmetatable, type, unpack
local begin_call, begin_bound, result = host.begin_call, host.begin_bound, host.result

-- By noun and verb, a noun's when it is first used:
-- { number, noun, verb, page, result = the shape's name, of_guild = the guild comes first }.
local operations = setmetatable({}, { __index = function(all, noun)
    local found = host.operations_of(noun)
    if not found then return nil end
    local verbs = {}
    for _, operation in ipairs(found) do verbs[operation.verb] = operation end
    all[noun] = verbs
    return verbs
end })
host.operations = operations

-- What came of a call, with methods on the objects in it (objects.lua). The guild is what they may need to know of
-- where they are from.
local function finish(operation, guild, answer, ...)
    if operation.result and type(answer) == "table" then
        if type(guild) == "table" then guild = guild.guildId end
        if not host.views_made then host.run("views") end
        host.dress(answer, operation.result, operation.of_guild and guild)
    end
    return answer, ...
end
host.finish_call = finish

local pages = {}
local function function_of(operation)
    local number = operation.number
    local function call(...)
        begin_call(number, ...)
        return finish(operation, (...), result())
    end
    if operation.page then pages[call] = operation.page end
    return call
end
function host.function_of(noun, verb) return function_of(operations[noun][verb]) end

-- What `rookery` has by that name; nil when it is no noun.
function host.noun(name)
    local verbs = operations[name]
    if not verbs then return nil end
    local noun = {}
    for verb, operation in pairs(verbs) do noun[verb] = function_of(operation) end
    if name == "commands" then noun.declare, noun.withdraw = host.declare, host.withdraw end
    return noun
end

-- The same operations, done by that bot.
local nouns_of_bot = { __metatable = false }
function nouns_of_bot.__index(bot, noun)
    local found = type(noun) == "string" and operations[noun]
    if not found then return nil end
    local verbs = {}
    for verb, operation in pairs(found) do
        verbs[verb] = function(...)
            begin_bound(operation.number, { bot = bot.name }, ...)
            return finish(operation, (...), result())
        end
    end
    bot[noun] = verbs
    return verbs
end
function rookery.bot(name)
    if type(name) ~= "string" then error("rookery.bot: name must be a string, got " .. type(name), 2) end
    return setmetatable({ name = name }, nouns_of_bot)
end

-- What the platform of that bot can do.
function rookery.capabilities(name)
    if name ~= nil then return rookery.bot(name).bots.capabilities() end
    return host.function_of("bots", "capabilities")()
end

-- All pages of an operation that has a cursor.
local function below(value, path)
    for key in path:gmatch("[^.]+") do
        if type(value) ~= "table" then return nil end
        value = value[key]
    end
    return value
end
function rookery.each(operation, ...)
    local page = pages[operation]
    if not page then error("rookery.each: expected an operation that has a cursor", 2) end
    local arguments, count = { ... }, select("#", ...)
    local named = {}
    if type(arguments[count]) == "table" and arguments[count][1] == nil then
        for key, value in pairs(arguments[count]) do named[key] = value end
        count = count - 1
    end
    named.limit = named.limit or page.most
    arguments[count + 1] = named
    local items, index, done = {}, 0, false
    return function()
        index = index + 1
        if items[index] == nil and not done then
            local answer, failure = operation(unpack(arguments, 1, count + 1))
            if not answer then error(failure, 2) end
            items, index = page.items == "" and answer or below(answer, page.items) or {}, 1
            local cursor = below(items[#items], page.at)
            done = #items < named.limit or cursor == nil or cursor == named[page.cursor]
            named[page.cursor] = cursor
        end
        return items[index]
    end
end
