-- Users, members and what they show of themselves.
local ops = require "platforms.ops"
local first_of, iso_time, image_url, list = ops.first_of, ops.iso_time, ops.image_url, ops.list
local epoch_millis, name_of, with = ops.epoch_millis, ops.name_of, ops.with

-- A member whose own keys begin at `own` and whose account's at `user`; `permissions`: where the cache puts what the
-- roles give, of the one member that the event is about.
local function member(own, user, permissions)
    local custom, default = ops.user_avatar(user)
    return {
        id = user .. "id",
        displayName = first_of({ own .. "nick", user .. "global_name", user .. "username" }),
        nickname = own .. "nick",
        avatar = own .. "avatar",
        displayAvatarUrl = first_of({
            image_url({
                "/guild_id", user .. "id", own .. "avatar",
                text = "{cdn}guilds/{0}/users/{1}/avatars/{2}.{ext}?size=256",
            }),
            custom,
            default,
        }),
        joinedAt = iso_time(own .. "joined_at"),
        premiumSince = iso_time(own .. "premium_since"),
        roles = list({ own .. "roles", "/guild_id" }),
        pending = own .. "pending",
        communicationDisabledUntil = iso_time(own .. "communication_disabled_until"),
        permissions = ops.permission_names({ own .. "permissions", permissions }),
        flags = own .. "flags",
        banner = own .. "banner",
        bannerUrl = image_url({
            "/guild_id", user .. "id", own .. "banner",
            text = "{cdn}guilds/{0}/users/{1}/banners/{2}.{ext}?size=512",
        }),
        deaf = own .. "deaf",
        mute = own .. "mute",
        avatarDecoration = own .. "avatar_decoration_data",
    }
end

local avatar, fallback_avatar = ops.user_avatar("")

return {
    User = {
        discriminator = ops.with_default("discriminator", "0"),
        avatarUrl = first_of({ avatar, fallback_avatar }),
        createdAt = ops.snowflake_time("id"),
        bannerUrl = image_url({ "id", "banner", text = "{cdn}banners/{0}/{1}.{ext}?size=512" }),
        avatarDecoration = "avatar_decoration_data",
    },
    AvatarDecoration = {
        url = image_url({ "asset", text = "{cdn}avatar-decoration-presets/{0}.png" }),
    },
    PrimaryGuild = {
        guildId = "identity_guild_id",
        enabled = "identity_enabled",
        badgeUrl = image_url({ "identity_guild_id", "badge", text = "{cdn}guild-tag-badges/{0}/{1}.png" }),
    },
    Member = with(member("", "user.", "@permissions"), { guildId = "/guild_id" }),
    MemberBefore = with(member("", "user.", "@oldPermissions"), { entity = "Member", guildId = "/guild_id" }),
    -- One of several.
    MemberListed = with(member("", "user."), { entity = "Member", guildId = "/guild_id" }),
    -- Adding up the roles' permissions would cost more than the rest of a message, so these are the payload's alone.
    MessageMember = member("member.", "author."),
    GuildMemberUpdate = {
        old = ops.object({ "@old", mapping = "MemberBefore" }),
        new = ops.object({ mapping = "Member" }),
    },
    GuildMemberRemove = {
        member = ops.object({ "@old", mapping = "MemberBefore" }),
    },
    GuildMembersChunk = {
        members = ops.objects({ "members", mapping = "MemberListed" }),
    },
    Presence = {
        userId = "user.id",
        guildId = first_of({ "guild_id", "/guild_id" }),
    },
    Activity = {
        typeName = name_of({
            "type",
            names = { [0] = "playing", "streaming", "listening", "watching", "custom", "competing" },
        }),
        createdAt = epoch_millis("created_at"),
        emoji = ops.object({ "emoji", mapping = "ShownEmoji" }),
    },
    ActivityTimestamps = {
        startedAt = epoch_millis("start"),
        endsAt = epoch_millis("end"),
    },
}
