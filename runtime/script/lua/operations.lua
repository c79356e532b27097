-- Every operation of the schema as rookery.NOUN.VERB.
local rookery, host = ...
local error, ipairs, pairs, select, type, unpack = error, ipairs, pairs, select, type, unpack
local result = host.result

local pages = {}
for number, operation in ipairs(host.operations) do
    local noun = rookery[operation.noun] or {}
    rookery[operation.noun] = noun
    noun[operation.verb] = function(...)
        host.begin_call(number, ...)
        return result()
    end
    if operation.page then pages[noun[operation.verb]] = operation.page end
end

rookery.commands = rookery.commands or {}
rookery.commands.declare = host.declare
rookery.commands.withdraw = host.withdraw

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
