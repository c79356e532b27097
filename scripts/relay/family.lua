-- A message and its copies: who belongs together, kept over restarts.
--
--   of/BOT/CHANNEL/MESSAGE -> the family's id
--   family/ID              -> { room =, original = "BOT/CHANNEL/MESSAGE", content =,
--                              members = { ["BOT/CHANNEL"] = { id =, hook = } },
--                              reactions = { [emoji] = { ["BOT/USER"] = true } } }

local rookery = require "rookery"
local kv = rookery.kv

local families = {}
local keep = { ttl = rookery.config.days * 86400 }

local function path(bot, channel, id) return bot .. "/" .. channel .. "/" .. id end
local function place_key(place) return place.bot .. "/" .. place.channel end

local function need(value, problem)
    if value == nil and problem then error("relay: storage: " .. problem, 0) end
    return value
end

local function store(family) need(kv.set("family/" .. family.id, family, keep)) end

-- Nil when the message is of no family.
function families.of(bot, channel, id)
    local name = need(kv.get("of/" .. path(bot, channel, id)))
    return name and need(kv.get("family/" .. name))
end

function families.begin(room, message)
    local original = path(message.bot, message.channelId, message.id)
    local family = {
        id = original, room = room, original = original, content = message.content, reactions = {},
        members = { [message.bot .. "/" .. message.channelId] = { id = message.id } },
    }
    store(family)
    need(kv.set("of/" .. original, original, keep))
    return family
end

function families.add(family, place, copy)
    family.members[place_key(place)] = copy
    store(family)
    need(kv.set("of/" .. path(place.bot, place.channel, copy.id), family.id, keep))
end

-- { id =, hook = } of the message in that place.
function families.member(family, place) return family.members[place_key(place)] end

-- The same, unless it is where the message was written.
function families.copy(family, place)
    local member = families.member(family, place)
    return member and path(place.bot, place.channel, member.id) ~= family.original and member or nil
end

function families.is_original(family, bot, message)
    return path(bot, message.channelId, message.id) == family.original
end

-- Whether the text is another one than the copies have; then it is theirs from now on.
function families.changed(family, content)
    if family.content == content then return false end
    family.content = content
    store(family)
    return true
end

function families.forget(family)
    for at, member in pairs(family.members) do need(kv.delete("of/" .. at .. "/" .. member.id)) end
    need(kv.delete("family/" .. family.id))
end

-- True when that was the first of its kind, or the last one taken back.
function families.react(family, emoji, who, add)
    local people = family.reactions[emoji] or {}
    local before = next(people) ~= nil
    people[who] = add or nil
    family.reactions[emoji] = next(people) and people or nil
    store(family)
    return before ~= (family.reactions[emoji] ~= nil)
end

return families
