-- Discord API v10: which dispatches become which events, and where each field lies in the raw payload.
--
-- A mapping is named after its entity, or after the place for an entity that is read in several ways. A field
-- that it does not name is copied from the raw key of the same name in snake_case: texts, ids, numbers and
-- booleans as they are, times normalised, entities and lists of them through the mapping of their name.
-- Otherwise a field is given
--   a path        "author.id"; "/guild_id" starts at the payload's root instead of the mapping's own object,
--                 "@old.name" at the context: what the cache knows beside the payload
--   an operation  { op = ..., path, ..., key = value }, as the functions of ops.lua make them.
-- The mappings are in the files of discord/.

local mappings = {}
for _, file in ipairs({
    "users", "messages", "channels", "guilds", "moderation", "interactions", "rest",
}) do
    for name, mapping in pairs(require("platforms.discord." .. file)) do
        if mappings[name] then error("schema: discord/" .. name .. " is there twice", 0) end
        mappings[name] = mapping
    end
end

local intents = {
    { 0, "GUILDS" },
    { 1, "GUILD_MEMBERS", privileged = true },
    { 2, "GUILD_MODERATION" },
    { 3, "GUILD_EXPRESSIONS" },
    { 4, "GUILD_INTEGRATIONS" },
    { 5, "GUILD_WEBHOOKS" },
    { 6, "GUILD_INVITES" },
    { 7, "GUILD_VOICE_STATES" },
    { 8, "GUILD_PRESENCES", privileged = true },
    { 9, "GUILD_MESSAGES" },
    { 10, "GUILD_MESSAGE_REACTIONS" },
    { 11, "GUILD_MESSAGE_TYPING" },
    { 12, "DIRECT_MESSAGES" },
    { 13, "DIRECT_MESSAGE_REACTIONS" },
    { 14, "DIRECT_MESSAGE_TYPING" },
    { 15, "MESSAGE_CONTENT", privileged = true },
    { 16, "GUILD_SCHEDULED_EVENTS" },
    { 20, "AUTO_MODERATION_CONFIGURATION" },
    { 21, "AUTO_MODERATION_EXECUTION" },
    { 24, "GUILD_MESSAGE_POLLS" },
    { 25, "DIRECT_MESSAGE_POLLS" },
}

-- What each raw event becomes. `at`: where the payload entity lies. `any`: intents of which one suffices; `fill`:
-- those without which fields stay empty. `mapping`: where it is not that of the event's shape. `guild` and `channel`
-- are guild_id and channel_id unless said otherwise; "-": there is none. `dedupe`: what tells one occurrence from
-- another, where that is less than the whole payload.
local messages = { "GUILD_MESSAGES", "DIRECT_MESSAGES" }
local reactions = { "GUILD_MESSAGE_REACTIONS", "DIRECT_MESSAGE_REACTIONS" }
local polls = { "GUILD_MESSAGE_POLLS", "DIRECT_MESSAGE_POLLS" }
local content = { "MESSAGE_CONTENT" }
local guilds, members = { "GUILDS" }, { "GUILD_MEMBERS" }
local moderation, expressions = { "GUILD_MODERATION" }, { "GUILD_EXPRESSIONS" }
local integrations, invites = { "GUILD_INTEGRATIONS" }, { "GUILD_INVITES" }
local plans, rules = { "GUILD_SCHEDULED_EVENTS" }, { "AUTO_MODERATION_CONFIGURATION" }

local events = {
    READY = { event = "ready", guild = "-", channel = "-" },
    RESUMED = { event = "resumed", guild = "-", channel = "-" },
    RATE_LIMITED = { event = "rateLimited", guild = "meta.guild_id", channel = "-" },
    MESSAGE_CREATE = { event = "messageCreate", any = messages, fill = content, dedupe = { "id" } },
    MESSAGE_UPDATE = { event = "messageUpdate", any = messages, fill = content },
    MESSAGE_DELETE = { event = "messageDelete", any = messages },
    MESSAGE_DELETE_BULK = { event = "messageDeleteBulk", any = messages },
    MESSAGE_REACTION_ADD = { event = "messageReactionAdd", any = reactions },
    MESSAGE_REACTION_REMOVE = { event = "messageReactionRemove", any = reactions },
    MESSAGE_REACTION_REMOVE_ALL = { event = "messageReactionRemoveAll", any = reactions },
    MESSAGE_REACTION_REMOVE_EMOJI = { event = "messageReactionRemoveEmoji", any = reactions },
    MESSAGE_POLL_VOTE_ADD = { event = "messagePollVoteAdd", any = polls },
    MESSAGE_POLL_VOTE_REMOVE = { event = "messagePollVoteRemove", any = polls },
    TYPING_START = { event = "typingStart", any = { "GUILD_MESSAGE_TYPING", "DIRECT_MESSAGE_TYPING" } },
    GUILD_MEMBER_ADD = { event = "guildMemberAdd", any = members, dedupe = { "guild_id", "user.id", "joined_at" } },
    GUILD_MEMBER_REMOVE = { event = "guildMemberRemove", any = members },
    GUILD_MEMBER_UPDATE = { event = "guildMemberUpdate", any = members },
    GUILD_MEMBERS_CHUNK = { event = "guildMembersChunk" },
    PRESENCE_UPDATE = { event = "presenceUpdate", any = { "GUILD_PRESENCES" } },
    USER_UPDATE = { event = "userUpdate", fill = members, guild = "-", channel = "-" },
    GUILD_CREATE = { event = "guildCreate", any = guilds, guild = "id" },
    GUILD_UPDATE = { event = "guildUpdate", any = guilds, guild = "id" },
    GUILD_DELETE = { event = "guildDelete", any = guilds, guild = "id" },
    GUILD_BAN_ADD = { event = "guildBanAdd", any = moderation },
    GUILD_BAN_REMOVE = { event = "guildBanRemove", any = moderation },
    GUILD_AUDIT_LOG_ENTRY_CREATE = { event = "guildAuditLogEntryCreate", any = moderation, dedupe = { "id" } },
    GUILD_ROLE_CREATE = { event = "roleCreate", any = guilds, at = "role", mapping = "RolePlaced" },
    GUILD_ROLE_UPDATE = { event = "roleUpdate", any = guilds, at = "role" },
    GUILD_ROLE_DELETE = { event = "roleDelete", any = guilds },
    GUILD_EMOJIS_UPDATE = { event = "guildEmojisUpdate", any = expressions },
    GUILD_STICKERS_UPDATE = { event = "guildStickersUpdate", any = expressions },
    GUILD_SOUNDBOARD_SOUND_CREATE = { event = "guildSoundboardSoundCreate", any = expressions },
    GUILD_SOUNDBOARD_SOUND_UPDATE = { event = "guildSoundboardSoundUpdate", any = expressions },
    GUILD_SOUNDBOARD_SOUND_DELETE = { event = "guildSoundboardSoundDelete", any = expressions },
    GUILD_SOUNDBOARD_SOUNDS_UPDATE = { event = "guildSoundboardSoundsUpdate", any = expressions },
    SOUNDBOARD_SOUNDS = { event = "soundboardSounds" },
    GUILD_INTEGRATIONS_UPDATE = { event = "guildIntegrationsUpdate", any = integrations },
    INTEGRATION_CREATE = { event = "integrationCreate", any = integrations },
    INTEGRATION_UPDATE = { event = "integrationUpdate", any = integrations },
    INTEGRATION_DELETE = { event = "integrationDelete", any = integrations },
    WEBHOOKS_UPDATE = { event = "webhookUpdate", any = { "GUILD_WEBHOOKS" } },
    INVITE_CREATE = { event = "inviteCreate", any = invites, dedupe = { "code" } },
    INVITE_DELETE = { event = "inviteDelete", any = invites },
    CHANNEL_CREATE = { event = "channelCreate", any = guilds, channel = "id", mapping = "ChannelPlaced" },
    CHANNEL_UPDATE = { event = "channelUpdate", any = guilds, channel = "id" },
    CHANNEL_DELETE = { event = "channelDelete", any = guilds, channel = "id", mapping = "ChannelPlaced" },
    CHANNEL_PINS_UPDATE = { event = "channelPinsUpdate", any = { "GUILDS", "DIRECT_MESSAGES" } },
    CHANNEL_INFO = { event = "channelInfo" },
    THREAD_CREATE = { event = "threadCreate", any = guilds, channel = "id" },
    THREAD_UPDATE = { event = "threadUpdate", any = guilds, channel = "id" },
    THREAD_DELETE = { event = "threadDelete", any = guilds, channel = "id" },
    THREAD_LIST_SYNC = { event = "threadListSync", any = guilds },
    THREAD_MEMBER_UPDATE = { event = "threadMemberUpdate", any = guilds, channel = "id" },
    THREAD_MEMBERS_UPDATE = { event = "threadMembersUpdate", any = guilds, fill = members, channel = "id" },
    VOICE_STATE_UPDATE = { event = "voiceStateUpdate", any = { "GUILD_VOICE_STATES" } },
    VOICE_SERVER_UPDATE = { event = "voiceServerUpdate" },
    VOICE_CHANNEL_EFFECT_SEND = { event = "voiceChannelEffectSend", any = { "GUILD_VOICE_STATES" } },
    VOICE_CHANNEL_START_TIME_UPDATE = { event = "voiceChannelStartTimeUpdate", any = guilds, channel = "id" },
    VOICE_CHANNEL_STATUS_UPDATE = { event = "voiceChannelStatusUpdate", any = guilds, channel = "id" },
    STAGE_INSTANCE_CREATE = { event = "stageInstanceCreate", any = guilds },
    STAGE_INSTANCE_UPDATE = { event = "stageInstanceUpdate", any = guilds },
    STAGE_INSTANCE_DELETE = { event = "stageInstanceDelete", any = guilds },
    GUILD_SCHEDULED_EVENT_CREATE = { event = "guildScheduledEventCreate", any = plans },
    GUILD_SCHEDULED_EVENT_UPDATE = { event = "guildScheduledEventUpdate", any = plans },
    GUILD_SCHEDULED_EVENT_DELETE = { event = "guildScheduledEventDelete", any = plans },
    GUILD_SCHEDULED_EVENT_USER_ADD = { event = "guildScheduledEventUserAdd", any = plans },
    GUILD_SCHEDULED_EVENT_USER_REMOVE = { event = "guildScheduledEventUserRemove", any = plans },
    INTERACTION_CREATE = { event = "interactionCreate", dedupe = { "id" } },
    APPLICATION_COMMAND_PERMISSIONS_UPDATE = { event = "applicationCommandPermissionsUpdate" },
    AUTO_MODERATION_RULE_CREATE = { event = "autoModerationRuleCreate", any = rules },
    AUTO_MODERATION_RULE_UPDATE = { event = "autoModerationRuleUpdate", any = rules },
    AUTO_MODERATION_RULE_DELETE = { event = "autoModerationRuleDelete", any = rules },
    AUTO_MODERATION_ACTION_EXECUTION = {
        event = "autoModerationActionExecution",
        any = { "AUTO_MODERATION_EXECUTION" },
        fill = content,
    },
    ENTITLEMENT_CREATE = { event = "entitlementCreate" },
    ENTITLEMENT_UPDATE = { event = "entitlementUpdate" },
    ENTITLEMENT_DELETE = { event = "entitlementDelete" },
    SUBSCRIPTION_CREATE = { event = "subscriptionCreate", guild = "-" },
    SUBSCRIPTION_UPDATE = { event = "subscriptionUpdate", guild = "-" },
    SUBSCRIPTION_DELETE = { event = "subscriptionDelete", guild = "-" },
}

-- What else these become, by what the cache knows: `from` are raw events, the rest is as above. Where an event is
-- also one of those above, its payload is made in that form. Emoji and stickers come alone, with `guild_id` added.
local derived = {
    guildAvailable = { from = { "GUILD_CREATE" }, any = guilds, guild = "id" },
    guildUnavailable = { from = { "GUILD_DELETE" }, any = guilds, guild = "id" },
    userUpdate = { from = { "GUILD_MEMBER_UPDATE", "PRESENCE_UPDATE" } },
    emojiCreate = { from = { "GUILD_EMOJIS_UPDATE" }, any = expressions },
    emojiUpdate = { from = { "GUILD_EMOJIS_UPDATE" }, any = expressions },
    emojiDelete = { from = { "GUILD_EMOJIS_UPDATE" }, any = expressions },
    stickerCreate = { from = { "GUILD_STICKERS_UPDATE" }, any = expressions },
    stickerUpdate = { from = { "GUILD_STICKERS_UPDATE" }, any = expressions },
    stickerDelete = { from = { "GUILD_STICKERS_UPDATE" }, any = expressions },
}

-- Seen, and documented nowhere: they pass through as discord:NAME, as do names that nobody has heard of.
local passed_through = {
    [""] = {
        "CHANNEL_TOPIC_UPDATE", "EMBEDDED_ACTIVITY_UPDATE", "GUILD_APPLICATION_COMMAND_COUNTS_UPDATE",
        "GUILD_APPLICATION_COMMAND_INDEX_UPDATE", "GUILD_JOIN_REQUEST_CREATE", "GUILD_JOIN_REQUEST_DELETE",
        "GUILD_JOIN_REQUEST_UPDATE",
    },
}

return {
    name = "discord",
    title = "Discord",
    implied = "snake",
    ids = "digits",
    guild = "guild_id",
    channel = "channel_id",
    mappings = mappings,
    intents = intents,
    events = events,
    derived = derived,
    passed_through = passed_through,
}
