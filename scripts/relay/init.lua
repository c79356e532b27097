--[[rookery {
    "name": "relay", "version": "1.0.0", "license": "MIT",
    "description": "Makes channels of several platforms one room.",
    "capabilities": ["kv", "rest:*"],
    "config": {
        "rooms": {"type": "table", "default": {}, "doc": "By name: a list of places, { bot =, channel = } each."},
        "bots": {"type": "boolean", "default": false, "doc": "Whether what bots write is passed on."},
        "days": {"type": "integer", "default": 30, "min": 1, "doc": "How long edits and reactions are followed."}
    }
} ]]
-- One room over several platforms: what is written in one place appears in the others, with its author's name and
-- picture where the platform has webhooks or masquerades; edits, deletions, answers, reactions and files follow.
--
--   [scripts.relay.rooms]
--   lounge = [
--       { bot = "discord", channel = "845021399025258497" },
--       { bot = "revolt", channel = "01HZ3V6J5M0000000000000001" },
--   ]
--
-- Each message and its copies are a family (family.lua). What happens in a room is done one after the other, so an
-- edit finds the copies of its message made, and a copy that comes back as an event finds itself known: that is what
-- keeps a room from echoing.

local rookery = require "rookery"
local turns = require "turns"
local families = require "family"
local speak = require "speak"

local rooms = {} -- "bot/channel" -> { name =, places = { { bot =, channel = }, ... } }
local own = {}   -- by bot: the account that speaks for us

local function key(bot, id) return bot .. "/" .. id end
local function place_name(place) return key(place.bot, place.channel) end

for name, places in pairs(rookery.config.rooms) do
    local room = { name = name, places = {} }
    for i, place in ipairs(places) do
        if type(place) ~= "table" or type(place.bot) ~= "string" or type(place.channel) ~= "string" then
            error(("rooms.%s[%d]: expected { bot = \"...\", channel = \"...\" }"):format(name, i), 0)
        end
        local at = key(place.bot, place.channel)
        if rooms[at] then error(("rooms.%s[%d]: %s is in %s already"):format(name, i, at, rooms[at].name), 0) end
        room.places[i] = { bot = place.bot, channel = place.channel }
        rooms[at] = room
    end
end

if not next(rooms) then return rookery.log.info("no rooms are configured: nothing to pass on") end

local function is_own(bot, user)
    own[bot] = own[bot] or speak.own[bot] -- not every server tells a bot who it is
    if not own[bot] then
        local me = rookery.bot(bot).users.me()
        own[bot] = me and me.id
    end
    return own[bot] == user
end

-- Runs `work(room)` when everything before it in that room is done.
local function in_room(ev, channel, work)
    local room = rooms[key(ev.bot, channel)]
    if room then turns.take(room, function() work(room) end) end
end

rookery.on("messageCreate", function(ev)
    in_room(ev, ev.channelId, function(room)
        if families.of(ev.bot, ev.channelId, ev.id) then return end -- one of our copies, or done before a restart
        if is_own(ev.bot, ev.author.id) or (ev.author.bot and not rookery.config.bots) then return end
        local family = families.begin(room.name, ev)
        local answered = ev.replyTo and families.of(ev.bot, ev.channelId, ev.replyTo)
        for _, place in ipairs(room.places) do
            if not families.member(family, place) then
                local copy, problem = speak.say(place, speak.form(ev), answered and families.member(answered, place))
                if copy then
                    families.add(family, place, copy)
                else
                    rookery.log.warn(("%s: not passed on to %s: %s"):format(room.name, place_name(place), problem))
                end
            end
        end
    end)
end)

rookery.on("messageUpdate", function(ev)
    local message = ev.new
    in_room(ev, message.channelId, function(room)
        local family = families.of(ev.bot, message.channelId, message.id)
        local text = family and speak.form(message)
        if not family or not families.is_original(family, ev.bot, message) then return end
        if not families.changed(family, message.content) then return end
        for _, place in ipairs(room.places) do
            local copy = families.copy(family, place)
            if copy then speak.edit(place, copy, text) end
        end
    end)
end)

local function deleted(ev, ids)
    in_room(ev, ev.channelId, function(room)
        for _, id in ipairs(ids) do
            local family = families.of(ev.bot, ev.channelId, id)
            if family then
                families.forget(family)
                for _, place in ipairs(room.places) do
                    local member = families.member(family, place)
                    if member and not (place.bot == ev.bot and member.id == id) then speak.delete(place, member) end
                end
            end
        end
    end)
end

rookery.on("messageDelete", function(ev) deleted(ev, { ev.id }) end)
rookery.on("messageDeleteBulk", function(ev) deleted(ev, ev.ids) end)

-- A reaction is shown in the other places by the bot's own, as long as somebody's is left anywhere.
local function reacted(ev, emoji, add)
    local shown = emoji.id and ("%s:%s"):format(emoji.name, emoji.id) or emoji.name
    in_room(ev, ev.channelId, function(room)
        if not shown or is_own(ev.bot, ev.userId) then return end
        local family = families.of(ev.bot, ev.channelId, ev.messageId)
        if not family or not families.react(family, shown, key(ev.bot, ev.userId), add) then return end
        for _, place in ipairs(room.places) do
            local member = families.member(family, place)
            local here = place.bot == ev.bot and place.channel == ev.channelId
            if member and not here then speak.react(place, member, emoji, add) end
        end
    end)
end

rookery.on("messageReactionAdd", function(ev) reacted(ev, ev.reaction.emoji, true) end)
rookery.on("messageReactionRemove", function(ev) reacted(ev, ev.emoji, false) end)
