-- Guilded, both flavours: the official bot API ("bot") and what the clients of people spoke ("user"). Raw names are those
-- on the wire; the adapter brings other spellings to them. Only ChatMessageCreated, ChatMessageUpdated and
-- ChatMessageDeleted are sent by both gateways, with different payloads: their mappings read both.
--
-- What the adapter adds as context: `place` {guildId, channelId} where the two flavours have them in different places;
-- `user` {id, name, avatar, bot} and `member` of whoever did it, as far as they have been seen; `old`; `names` by id for
-- mentions; `mentions`, `embeds` and `attachments` that a document or text holds; `entry`, where one payload becomes
-- several events: what this one is about.

local mappings = {}
for _, file in ipairs({ "messages", "people", "guilds" }) do
    for name, mapping in pairs(require("platforms.guilded." .. file)) do
        if mappings[name] then error("schema: guilded/" .. name .. " is there twice", 0) end
        mappings[name] = mapping
    end
end

local message = "message.channelId"

-- Of the bot gateway: the server is at `serverId` unless said otherwise.
local bot = {
    _WelcomeMessage = { event = "ready", guild = "-" },
    BotServerMembershipCreated = { event = "guildCreate", at = "server", guild = "server.id", main = true },
    BotServerMembershipDeleted = { event = "guildDelete", guild = "server.id" },
    ServerMemberJoined = { event = "guildMemberAdd", at = "member" },
    ServerMemberRemoved = { event = "guildMemberRemove" },
    ServerMemberBanned = { event = "guildBanAdd" },
    ServerMemberUnbanned = { event = "guildBanRemove" },
    ServerMemberUpdated = { event = "guildMemberUpdate", main = true },
    ServerRolesUpdated = { event = "guildMemberUpdate" },
    ServerChannelCreated = { event = "channelCreate", at = "channel", channel = "channel.id", main = true },
    ServerChannelUpdated = { event = "channelUpdate", at = "channel", channel = "channel.id", main = true },
    ServerChannelDeleted = { event = "channelDelete", at = "channel", channel = "channel.id", main = true },
    ServerWebhookCreated = { event = "webhookUpdate", channel = "webhook.channelId" },
    ServerWebhookUpdated = { event = "webhookUpdate", channel = "webhook.channelId", main = true },
    CalendarEventCreated = { event = "guildScheduledEventCreate", at = "calendarEvent", channel = "calendarEvent.channelId" },
    CalendarEventUpdated = { event = "guildScheduledEventUpdate", at = "calendarEvent", channel = "calendarEvent.channelId" },
    CalendarEventDeleted = { event = "guildScheduledEventDelete", at = "calendarEvent", channel = "calendarEvent.channelId" },
    CalendarEventRsvpUpdated = { event = "guildScheduledEventUserAdd", main = true },
    CalendarEventRsvpManyUpdated = { event = "guildScheduledEventUserAdd" },
    CalendarEventRsvpDeleted = { event = "guildScheduledEventUserRemove", main = true },
    ChannelMessageReactionCreated = { event = "messageReactionAdd", channel = "reaction.channelId", main = true },
    ChannelMessageReactionDeleted = { event = "messageReactionRemove", channel = "reaction.channelId", main = true },
    ChannelMessageReactionManyDeleted = { event = "messageReactionRemoveAll", channel = "channelId" },
    UserStatusCreated = { event = "presenceUpdate", guild = "-" },
    UserStatusDeleted = { event = "presenceUpdate", guild = "-" },
    RoleCreated = { event = "roleCreate", at = "role", main = true },
    RoleUpdated = { event = "roleUpdate", at = "role", main = true },
    RoleDeleted = { event = "roleDelete", main = true },
    ChannelArchived = { event = "channelUpdate", at = "channel", channel = "channel.id" },
    ChannelRestored = { event = "channelUpdate", at = "channel", channel = "channel.id" },
    CategoryCreated = { event = "channelCreate", at = "category", mapping = "Category" },
    CategoryUpdated = { event = "channelUpdate", at = "category", mapping = "CategoryUpdate" },
    CategoryDeleted = { event = "channelDelete", at = "category", mapping = "Category" },
    ChannelMessagePinned = { event = "channelPinsUpdate", channel = message, main = true },
    ChannelMessageUnpinned = { event = "channelPinsUpdate", channel = message },
}
for _, kind in ipairs({ "Created", "Updated", "Deleted" }) do
    bot["ChannelRolePermission" .. kind] = { event = "channelUpdate", mapping = "ChannelRightsUpdate" }
    bot["ChannelUserPermission" .. kind] = { event = "channelUpdate", mapping = "ChannelRightsUpdate" }
    bot["ChannelCategoryUserPermission" .. kind] = { event = "channelUpdate", mapping = "CategoryRightsUpdate" }
    bot["ChannelCategoryRolePermission" .. kind] = { event = "channelUpdate", mapping = "CategoryRightsUpdate" }
end

-- Of the user gateway: the team is at `teamId`, the channel at `channelId`.
local user = {
    -- What the runtime tells itself with the answer of GET /me when it has connected: {user, teams}.
    _Me = { event = "ready", guild = "-", channel = "-" },
    DMChatChannelCreated = { event = "channelCreate", at = "channel" },
    ChatChannelUpdated = { event = "channelUpdate", at = "channel" },
    ChatChannelTyping = { event = "typingStart", guild = "@entry.teamId" },
    ChatMessagesDeleted = { event = "messageDeleteBulk", main = true },
    TeamMessagesDeleted = { event = "messageDeleteBulk" },
    ChatMessageReactionAdded = { event = "messageReactionAdd" },
    ChatMessageReactionDeleted = { event = "messageReactionRemove" },
    ChatPinnedMessageCreated = { event = "channelPinsUpdate" },
    ChatPinnedMessageDeleted = { event = "channelPinsUpdate" },
    TemporalChannelCreated = { event = "threadCreate", main = true },
    TemporalChannelUsersAdded = { event = "threadMembersUpdate" },
    teamRolesUpdated = { event = "roleUpdate", at = "@entry" },
    teamReactionsUpdated = { event = "emojiUpdate", at = "reactions" },
    teamReactionRemoved = { event = "emojiDelete", mapping = "EmojiGone" },
    TeamEventCreated = { event = "guildScheduledEventCreate" },
    TeamEventModified = { event = "guildScheduledEventUpdate" },
    TeamEventRemoved = { event = "guildScheduledEventDelete" },
    TeamMemberJoined = { event = "guildMemberAdd", at = "user" },
    TeamMemberRemoved = { event = "guildMemberRemove" },
    TeamMembersRemoved = { event = "guildMemberRemove" },
    TeamMemberUpdated = { event = "guildMemberUpdate" },
    TeamMemberAliasUpdated = { event = "guildMemberUpdate" },
    TeamMutedMembersUpdated = { event = "voiceStateUpdate", main = true },
    TeamDeafenedMembersUpdated = { event = "voiceStateUpdate" },
    TeamChannelVoiceParticipantAdded = { event = "voiceStateUpdate" },
    TeamChannelVoiceParticipantRemoved = { event = "voiceStateUpdate", mapping = "VoiceLeftUpdate" },
    TeamChannelStreamAdded = { event = "voiceStateUpdate", mapping = "VoiceStreamingUpdate" },
    TeamChannelStreamRemoved = { event = "voiceStateUpdate" },
    TeamChannelVoiceUserMoved = { event = "voiceStateUpdate" },
    TeamUpdated = { event = "guildUpdate", at = "teamInfo" },
    TeamChannelCreated = { event = "channelCreate", at = "channel", channel = "channel.id" },
    TeamChannelUpdated = { event = "channelUpdate", at = "channel", channel = "channel.id" },
    TeamChannelPrioritiesUpdated = { event = "channelUpdate", mapping = "ChannelByIdUpdate", channel = "@entry.id" },
    TeamChannelCategoryPrioritiesUpdated = { event = "channelUpdate", mapping = "CategoryEntryUpdate" },
    TeamChannelDeleted = { event = "channelDelete", mapping = "ChannelById" },
    TeamChannelsDeleted = { event = "channelDelete", mapping = "ChannelById", channel = "@entry.id" },
    TeamChannelCategoryCreated = { event = "channelCreate", at = "category", mapping = "Category" },
    TeamChannelCategoryUpdated = { event = "channelUpdate", at = "category", mapping = "CategoryUpdate" },
    TeamChannelCategoryDeleted = { event = "channelDelete", mapping = "Category" },
    TeamChannelCategoriesDeleted = { event = "channelDelete", mapping = "CategoryEntry" },
    TeamChannelCategoryGroupMoved = { event = "channelUpdate", mapping = "CategoryUpdate" },
    TeamWebhookCreated = { event = "webhookUpdate", channel = "webhook.channelId", guild = "webhook.teamId" },
    TeamWebhookUpdated = { event = "webhookUpdate", channel = "webhook.channelId", guild = "webhook.teamId" },
    TEAM_CHANNEL_ARCHIVED = { event = "channelUpdate", mapping = "ChannelByIdUpdate" },
    TEAM_CHANNEL_RESTORED = { event = "channelUpdate", mapping = "ChannelByIdUpdate" },
    USER_PRESENCE_MANUALLY_SET = { event = "presenceUpdate", guild = "-", channel = "-", main = true },
    USER_PRESENCE_RECEIVED = { event = "presenceUpdate", guild = "-", channel = "-" },
    USER_UPDATED = { event = "userUpdate", guild = "-", channel = "-" },
    USER_TEAMS_UPDATED = { event = "guildCreate", mapping = "GuildJoined" },
}

-- Of both.
local events = {
    ChatMessageCreated = { event = "messageCreate", at = "message", dedupe = { "message.id" } },
    ChatMessageUpdated = { event = "messageUpdate", at = "message" },
    ChatMessageDeleted = { event = "messageDelete" },
}
for _, event in pairs(events) do event.guild, event.channel = "@place.guildId", "@place.channelId" end
for name, event in pairs(bot) do
    event.guild = event.guild or "serverId"
    events[name] = event
end
for name, event in pairs(user) do
    event.guild = event.guild or "teamId"
    event.channel = event.channel or "channelId"
    events[name] = event
end

local derived = {
    guildAvailable = { from = { "_WelcomeMessage", "_Me" }, at = "@guild", guild = "@guild.id", mapping = "Guild" },
    guildDelete = { from = { "USER_TEAMS_UPDATED" } },
    messageReactionRemoveEmoji = { from = { "ChannelMessageReactionManyDeleted" }, guild = "serverId", channel = "channelId" },
    threadDelete = { from = { "ServerChannelDeleted" }, guild = "serverId", channel = "channel.id" },
    emojiCreate = { from = { "teamReactionsUpdated" }, at = "reactions", guild = "teamId" },
    { event = "roleCreate", from = { "teamRolesUpdated" }, at = "@entry", guild = "teamId" },
    { event = "roleDelete", from = { "teamRolesUpdated" }, mapping = "RoleEntryDelete", guild = "teamId" },
    { event = "guildMemberUpdate", from = { "teamRolesUpdated" }, guild = "teamId" },
    { event = "guildScheduledEventUserRemove", from = { "CalendarEventRsvpUpdated", "CalendarEventRsvpManyUpdated" },
      guild = "serverId" },
    { event = "threadCreate", from = { "ServerChannelCreated" }, guild = "serverId", channel = "channel.id" },
    { event = "threadCreate", from = { "TeamChannelCreated" }, guild = "teamId", channel = "channel.id" },
    { event = "threadUpdate", from = { "ServerChannelUpdated", "ChannelArchived", "ChannelRestored" }, at = "channel",
      guild = "serverId", channel = "channel.id" },
    { event = "threadUpdate", from = { "TeamChannelUpdated" }, at = "channel", guild = "teamId", channel = "channel.id" },
    { event = "threadUpdate", from = { "TEAM_CHANNEL_ARCHIVED", "TEAM_CHANNEL_RESTORED" }, mapping = "ThreadByIdUpdate",
      guild = "teamId", channel = "channelId" },
}

-- Contents that no normalised event fits, and names whose payload nobody has described.
local passed_through = {
    [""] = {
        -- The user gateway.
        "CHANNEL_BADGED", "CHANNEL_CONTENT_SEEN", "CHANNEL_SEEN", "CHANNEL_UNBADGED", "ChatChannelBroadcastCall",
        "ChatChannelBroadcastCallResponse", "ChatChannelHidden", "ChatChannelNicknameChanged", "StageUpdated",
        "TEAEM_SOCKET_RECONNECTED", "TEAM_CHANNEL_CONTENT_CREATED", "TEAM_CHANNEL_CONTENT_CREATED_SILENT",
        "TEAM_CHANNEL_CONTENT_DELETED", "TEAM_CHANNEL_CONTENT_REPLY_CREATED",
        "TEAM_CHANNEL_CONTENT_REPLY_DELETED", "TEAM_CHANNEL_CONTENT_REPLY_UPDATED",
        "TEAM_CHANNEL_CONTENT_UPDATED", "TEAM_GROUP_CREATED", "TEAM_GROUP_DELETED_FOR_USER",
        "TEAM_GROUP_MARKED_AS_READ", "TEAM_GROUP_UPDATED", "TEAM_USER_GROUP_PRIORITIES_UPDATED",
        "TeamApplicationCreated", "TeamApplicationRemoved", "TeamApplicationUpdated", "TeamAvailabilitiesUpdated",
        "TeamBotCreated", "TeamBotFlowUpdated", "TeamBotUpdated", "TeamChannelAvailabilitiesRemoved",
        "TeamChannelAvailabilitiesUpdated", "TeamChannelStreamActive", "TeamChannelStreamEnded",
        "TeamChannelStreamUserClientConnected", "TeamChannelVoiceUserClientConnected", "TeamContentDeleted",
        "TeamContentOperationsApplied", "TeamContentReplaced", "TeamContentReplyAdded", "TeamContentReplyRemoved",
        "TeamGameAdded", "TeamGroupArchived", "TeamGroupDeleted", "TeamGroupFollowed",
        "TeamGroupPrioritiesUpdated", "TeamGroupRestored", "TeamGroupUpdated", "TeamMemberSocialLinkUpdated",
        "TeamPaymentInfoUpdated", "TeamServerSubscriptionPlanCreated", "TeamServerSubscriptionPlanDeleted",
        "TeamServerSubscriptionPlanUpdated", "TeamServerSubscriptionUpdated", "TeamStreamInfoUpdated",
        "TeamStripeAccountOnboarded", "TeamSubscriptionInfoUpdated", "TeamXpAdded", "TeamXpSet",
        "USER_ALIAS_UPDATED", "USER_MEDIA_UPLOAD_PROGRESS", "USER_PINGED", "USER_SCANNED_MOBILE_DOWNLOAD_QR",
        "USER_SOCIAL_LINK_UPDATED", "USER_SOCKET_CONNECTED", "USER_SOCKET_CONNECT_ERROR",
        "USER_SOCKET_RECONNECTED", "USER_SOCKET_RECONNECTING", "USER_TEAM_MEMBER_STREAM_UPDATED",
        "USER_TEAM_SECTION_SEEN", "USER_TEAM_SECTION_UNREAD_COUNT_INCREMENTED", "UserStreamsVisibilityUpdated",
        "VoiceChannelRegionPingReport", "teamContentReactionsAdded", "teamContentReactionsRemoved",
        "teamThreadCreated", "teamThreadReplyCreated",
        -- The bot gateway.
        "AnnouncementCommentCreated", "AnnouncementCommentDeleted", "AnnouncementCommentReactionCreated",
        "AnnouncementCommentReactionDeleted", "AnnouncementCommentUpdated", "AnnouncementCreated",
        "AnnouncementDeleted", "AnnouncementReactionCreated", "AnnouncementReactionDeleted",
        "AnnouncementUpdated", "CalendarEventCommentCreated", "CalendarEventCommentDeleted",
        "CalendarEventCommentReactionCreated", "CalendarEventCommentReactionDeleted",
        "CalendarEventCommentUpdated", "CalendarEventReactionCreated", "CalendarEventReactionDeleted",
        "CalendarEventSeriesDeleted", "CalendarEventSeriesUpdated", "DocCommentCreated", "DocCommentDeleted",
        "DocCommentReactionCreated", "DocCommentReactionDeleted", "DocCommentUpdated", "DocCreated", "DocDeleted",
        "DocReactionCreated", "DocReactionDeleted", "DocUpdated", "ForumTopicCommentCreated",
        "ForumTopicCommentDeleted", "ForumTopicCommentReactionCreated", "ForumTopicCommentReactionDeleted",
        "ForumTopicCommentUpdated", "ForumTopicCreated", "ForumTopicDeleted", "ForumTopicLocked",
        "ForumTopicPinned", "ForumTopicReactionCreated", "ForumTopicReactionDeleted", "ForumTopicUnlocked",
        "ForumTopicUnpinned", "ForumTopicUpdated", "GroupCreated", "GroupDeleted", "GroupUpdated",
        "ListItemCompleted", "ListItemCreated", "ListItemDeleted", "ListItemUncompleted", "ListItemUpdated",
        "ServerMemberSocialLinkCreated", "ServerMemberSocialLinkDeleted", "ServerMemberSocialLinkUpdated",
        "ServerXpAdded",
    },
}

return {
    name = "guilded",
    title = "Guilded",
    implied = false,
    ids = "text",
    context = { "entry", "place", "mentions", "embeds", "attachments" },
    mappings = mappings,
    events = events,
    derived = derived,
    passed_through = passed_through,
    operations = require "platforms.guilded.operations",
}
