-- Users, members and what they show of themselves.
local ops = require "platforms.ops"
local constant, first_of, image_url, iso_time, object = ops.constant, ops.first_of, ops.image_url, ops.iso_time, ops.object

local function default_avatar(id) return image_url({ "@api", id, text = "{0}/users/{1}/default_avatar" }) end

-- A user whose keys begin at `own`.
local function user(own, more)
    return ops.with({
        entity = "User",
        id = own .. "_id",
        username = own .. "username",
        discriminator = ops.with_default(own .. "discriminator", "0"),
        globalName = own .. "display_name",
        avatar = own .. "avatar._id",
        avatarUrl = first_of({
            image_url({ own .. "avatar._id", text = "{cdn}avatars/{0}" }), default_avatar(own .. "_id"), constant(""),
        }),
        bot = ops.present(own .. "bot"),
        createdAt = ops.ulid_time(own .. "_id"),
        banner = own .. "profile.background._id",
        bannerUrl = image_url({ own .. "profile.background._id", text = "{cdn}backgrounds/{0}" }),
        publicFlags = own .. "badges",
    }, more)
end

-- A user of whom nothing but the id is known, which lies there.
local function stranger(id)
    return {
        entity = "User",
        id = id,
        discriminator = constant("0"),
        avatarUrl = first_of({ default_avatar(id), constant("") }),
        createdAt = ops.ulid_time(id),
    }
end

-- A member whose own keys begin at `own`, with the account at `account` and its id at `id`; `shown`: what it goes by
-- in this place instead.
local function member(own, account, id, shown, picture)
    local names, pictures = { own .. "nickname", account .. "display_name", account .. "username", constant("") }, {
        image_url({ own .. "avatar._id", text = "{cdn}avatars/{0}" }),
        image_url({ account .. "avatar._id", text = "{cdn}avatars/{0}" }),
        default_avatar(id),
        constant(""),
    }
    if shown then table.insert(names, 1, shown) end
    if picture then table.insert(pictures, 1, picture) end
    return {
        id = id,
        displayName = first_of(names),
        nickname = own .. "nickname",
        avatar = own .. "avatar._id",
        displayAvatarUrl = first_of(pictures),
        joinedAt = iso_time(own .. "joined_at"),
        roles = own .. "roles",
        communicationDisabledUntil = iso_time(own .. "timeout"),
    }
end

local guild_id = first_of({ "/guild_id", "_id.server", "@guildId" })
local left = first_of({ object({ "@user", mapping = "User" }), object({ mapping = "WhoLeft" }) })

return {
    User = user("", {}),
    -- Who wrote a message: a webhook and a masquerade have names and pictures of their own.
    Author = user("user.", {
        id = "author",
        username = first_of({ "masquerade.name", "webhook.name", "user.username", constant("") }),
        discriminator = ops.with_default("user.discriminator", "0000"),
        globalName = first_of({ "masquerade.name", "webhook.name", "user.display_name" }),
        avatarUrl = first_of({
            "masquerade.avatar",
            image_url({ "webhook.avatar", text = "{cdn}avatars/{0}" }),
            image_url({ "user.avatar._id", text = "{cdn}avatars/{0}" }),
            default_avatar("author"),
            constant(""),
        }),
        bot = ops.present({ "user.bot", "webhook" }),
        system = ops.present("system"),
        createdAt = ops.ulid_time("author"),
    }),
    Nobody = { entity = "User" },
    -- An id in a list.
    UserOfId = stranger(""),
    WhoLeft = stranger("user"),
    Member = ops.with(member("", "user.", "_id.user"), {
        user = first_of({ object({ "user", mapping = "User" }), object({ mapping = "UserOfMember" }) }),
        guildId = guild_id,
    }),
    UserOfMember = stranger("_id.user"),
    MemberJoined = ops.with(member("member.", "@user.", "user"), {
        entity = "Member",
        user = left,
        guildId = "id",
    }),
    MemberPatch = ops.with(member("data.", "@user.", "id.user"), {
        entity = "Member",
        user = first_of({ object({ "@user", mapping = "User" }), object({ mapping = "UserOfPatch" }) }),
        guildId = "id.server",
    }),
    UserOfPatch = stranger("id.user"),
    MessageMember = member(
        "member.", "user.", "author", "masquerade.name",
        { op = "copy", "masquerade.avatar" }),
    GuildMemberUpdate = {
        old = object({ "@old", mapping = "Member" }),
        new = first_of({ object({ "@now", mapping = "Member" }), object({ mapping = "MemberPatch" }) }),
    },
    GuildMemberRemove = { user = left, guildId = "id", member = object({ "@old", mapping = "Member" }) },
    GuildBanAdd = { guildId = "id", user = left },
    UserUpdate = {
        old = object({ "@old", mapping = "User" }),
        new = first_of({ object({ "@now", mapping = "User" }), object({ mapping = "UserPatch" }) }),
    },
    UserPatch = user("data.", {
        id = "id",
        createdAt = ops.ulid_time("id"),
        avatarUrl = first_of({
            image_url({ "data.avatar._id", text = "{cdn}avatars/{0}" }), default_avatar("id"), constant(""),
        }),
    }),
    -- `shown_as` is made by the adapter from `online` and `status.presence`.
    Presence = { userId = "_id", status = ops.with_default("shown_as", "offline") },
    PresenceUpdate = {
        old = object({ "@old", mapping = "Presence" }),
        new = object({ "@now", mapping = "Presence" }),
    },
    Ready = {
        user = first_of({ object({ "@user", mapping = "User" }), object({ mapping = "Nobody" }) }),
        guildIds = ops.list({ "servers", text = "_id" }),
        applicationId = "@user._id",
    },
    VoiceState = ops.with({
        guildId = guild_id,
        channelId = "id",
        userId = "state.id",
        member = object({ "@member", mapping = "Member" }),
        selfVideo = "state.camera",
        streaming = "state.screensharing",
    }, {}),
    VoiceStateUpdate = { new = object({ mapping = "VoiceState" }) },
    VoiceStateLeft = {
        entity = "VoiceState", guildId = guild_id, userId = "user", member = object({ "@member", mapping = "Member" }),
    },
    VoiceLeft = { entity = "VoiceStateUpdate", new = object({ mapping = "VoiceStateLeft" }) },
    VoiceStateMoved = {
        entity = "VoiceState",
        guildId = guild_id,
        channelId = "to",
        userId = "user",
        member = object({ "@member", mapping = "Member" }),
        selfVideo = "state.camera",
        streaming = "state.screensharing",
    },
    VoiceMoved = { entity = "VoiceStateUpdate", new = object({ mapping = "VoiceStateMoved" }) },
    VoiceStateChanged = {
        entity = "VoiceState",
        guildId = guild_id,
        channelId = "channel_id",
        userId = "id",
        member = object({ "@member", mapping = "Member" }),
        selfVideo = "data.camera",
        streaming = "data.screensharing",
    },
    VoiceChanged = { entity = "VoiceStateUpdate", new = object({ mapping = "VoiceStateChanged" }) },
}
