-- Channels and threads.
local ops = require "platforms.ops"
local first_of, iso_time, name_of, object = ops.first_of, ops.iso_time, ops.name_of, ops.object

local channel_types = {
    [0] = "text", [1] = "dm", [2] = "voice", [3] = "group_dm", [4] = "category", [5] = "announcement",
    [10] = "announcement_thread", [11] = "public_thread", [12] = "private_thread", [13] = "stage",
    [14] = "directory", [15] = "forum", [16] = "media",
}

local function for_channels(path, kinds) return { op = "copy", path, kind = "type", kinds = kinds } end

-- A channel whose rank is at the first of those paths that has one.
local function channel(positions)
    return {
        entity = "Channel",
        typeName = name_of({ "type", names = channel_types }),
        createdAt = first_of({ iso_time("thread_metadata.create_timestamp"), ops.snowflake_time("id") }),
        position = first_of(positions, { kind = "type", kinds = { 0, 2, 4, 5, 13, 15, 16 } }),
        topic = for_channels("topic", { 0, 5, 13, 15, 16 }),
        nsfw = for_channels("nsfw", { 0, 2, 5, 13, 15, 16 }),
        rateLimitPerUser = for_channels("rate_limit_per_user", { 0, 2, 10, 11, 12, 13, 15, 16 }),
        bitrate = for_channels("bitrate", { 2, 13 }),
        userLimit = for_channels("user_limit", { 2, 13 }),
        guildId = first_of({ "guild_id", "/guild_id" }),
        lastPinAt = iso_time("last_pin_timestamp"),
    }
end

return {
    Channel = channel({ "position" }),
    ChannelPlaced = channel({ "@position", "position" }),
    ChannelBefore = channel({ "@oldPosition", "position" }),
    PermissionOverwrite = {
        typeName = name_of({ "type", names = { [0] = "role", "member" } }),
    },
    ThreadMetadata = {
        archivedAt = iso_time("archive_timestamp"),
    },
    ThreadMember = {
        id = "user_id",
        threadId = first_of({ "id", "/id" }),
        joinedAt = iso_time("join_timestamp"),
        member = object({ "member", mapping = "MemberListed" }),
    },

    ChannelUpdate = {
        old = object({ "@old", mapping = "ChannelBefore" }),
        new = object({ mapping = "ChannelPlaced" }),
    },
    ChannelPinsUpdate = {
        lastPinAt = iso_time("last_pin_timestamp"),
    },
    ThreadCreate = {
        thread = object({ mapping = "Channel" }),
    },
    ThreadDelete = {
        name = "@old.name",
        thread = "@old",
    },
    ThreadMemberUpdate = {
        threadId = "id",
        joinedAt = iso_time("join_timestamp"),
        member = object({ "member", mapping = "MemberListed" }),
    },
    ThreadMembersUpdate = {
        threadId = "id",
    },
}
