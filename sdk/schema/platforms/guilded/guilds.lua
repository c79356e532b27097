-- Servers (teams) with their channels, emoji, webhooks and plans.
local ops = require "platforms.ops"
local first_of, iso_time, list, object = ops.first_of, ops.iso_time, ops.list, ops.object

local guild = first_of({ "serverId", "/serverId", "teamId", "/teamId" })

-- Those of 100 and above are kinds that Discord has not.
local kinds = {
    chat = 0, DM = 1, voice = 2, announcements = 5, announcement = 5, stream = 13, streaming = 13, forums = 15, forum = 15,
    media = 16, docs = 100, doc = 100, list = 101, calendar = 102, event = 102, scheduling = 103,
}
local kind_names = {
    chat = "text", DM = "dm", voice = "voice", announcements = "announcement", announcement = "announcement", stream = "stage",
    streaming = "stage", forums = "forum", forum = "forum", media = "media", docs = "docs", doc = "docs", list = "list",
    calendar = "calendar", event = "calendar", scheduling = "scheduling",
}

local channel = {
    id = first_of({ "id", "/channelId" }), name = "name",
    type = first_of({ ops.number_of({ "type", texts = kinds }), ops.number_of({ "contentType", texts = kinds }) }),
    typeName = first_of({ ops.text_of({ "type", texts = kind_names }), ops.text_of({ "contentType", texts = kind_names }) }),
    parentId = first_of({ "parentId", "parentChannelId", "categoryId", "channelCategoryId" }),
    createdAt = iso_time("createdAt"), position = "priority", topic = first_of({ "topic", "description" }),
    guildId = guild, ownerId = first_of({ "ownerId" }), recipients = ops.objects({ "users", mapping = "User" }),
}
local thread = ops.with(channel, {
    entity = "Channel", type = ops.constant("11"), typeName = ops.constant("public_thread"),
    parentId = first_of({ "parentId", "parentChannelId" }), ownerId = "createdBy",
    threadMetadata = object({ mapping = "ThreadMetadata" }),
})
local function changed(mapping, at)
    return {
        entity = "ChannelUpdate", old = object({ "@old", mapping = mapping }), new = object({ at, mapping = mapping }),
    }
end

return {
    Guild = {
        id = first_of({ "id", "/serverId", "/teamId" }), name = "name", iconUrl = first_of({ "avatar", "profilePicture" }),
        bannerUrl = first_of({ "banner", "teamDashImage" }), description = first_of({ "about", "description", "bio" }),
        ownerId = "ownerId", memberCount = first_of({ "memberCount", "/serverMemberCount" }),
        createdAt = iso_time("createdAt"), vanityUrlCode = first_of({ "url", "subdomain" }),
        systemChannelId = "defaultChannelId", available = ops.constant("true"),
    },
    GuildUpdate = { old = object({ "@old", mapping = "Guild" }), new = object({ mapping = "Guild" }) },
    GuildDelete = {
        id = first_of({ "server.id", "teamId" }), name = first_of({ "server.name", "@guild.name" }),
        guild = first_of({ object({ "server", mapping = "Guild" }), object({ "@guild", mapping = "Guild" }) }),
    },
    -- Joined from elsewhere: the id, and what the API says of it where it was asked.
    GuildJoined = {
        entity = "Guild", id = "teamId", name = "@guild.name", iconUrl = "@guild.profilePicture", ownerId = "@guild.ownerId",
        available = ops.constant("true"),
    },
    Ready = {
        user = "user", guildIds = first_of({ list("@entry.guildIds"), list({ "teams", text = "id" }) }),
        applicationId = first_of({ "botId", "user.id" }),
    },

    Channel = channel,
    ChannelBefore = ops.with(channel, { entity = "Channel" }),
    ThreadChannel = thread,
    ThreadMetadata = { archived = ops.not_empty({ "archivedAt" }), archivedAt = iso_time("archivedAt") },
    Category = {
        entity = "Channel", id = first_of({ "id", "/channelCategoryId" }), name = "name", type = ops.constant("4"),
        typeName = ops.constant("category"), position = "priority", createdAt = iso_time("createdAt"), guildId = guild,
    },
    CategoryEntry = {
        entity = "Channel", id = "@entry.id", type = ops.constant("4"), typeName = ops.constant("category"), guildId = guild,
        position = "@entry.priority",
    },
    -- Named by its id alone.
    ChannelById = { entity = "Channel", id = first_of({ "@entry.id", "channelId" }), guildId = guild,
        position = "@entry.priority",
        type = ops.number_of({ "contentType", texts = kinds }), typeName = ops.text_of({ "contentType", texts = kind_names }),
    },
    -- Whose rights changed.
    ChannelOfRights = {
        entity = "Channel", guildId = guild,
        id = first_of({ "channelRolePermission.channelId", "channelUserPermission.channelId" }),
    },
    CategoryOfRights = {
        entity = "Channel", guildId = guild, type = ops.constant("4"), typeName = ops.constant("category"),
        id = first_of({ "channelCategoryUserPermission.categoryId", "channelCategoryRolePermission.categoryId" }),
    },
    ChannelUpdate = changed("Channel"),
    ChannelByIdUpdate = changed("ChannelById"),
    ChannelRightsUpdate = changed("ChannelOfRights"),
    CategoryRightsUpdate = changed("CategoryOfRights"),
    CategoryUpdate = changed("Category"),
    CategoryEntryUpdate = changed("CategoryEntry"),
    ThreadUpdate = { old = object({ "@old", mapping = "ThreadChannel" }), new = object({ mapping = "ThreadChannel" }) },
    ThreadByIdUpdate = { entity = "ThreadUpdate", new = object({ mapping = "ChannelById" }) },
    ThreadCreate = { thread = object({ "channel", mapping = "ThreadChannel" }), newlyCreated = ops.constant("true") },
    ThreadDelete = {
        id = "channel.id", guildId = guild, parentId = first_of({ "channel.parentId", "channel.parentChannelId" }),
        name = "channel.name", type = ops.constant("11"), thread = object({ "channel", mapping = "ThreadChannel" }),
    },
    ThreadMembersUpdate = {
        threadId = first_of({ "channelId", "channel.id" }), guildId = guild,
        addedMembers = ops.objects({ "userIds", mapping = "ThreadMember" }),
    },
    ThreadMember = { id = "id", threadId = "/channelId" },

    Emoji = {
        id = "id", name = "name", identifier = ops.emoji_identifier({ "id", "name" }),
        url = first_of({ "url", "webp", "png" }), animated = ops.not_empty({ "apng" }), guildId = guild,
    },
    EmojiGone = { entity = "Emoji", id = "reactionId", identifier = first_of({ "reactionId" }), guildId = guild },
    EmojiUpdate = { old = object({ "@old", mapping = "Emoji" }), new = object({ mapping = "Emoji" }) },
    WebhookUpdate = { channelId = "webhook.channelId", guildId = first_of({ "serverId", "webhook.serverId", "webhook.teamId" }) },

    ScheduledEvent = {
        id = first_of({ "id", "familyId" }), guildId = guild, channelId = "channelId", creatorId = "createdBy", name = "name",
        description = "description", scheduledStartTime = first_of({ iso_time("startsAt"), iso_time("happensAt") }),
        privacyLevel = ops.constant("2"),
        status = first_of({ { op = "constant", text = "4", unless_missing = "cancellation" }, ops.constant("1") }),
        statusName = first_of({
            { op = "constant", text = "canceled", unless_missing = "cancellation" }, ops.constant("scheduled"),
        }),
        entityType = ops.constant("3"), entityTypeName = ops.constant("external"),
        entityMetadata = object({ mapping = "ScheduledEventMetadata" }), createdAt = iso_time("createdAt"),
    },
    ScheduledEventMetadata = { location = "location" },
    GuildScheduledEventUpdate = { new = object({ mapping = "ScheduledEvent" }) },
    GuildScheduledEventUserAdd = {
        guildScheduledEventId = first_of({ "@entry.calendarEventId", "calendarEventRsvp.calendarEventId" }),
        userId = first_of({ "@entry.userId", "calendarEventRsvp.userId" }), guildId = guild,
    },
    GuildScheduledEventUserRemove = {
        guildScheduledEventId = first_of({ "@entry.calendarEventId", "calendarEventRsvp.calendarEventId" }),
        userId = first_of({ "@entry.userId", "calendarEventRsvp.userId" }), guildId = guild,
    },
}
