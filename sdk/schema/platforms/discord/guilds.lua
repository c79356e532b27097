-- Guilds with their roles, emoji, stickers, sounds, stages, plans, invites and integrations.
local ops = require "platforms.ops"
local first_of, iso_time, image_url, name_of = ops.first_of, ops.iso_time, ops.image_url, ops.name_of
local object, with, with_default = ops.object, ops.with, ops.with_default

local function guild(more)
    return with({
        entity = "Guild",
        iconUrl = image_url({ "id", "icon", text = "{cdn}icons/{0}/{1}.{ext}?size=256" }),
        bannerUrl = image_url({ "id", "banner", text = "{cdn}banners/{0}/{1}.{ext}?size=512" }),
        createdAt = ops.snowflake_time("id"),
        available = ops.none_of("unavailable"),
        splashUrl = image_url({ "id", "splash", text = "{cdn}splashes/{0}/{1}.webp?size=512" }),
        discoverySplashUrl = image_url({
            "id", "discovery_splash",
            text = "{cdn}discovery-splashes/{0}/{1}.webp?size=512",
        }),
        incidents = "incidents_data",
    }, more)
end

-- A role whose rank is at the first of those paths that has one.
local function role(positions, members)
    return {
        entity = "Role",
        hexColor = ops.hex_colour({ "colors.primary_color", "color" }),
        position = first_of(positions),
        createdAt = ops.snowflake_time("id"),
        memberCount = members,
        guildId = "/guild_id",
        iconUrl = image_url({ "id", "icon", text = "{cdn}role-icons/{0}/{1}.webp?size=256" }),
    }
end

local sticker_format = name_of({ "format_type", names = { "png", "apng", "lottie", "gif" } })

local function sticker_url(text, kinds)
    return image_url({ "id", text = text, kind = kinds and "format_type", kinds = kinds })
end

return {
    Guild = guild({}),
    -- guildUpdate does not bring what only guildCreate does.
    GuildNow = guild({
        memberCount = first_of({ "member_count", "@old.member_count" }),
        joinedAt = first_of({ iso_time("joined_at"), iso_time("@old.joined_at") }),
        large = first_of({ "large", "@old.large" }),
    }),
    GuildUpdate = {
        old = object({ "@old", mapping = "Guild" }),
        new = object({ mapping = "GuildNow" }),
    },
    GuildDelete = {
        name = "@old.name",
        guild = "@old",
    },
    GuildIncidents = {},
    Role = role({ "position" }, ops.nothing),
    RolePlaced = role({ "@position", "position" }, "@memberCount"),
    RoleBefore = role({ "@oldPosition", "position" }, "@memberCount"),
    RoleColors = {
        primary = "primary_color",
        secondary = "secondary_color",
        tertiary = "tertiary_color",
    },
    RoleTags = {
        premiumSubscriber = ops.present("premium_subscriber"),
        availableForPurchase = ops.present("available_for_purchase"),
        guildConnections = ops.present("guild_connections"),
    },
    RoleUpdate = {
        old = object({ "@old", mapping = "RoleBefore" }),
        new = object({ mapping = "RolePlaced" }),
    },
    RoleDelete = {
        id = "role_id",
        role = object({ "@old", mapping = "RoleBefore" }),
    },

    -- What somebody reacted with or shows, rather than a guild's emoji as the subject.
    ShownEmoji = {
        entity = "Emoji",
        identifier = ops.emoji_identifier({ "id", "name" }),
        url = ops.emoji_url({ "id", "animated" }),
        managed = ops.nothing,
        requiresColons = ops.nothing,
        guildId = ops.nothing,
        available = ops.nothing,
        roles = ops.nothing,
        user = ops.nothing,
    },
    Emoji = {
        identifier = ops.emoji_identifier({ "id", "name", "animated" }),
        url = ops.emoji_url({ "id", "animated" }),
        requiresColons = with_default("require_colons", "true"),
        guildId = first_of({ "guild_id", "/guild_id" }),
    },
    StickerItem = {
        format = "format_type",
        formatName = sticker_format,
    },
    Sticker = {
        format = "format_type",
        formatName = sticker_format,
        available = with_default("available", "true"),
        guildId = first_of({ "guild_id", "/guild_id" }),
        url = first_of({
            sticker_url("https://media.discordapp.net/stickers/{0}.gif", { 4 }),
            sticker_url("{cdn}stickers/{0}.json", { 3 }),
            sticker_url("{cdn}stickers/{0}.png"),
        }),
        createdAt = ops.snowflake_time("id"),
    },
    SoundboardSound = {
        available = with_default("available", "true"),
        guildId = first_of({ "guild_id", "/guild_id" }),
        url = image_url({ "sound_id", text = "{cdn}soundboard-sounds/{0}" }),
    },
    GuildSoundboardSoundDelete = {
        sound = "@old",
    },
    GuildSoundboardSoundsUpdate = {
        sounds = "soundboard_sounds",
    },
    SoundboardSounds = {
        sounds = "soundboard_sounds",
    },

    VoiceState = {
        member = first_of({
            object({ "member", mapping = "Member" }),
            object({ "@member", mapping = "Member" }),
        }),
        deaf = ops.any_of({ "deaf", "self_deaf" }),
        mute = ops.any_of({ "mute", "self_mute" }),
        streaming = "self_stream",
    },
    VoiceChannelEffectSend = {
        emoji = object({ "emoji", mapping = "ShownEmoji" }),
    },
    VoiceChannelInfo = {
        startedAt = ops.epoch_seconds("voice_start_time"),
    },
    VoiceChannelStartTimeUpdate = {
        channelId = "id",
        startedAt = ops.epoch_seconds("voice_start_time"),
    },
    VoiceChannelStatusUpdate = {
        channelId = "id",
        oldStatus = "@old.status",
    },
    StageInstance = {
        privacyLevelName = name_of({ "privacy_level", names = { [2] = "guild_only" } }),
        createdAt = ops.snowflake_time("id"),
    },
    ScheduledEvent = {
        creator = first_of({
            object({ "creator", mapping = "User" }),
            object({ "@user", mapping = "User" }),
        }),
        statusName = name_of({ "status", names = { "scheduled", "active", "completed", "canceled" } }),
        entityTypeName = name_of({ "entity_type", names = { "stage_instance", "voice", "external" } }),
        imageUrl = image_url({ "id", "image", text = "{cdn}guild-events/{0}/{1}.webp?size=512" }),
        createdAt = ops.snowflake_time("id"),
    },
    Invite = {
        guildId = first_of({ "guild_id", "guild.id" }),
        channelId = first_of({ "channel_id", "channel.id" }),
        createdAt = iso_time("created_at"),
        expiresAt = first_of({ iso_time("expires_at"), ops.time_after({ "created_at", "max_age" }) }),
        url = image_url({ "code", text = "https://discord.gg/{0}" }),
    },
    InviteDelete = {
        invite = "@old",
    },
    Integration = {
        guildId = "/guild_id",
    },

    Ready = {
        guildIds = ops.list({ "guilds", text = "id" }),
        applicationId = "application.id",
    },
    RateLimited = {
        guildId = "meta.guild_id",
        nonce = "meta.nonce",
    },
    TypingStart = {
        timestamp = ops.epoch_seconds("timestamp"),
    },
}
