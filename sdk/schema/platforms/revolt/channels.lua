-- Channels: of servers, groups and direct ones.
local ops = require "platforms.ops"
local constant, first_of, object = ops.constant, ops.first_of, ops.object
local permissions = require "platforms.revolt.permissions"

local types = { TextChannel = 0, VoiceChannel = 2, DirectMessage = 1, Group = 3, SavedMessages = 1 }
local type_names = {
    TextChannel = "text", VoiceChannel = "voice", DirectMessage = "dm", Group = "group_dm", SavedMessages = "dm",
}

-- A channel whose keys begin at `own`. A text channel with voice is shown as one of voice.
local function channel(own, more)
    return ops.with({
        entity = "Channel",
        id = own .. "_id",
        name = own .. "name",
        type = first_of({
            { op = "constant", text = "2", unless_missing = own .. "voice" },
            ops.number_of({ own .. "channel_type", texts = types, text = "0" }),
        }),
        typeName = first_of({
            { op = "constant", text = "voice", unless_missing = own .. "voice" },
            ops.text_of({ own .. "channel_type", texts = type_names, text = "text" }),
        }),
        createdAt = ops.ulid_time(own .. "_id"),
        topic = own .. "description",
        nsfw = own .. "nsfw",
        rateLimitPerUser = own .. "slowmode",
        userLimit = own .. "voice.max_users",
        guildId = first_of({ own .. "server", "/guild_id" }),
        permissionOverwrites = ops.entries({ own .. "role_permissions", mapping = "PermissionOverwrite" }),
        lastMessageId = own .. "last_message_id",
        ownerId = own .. "owner",
        recipients = ops.entries({ own .. "recipients", mapping = "UserOfId" }),
        icon = own .. "icon._id",
    }, more)
end

return {
    Channel = channel("", {}),
    ChannelPatch = channel("data.", { id = "id", createdAt = ops.ulid_time("id"), guildId = "@guildId" }),
    ChannelDeleted = channel("@old.", { id = "id", createdAt = ops.ulid_time("id"), guildId = "@guildId" }),
    ChannelUpdate = {
        old = object({ "@old", mapping = "Channel" }),
        new = first_of({ object({ "@now", mapping = "Channel" }), object({ mapping = "ChannelPatch" }) }),
    },
    -- A member of the map from roles to what they are allowed and denied.
    PermissionOverwrite = {
        id = "$",
        typeName = constant("role"),
        allow = ops.bit_text({ "a", names = permissions }),
        deny = ops.bit_text({ "d", names = permissions }),
    },
}
