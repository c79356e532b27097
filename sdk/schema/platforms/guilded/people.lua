-- Accounts, members, roles, and what they show of themselves.
local ops = require "platforms.ops"
local first_of, iso_time, list, object = ops.first_of, ops.iso_time, ops.list, ops.object

local guild = first_of({ "serverId", "/serverId", "teamId", "/teamId" })

return {
    User = {
        id = "id", username = "name", discriminator = ops.constant("0"), globalName = "name",
        avatarUrl = first_of({ "avatar", "profilePicture" }), bot = ops.equals({ "type", text = "bot" }),
        createdAt = first_of({ iso_time("createdAt"), iso_time("joinDate") }), bannerUrl = "banner",
    },
    -- Who is told by an id alone, with what has been seen of the account.
    UserById = {
        entity = "User", id = first_of({ "@entry.userId", "userId", "@user.id" }),
        username = first_of({ "name", "@user.name" }), discriminator = ops.constant("0"),
        globalName = first_of({ "name", "@user.name" }), avatarUrl = first_of({ "avatar", "@user.avatar", "@user.profilePicture" }),
        bot = ops.any_of({ "@user.bot" }),
    },
    Member = {
        id = first_of({ "user.id", "id", "/userId" }), displayName = first_of({ "nickname", "user.name", "name" }),
        nickname = "nickname", displayAvatarUrl = first_of({ "user.avatar", "profilePicture" }),
        joinedAt = first_of({ iso_time("joinedAt"), iso_time("joinDate") }), roles = list("roleIds"),
        user = first_of({ object({ "user", mapping = "User" }), object({ mapping = "User" }) }), guildId = guild,
    },
    -- A member of whom only the change is known.
    MemberChanged = {
        entity = "Member", id = first_of({ "@entry.id", "@entry.userId", "userInfo.id", "userId" }),
        displayName = first_of({ "@entry.nickname", "userInfo.nickname" }),
        nickname = first_of({ "@entry.nickname", "userInfo.nickname" }), roles = list("@entry.roleIds"),
        user = object({ mapping = "UserById" }), guildId = guild,
    },
    GuildMemberUpdate = {
        old = object({ "@old", mapping = "Member" }),
        new = first_of({ object({ "@member", mapping = "Member" }), object({ mapping = "MemberChanged" }) }),
    },
    GuildMemberRemove = {
        user = object({ mapping = "UserById" }), guildId = guild, member = object({ "@old", mapping = "Member" }),
    },
    GuildBanAdd = { guildId = guild, user = object({ "serverMemberBan.user", mapping = "User" }) },
    GuildBanRemove = { guildId = guild, user = object({ "serverMemberBan.user", mapping = "User" }) },
    UserUpdate = { new = object({ mapping = "UserById" }) },
    Role = {
        id = "id", name = "name", color = first_of({ "colors.0", ops.colour_of("color") }),
        hexColor = first_of({ "color", ops.hex_colour("colors.0") }), hoist = "isDisplayedSeparately",
        position = "priority", managed = ops.not_empty({ "botUserId", "botScope.userId" }), mentionable = "isMentionable",
        permissions = ops.constant("0"), iconUrl = "icon", createdAt = iso_time("createdAt"), guildId = guild,
    },
    RoleUpdate = { old = object({ "@old", mapping = "Role" }), new = object({ mapping = "Role" }) },
    RoleDelete = { id = "role.id", guildId = guild, role = "role" },
    -- The user gateway sends all roles of a team: `entry` is the one that the event is about.
    RoleEntryDelete = { entity = "RoleDelete", id = "@entry.id", guildId = guild, role = object({ "@entry", mapping = "Role" }) },
    Presence = {
        userId = first_of({ "userId", "@user.id" }),
        status = first_of({
            ops.name_of({ "status", names = { "online", "idle", "dnd", "offline" }, unless_missing = "status" }),
            ops.constant("online"),
        }),
    },
    PresenceUpdate = { new = object({ mapping = "Presence" }) },
    VoiceState = {
        guildId = guild, channelId = "channelId", userId = first_of({ "user.id", "peerId", "userId" }),
        deaf = ops.any_of({ "isDeafened" }), mute = ops.any_of({ "isMuted" }),
    },
    VoiceLeft = { entity = "VoiceState", guildId = guild, userId = "user.id" },
    VoiceStreaming = {
        entity = "VoiceState", guildId = guild, channelId = "channelId", userId = "user.id", streaming = ops.constant("true"),
    },
    VoiceStateUpdate = { new = object({ mapping = "VoiceState" }) },
    VoiceLeftUpdate = { entity = "VoiceStateUpdate", new = object({ mapping = "VoiceLeft" }) },
    VoiceStreamingUpdate = { entity = "VoiceStateUpdate", new = object({ mapping = "VoiceStreaming" }) },
}
