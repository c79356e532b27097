-- HoloBridge, and Rookery as a server of the same: data comes in the vocabulary already, so everything is its own
-- source. The payload is the whole envelope {event, guildId, data, seq, bot, platform}; what it tells is in `data`.
local ops = require "platforms.ops"

-- Where the channel lies in `data`, for events that are not about something in a channel.
local in_id = { channel = "data.id" }
local channels = {
    channelCreate = in_id, channelDelete = in_id, threadCreate = in_id, threadDelete = in_id, threadMemberUpdate = in_id,
    threadMembersUpdate = in_id, voiceChannelStartTimeUpdate = in_id, voiceChannelStatusUpdate = in_id,
    channelUpdate = { channel = "data.new.id" }, threadUpdate = { channel = "data.new.id" },
}
local dedupe = { messageCreate = { "data.id" }, interactionCreate = { "data.id" } }

local events, mappings = {}, {}
for _, event in ipairs(dofile((package.searchpath("platforms.ops", package.path):gsub("platforms/ops.lua$", "events.lua")))) do
    local place = channels[event.name] or { channel = event.pair and "data.new.channelId" or "data.channelId" }
    events[event.name] = {
        event = event.name, at = "data", guild = "guildId", channel = place.channel, dedupe = dedupe[event.name], main = true,
    }
    if event.pair then
        mappings[event.name:gsub("^%l", string.upper)] = {
            old = ops.object({ "old", mapping = event.pair }), new = ops.object({ "new", mapping = event.pair }),
        }
    end
end
-- Of a HoloBridge alone: buttons and menus, without an envelope.
events["interaction:create"] = { event = "interactionCreate", guild = "guildId", channel = "channelId", dedupe = { "id" } }

-- Operations of another Rookery all go to POST /api/operations. A HoloBridge has routes for some of them, which stand in
-- the files of http/, and says nothing to the parameters that these do not have ("adapter").
local files = {
    "guilds", "members", "roles", "messages", "channels", "expressions", "events", "moderation", "voice", "access", "commands",
}
-- Routes that are there for something else than the whole of their operation.
local partial = {
    ["GET /api/guilds/:guildId/roles/search"] = true, ["GET /api/guilds/:guildId/roles/:roleId/members"] = true,
    ["PATCH /api/guilds/:guildId/members/:userId/roles"] = true,
    ["PATCH /api/guilds/:guildId/roles/:roleId/permissions"] = true, ["POST /api/channels/:channelId/clone"] = true,
    ["GET /api/channels/:channelId/threads"] = true, ["GET /api/guilds/:guildId/voice"] = true, ["POST /api/guilds/:guildId/voice/join"] = true,
    ["POST /api/guilds/:guildId/voice/leave"] = true, ["POST /api/guilds/:guildId/voice/play"] = true,
}
local other_targets = {
    ["members.setNick"] = { nick = "body:nickname" },
    ["scheduledEvents.create"] = { location = "body:entityMetadata.location" },
    ["scheduledEvents.edit"] = { location = "body:entityMetadata.location" },
}

local function read_routes()
    local routes = {}
    for _, file in ipairs(files) do
        for _, route in ipairs(require("http." .. file)) do
            if not partial[route[1]] then routes[route.operation] = routes[route.operation] or route end
        end
    end
    return routes
end

local function targets_of(operation, route)
    local targets = {}
    for place in route[1]:gmatch(":(%w+)") do
        targets[(route.path or {})[place] or place] = "path:" .. place
    end
    for _, kind in ipairs({ "query", "body" }) do
        for _, field in ipairs(route[kind] or {}) do
            if field.to ~= "-" then targets[field.to or field[1]] = kind .. ":" .. field[1] end
        end
    end
    if route.body_as then targets[route.body_as] = "raw:" .. route.body_as end
    for name, target in pairs(other_targets[operation.name] or {}) do targets[name] = target end
    return targets
end

-- Answers are passed on as they are: they have the shape of the vocabulary.
local function operations(all)
    local routes, out = read_routes(), {}
    for _, operation in ipairs(all) do
        local route = routes[operation.name]
        local targets = route and targets_of(operation, route) or {}
        local params = {}
        for _, param in ipairs(operation.params) do params[param[1]] = targets[param[1]] or "adapter" end
        local noun, verb = operation.name:match("^(%w+)%.(%w+)$")
        out[operation.name] = {
            route and route[1]:gsub(":(%w+)", "{%1}") or "POST /api/operations/" .. noun .. "/" .. verb,
            params = params, list = operation.list,
            doc = not route and "Another Rookery has it, a HoloBridge has not." or nil,
        }
    end
    return out
end

return {
    name = "holobridge",
    title = "HoloBridge",
    implied = "camel",
    ids = "text",
    context = {},
    mappings = mappings,
    events = events,
    derived = {},
    passed_through = {},
    operations = operations,
}
