-- Servers with their roles and emoji.
local ops = require "platforms.ops"
local constant, first_of, image_url, object = ops.constant, ops.first_of, ops.image_url, ops.object
local permissions = require "platforms.revolt.permissions"

local function guild(own, more)
    return ops.with({
        entity = "Guild",
        id = own .. "_id",
        name = own .. "name",
        icon = own .. "icon._id",
        iconUrl = image_url({ own .. "icon._id", text = "{cdn}icons/{0}" }),
        banner = own .. "banner._id",
        bannerUrl = image_url({ own .. "banner._id", text = "{cdn}banners/{0}" }),
        description = own .. "description",
        ownerId = own .. "owner",
        memberCount = own .. "approximate_member_count",
        createdAt = ops.ulid_time(own .. "_id"),
        systemChannelId = own .. "system_messages.user_joined",
        available = constant("true"),
        approximateMemberCount = own .. "approximate_member_count",
    }, more)
end

-- A role whose keys begin at `own`. In a server's map its id is the key.
local function role(own, more)
    return ops.with({
        entity = "Role",
        id = first_of({ own .. "_id", "$" }),
        name = own .. "name",
        color = first_of({ ops.colour_of(own .. "colour"), constant("0") }),
        hexColor = ops.hex_colour(own .. "colour"),
        hoist = own .. "hoist",
        -- The platform counts from the top.
        position = first_of({ own .. "position", own .. "rank" }),
        permissions = ops.bit_text({ own .. "permissions.a", names = permissions }),
        icon = own .. "icon._id",
        createdAt = ops.ulid_time(own .. "_id"),
        guildId = first_of({ "/guild_id", "@guildId" }),
        iconUrl = image_url({ own .. "icon._id", text = "{cdn}icons/{0}" }),
    }, more)
end

local emoji_guild = first_of({ "parent.id", "/guild_id", "@guildId" })

local function emoji(own, more)
    return ops.with({
        entity = "Emoji",
        id = own .. "_id",
        name = own .. "name",
        identifier = ops.emoji_identifier({ own .. "_id", own .. "name" }),
        animated = own .. "animated",
        url = image_url({ own .. "_id", text = "{cdn}emojis/{0}" }),
        requiresColons = constant("true"),
        available = constant("true"),
        guildId = emoji_guild,
    }, more)
end

return {
    Guild = guild("", {}),
    GuildPatch = guild("data.", { id = "id", createdAt = ops.ulid_time("id") }),
    GuildUpdate = {
        old = object({ "@old", mapping = "Guild" }),
        new = first_of({ object({ "@now", mapping = "Guild" }), object({ mapping = "GuildPatch" }) }),
    },
    GuildDelete = { id = "id", name = "@old.name", guild = object({ "@old", mapping = "Guild" }) },

    Role = role("", {}),
    RolePatch = role("data.", { id = "role_id", createdAt = ops.ulid_time("role_id"), guildId = "/id" }),
    RoleCreated = role("data.", { id = "role_id", createdAt = ops.ulid_time("role_id"), guildId = "/id" }),
    RoleUpdate = {
        old = object({ "@old", mapping = "Role" }),
        new = first_of({ object({ "@now", mapping = "Role" }), object({ mapping = "RolePatch" }) }),
    },
    RoleDelete = { id = "role_id", guildId = "id", role = object({ "@old", mapping = "Role" }) },

    Emoji = emoji("", {}),
    EmojiPatch = emoji("data.", {
        id = "id", identifier = ops.emoji_identifier({ "id", "data.name" }), guildId = "@guildId",
        url = image_url({ "id", text = "{cdn}emojis/{0}" }),
    }),
    EmojiDeleted = emoji("@old.", {
        id = "id", identifier = ops.emoji_identifier({ "id", "@old.name" }), guildId = "@guildId",
        url = image_url({ "id", text = "{cdn}emojis/{0}" }),
    }),
    EmojiUpdate = {
        old = object({ "@old", mapping = "Emoji" }),
        new = first_of({ object({ "@now", mapping = "Emoji" }), object({ mapping = "EmojiPatch" }) }),
    },
}
