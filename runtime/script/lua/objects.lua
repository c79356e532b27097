-- Methods of objects: operations that know already what they are about. On views of events, on the results of
-- operations, and on what an event merely names: ev.channel, ev.guild, ev.message, ev.user.
local rookery, host = ...
local error, pairs, rawget, setmetatable, type = error, pairs, rawget, setmetatable, type
local metatable_of = debug.getmetatable
local operations, finish = host.operations, host.finish_call
local begin_bound, result = host.begin_bound, host.result

-- Where an object is from that does not tell it itself: its guild.
local guilds = setmetatable({}, { __mode = "k" })

-- A field of a view, of a result or of a reference; nil when it has none such.
local function field_of(object, name)
    local meta = metatable_of(object)
    local fields = meta and meta["\1fields"]
    if fields then return fields[name] and object[name] or nil end
    return rawget(object, name)
end

local function guild_of(object)
    if rawget(object, "\1event") then return host.guild_of(object) end
    return guilds[object]
end

local function method(entity, name, spec)
    local words = spec:gmatch("%S+")
    local noun, verb = words():match("^(.-)%.(.*)$")
    local operation = operations[noun][verb]
    local params, sources = {}, {}
    for word in words do
        params[#params + 1], sources[#sources + 1] = word:match("^(.-)=(.*)$")
    end
    return function(object, ...)
        if type(object) ~= "table" or not metatable_of(object) then
            error(("%s: call it with a colon, on a %s"):format(name, entity), 2)
        end
        local bound = {}
        for i = 1, #params do
            local value = field_of(object, sources[i])
            if value == nil and sources[i] == "guildId" then value = guild_of(object) end
            if value == nil then
                error(("%s:%s: %s is not known here: use rookery.%s.%s"):format(entity, name, params[i],
                    operation.noun, operation.verb), 2)
            end
            bound[params[i]] = value
        end
        begin_bound(operation.number, bound, ...)
        return finish(operation, bound.guildId, result())
    end
end

-- What methods.lua says, by the shape's name; compiled when a method is first looked for.
local specs = setmetatable({}, { __index = function(all, entity)
    if not host.method_specs then host.run("methods") end
    local found = host.method_specs[entity] or false
    all[entity] = found
    return found
end })

-- A direct message to somebody.
local function send_dm(user, ...)
    local id = field_of(user, "id")
    local channel, problem, kind, details = rookery.dms.open(id)
    if not channel then return nil, problem, kind, details end
    return rookery.messages.send(channel.id, ...)
end
local persons = { User = true, Member = true, MessageMember = true }

-- Each method is made when it is first called.
setmetatable(host.methods, { __index = function(all, entity)
    local methods = setmetatable({}, { __index = function(made, name)
        local of_entity = specs[entity]
        local spec = of_entity and of_entity[name]
        if spec then
            local found = method(entity, name, spec)
            made[name] = found
            return found
        end
    end })
    if persons[entity] then methods.send = send_dm end
    all[entity] = methods
    return methods
end })

-- A table with the names of the methods as its keys.
function host.method_names(entity)
    return specs[entity] or {}, host.methods[entity]
end

-- Results of operations: plain tables, with the methods of what they are.
local dressed = setmetatable({}, { __index = function(all, shape)
    local meta = { __index = host.methods[shape], __metatable = false }
    all[shape] = meta
    return meta
end })
local nested = setmetatable({}, { __index = function(all, shape)
    local objects = host.shape_objects(shape)
    all[shape] = objects
    return objects
end })
local function dress(object, shape, guild)
    if object[1] ~= nil then
        for i = 1, #object do
            if type(object[i]) == "table" then dress(object[i], shape, guild) end
        end
        return
    end
    guild = rawget(object, "guildId") or shape == "Guild" and rawget(object, "id") or guild
    if specs[shape] then
        setmetatable(object, dressed[shape])
        if guild then guilds[object] = guild end
    end
    for name, of in pairs(nested[shape]) do
        local value = rawget(object, name)
        if type(value) == "table" then dress(value, of, guild) end
    end
end
host.dress = dress

-- References: an id, and what can be done by it.
local references = setmetatable({}, { __index = function(all, shape)
    local methods = host.methods[shape]
    local meta = { __metatable = false }
    function meta.__index(_, key)
        local found = methods[key]
        if found or key == "guildId" or type(key) ~= "string" then return found end
        error(("only the id of this %s is known, not '%s': use :fetch()"):format(shape, key:sub(1, 60)), 2)
    end
    all[shape] = meta
    return meta
end })
local function reference(shape, object, guild)
    if object.id == nil then return nil end
    setmetatable(object, references[shape])
    guilds[object] = guild
    return object
end

local computed = host.computed
function computed.guild(event)
    return reference("Guild", { id = host.guild_of(event) })
end
function computed.channel(event)
    local guild = host.guild_of(event)
    return reference("Channel", { id = host.channel_of(event), guildId = guild }, guild)
end
function computed.user(event)
    return reference("User", { id = field_of(event, "userId") }, host.guild_of(event))
end
function computed.message(event)
    if metatable_of(event)["\1shape"] == "Message" then return event end
    local id, guild = field_of(event, "messageId"), host.guild_of(event)
    return reference("Message", { id = id, channelId = host.channel_of(event), guildId = guild }, guild)
end
