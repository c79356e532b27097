-- Discord API v10: which dispatches become which events, and where each field lies in the raw payload.
--
-- A mapping is named after its entity, or after the place for an entity that is read in several ways. A field
-- that it does not name is copied from the raw key of the same name in snake_case: texts, ids, numbers and
-- booleans as they are, times normalised, entities and lists of them through the mapping of their name.
-- Otherwise a field is given
--   a path        "author.id"; "/guild_id" starts at the payload's root instead of the mapping's own object,
--                 "@old.name" at the context: what the cache knows beside the payload
--   an operation  { op = ..., path, ..., key = value }, as the functions below make them.

local function op(name)
    return function(spec)
        if type(spec) ~= "table" then
            spec = { spec }
        end
        spec.op = name
        return spec
    end
end

local nothing = { op = "nothing" }
local constant = function(text) return { op = "constant", text = text } end
local first_of = function(alternatives) return { op = "first_of", alternatives = alternatives } end
local iso_time, snowflake_time = op("iso_time"), op("snowflake_time")
local epoch_seconds, epoch_millis = op("epoch_seconds"), op("epoch_millis")
local image_url, default_avatar = op("image_url"), op("default_avatar")
local emoji_url, emoji_identifier = op("emoji_url"), op("emoji_identifier")
local hex_colour, name_of, number_text = op("hex_colour"), op("name_of"), op("number_text")
local any_of, none_of, spoiler_url = op("any_of"), op("none_of"), op("spoiler_url")
local clean_content, channel_mentions = op("clean_content"), op("channel_mentions")
local object, list, permission_names = op("object"), op("list"), op("permission_names")

local function with_default(path, text) return first_of({ path, constant(text) }) end

local cdn = "https://cdn.discordapp.com/"

local function user_avatar(user)
    return image_url({ user .. "id", user .. "avatar", text = cdn .. "avatars/{0}/{1}.{ext}?size=256" }),
        default_avatar({ user .. "id", user .. "discriminator" })
end

-- A member whose own keys begin at `own` and whose account's at `user`.
local function member(own, user)
    local custom, default = user_avatar(user)
    return {
        id = user .. "id",
        displayName = first_of({ own .. "nick", user .. "global_name", user .. "username" }),
        nickname = own .. "nick",
        avatar = own .. "avatar",
        displayAvatarUrl = first_of({
            image_url({
                "/guild_id", user .. "id", own .. "avatar",
                text = cdn .. "guilds/{0}/users/{1}/avatars/{2}.{ext}?size=256",
            }),
            custom,
            default,
        }),
        joinedAt = iso_time(own .. "joined_at"),
        premiumSince = iso_time(own .. "premium_since"),
        roles = list({ own .. "roles", "/guild_id" }),
        pending = own .. "pending",
        communicationDisabledUntil = iso_time(own .. "communication_disabled_until"),
        permissions = permission_names(own .. "permissions"),
    }
end

local function with(fields, more)
    for name, source in pairs(more) do
        fields[name] = source
    end
    return fields
end

local channel_types = {
    [0] = "text", [1] = "dm", [2] = "voice", [3] = "group_dm", [4] = "category", [5] = "announcement",
    [10] = "announcement_thread", [11] = "public_thread", [12] = "private_thread", [13] = "stage",
    [14] = "directory", [15] = "forum", [16] = "media",
}

local function for_channels(path, kinds) return { op = "copy", path, kind = "type", kinds = kinds } end

local avatar, fallback_avatar = user_avatar("")

local mappings = {
    User = {
        discriminator = with_default("discriminator", "0"),
        avatarUrl = first_of({ avatar, fallback_avatar }),
        createdAt = snowflake_time("id"),
    },
    Member = with(member("", "user."), { guildId = "/guild_id" }),
    MessageMember = member("member.", "author."),
    Message = {
        member = object({ mapping = "MessageMember", unless_missing = "member" }),
        cleanContent = clean_content({ "content", "mentions", "mention_channels" }),
        createdAt = snowflake_time("id"),
        editedAt = iso_time("edited_timestamp"),
        typeName = number_text("type"),
        replyTo = "message_reference.message_id",
        mentions = object({ mapping = "MessageMentions" }),
        stickers = { op = "objects", "sticker_items", mapping = "StickerItem" },
    },
    MessageMentions = {
        users = list({ "mentions", text = "id" }),
        roles = "mention_roles",
        channels = channel_mentions("content"),
        everyone = "mention_everyone",
    },
    Attachment = {
        name = "filename",
        spoiler = spoiler_url("url"),
    },
    Reaction = {},
    ReactionAdded = {
        entity = "Reaction",
        count = constant("1"),
        me = nothing,
    },
    Emoji = {
        identifier = emoji_identifier({ "id", "name" }),
        url = emoji_url({ "id", "animated" }),
        managed = nothing,
        requiresColons = nothing,
    },
    StickerItem = {
        format = "format_type",
        formatName = name_of({ "format_type", names = { "png", "apng", "lottie", "gif" } }),
    },
    Channel = {
        typeName = name_of({ "type", names = channel_types }),
        createdAt = first_of({ iso_time("thread_metadata.create_timestamp"), snowflake_time("id") }),
        position = for_channels("position", { 0, 2, 4, 5, 13, 15, 16 }),
        topic = for_channels("topic", { 0, 5, 13, 15, 16 }),
        nsfw = for_channels("nsfw", { 0, 2, 5, 13, 15, 16 }),
        rateLimitPerUser = for_channels("rate_limit_per_user", { 0, 2, 10, 11, 12, 13, 15, 16 }),
        bitrate = for_channels("bitrate", { 2, 13 }),
        userLimit = for_channels("user_limit", { 2, 13 }),
        guildId = first_of({ "guild_id", "/guild_id" }),
    },
    Role = {
        hexColor = hex_colour({ "colors.primary_color", "color" }),
        createdAt = snowflake_time("id"),
        memberCount = nothing,
        guildId = "/guild_id",
    },
    Guild = {
        iconUrl = image_url({ "id", "icon", text = cdn .. "icons/{0}/{1}.{ext}?size=256" }),
        bannerUrl = image_url({ "id", "banner", text = cdn .. "banners/{0}/{1}.{ext}?size=512" }),
        createdAt = snowflake_time("id"),
        available = none_of("unavailable"),
    },
    VoiceState = {
        deaf = any_of({ "deaf", "self_deaf" }),
        mute = any_of({ "mute", "self_mute" }),
        streaming = "self_stream",
    },
    Presence = {
        userId = "user.id",
    },
    Activity = {
        typeName = name_of({
            "type",
            names = { [0] = "playing", "streaming", "listening", "watching", "custom", "competing" },
        }),
        createdAt = epoch_millis("created_at"),
    },
    Interaction = {
        typeName = name_of({
            "type",
            names = { "ping", "application_command", "message_component", "autocomplete", "modal_submit" },
        }),
        user = first_of({
            object({ "member.user", mapping = "User" }),
            object({ "user", mapping = "User" }),
        }),
        commandName = "data.name",
        commandId = "data.id",
        commandType = "data.type",
        customId = "data.custom_id",
        componentType = "data.component_type",
        values = "data.values",
        targetId = "data.target_id",
        createdAt = snowflake_time("id"),
        options = "data.options",
        components = "data.components",
        messageId = "message.id",
    },
    AutoModActionEntry = {
        typeName = name_of({
            "type",
            names = { "block_message", "send_alert_message", "timeout", "block_member_interaction" },
        }),
    },

    Ready = {
        guildIds = list({ "guilds", text = "id" }),
        applicationId = "application.id",
    },
    MessageReactionAdd = {
        reaction = object({ mapping = "ReactionAdded" }),
    },
    RoleDelete = {
        id = "role_id",
    },
    TypingStart = {
        timestamp = epoch_seconds("timestamp"),
    },
}

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

-- Those of the schema. `at`: where the payload entity lies. `any`: intents of which one suffices; `fill`: those
-- without which fields stay empty. `guild` and `channel` are guild_id and channel_id unless said otherwise.
-- `dedupe`: what tells one occurrence from another, where that is less than the whole payload.
local messages = { "GUILD_MESSAGES", "DIRECT_MESSAGES" }
local reactions = { "GUILD_MESSAGE_REACTIONS", "DIRECT_MESSAGE_REACTIONS" }
local content = { "MESSAGE_CONTENT" }
local guilds = { "GUILDS" }

local events = {
    READY = { event = "ready" },
    MESSAGE_CREATE = { event = "messageCreate", any = messages, fill = content, dedupe = { "id" } },
    MESSAGE_UPDATE = { event = "messageUpdate", any = messages, fill = content },
    MESSAGE_DELETE = { event = "messageDelete", any = messages },
    MESSAGE_DELETE_BULK = { event = "messageDeleteBulk", any = messages },
    MESSAGE_REACTION_ADD = { event = "messageReactionAdd", any = reactions },
    MESSAGE_REACTION_REMOVE = { event = "messageReactionRemove", any = reactions },
    GUILD_MEMBER_ADD = { event = "guildMemberAdd", any = { "GUILD_MEMBERS" }, dedupe = { "guild_id", "user.id", "joined_at" } },
    GUILD_MEMBER_REMOVE = { event = "guildMemberRemove", any = { "GUILD_MEMBERS" } },
    GUILD_MEMBER_UPDATE = { event = "guildMemberUpdate", any = { "GUILD_MEMBERS" } },
    GUILD_CREATE = { event = "guildCreate", any = guilds, guild = "id" },
    GUILD_UPDATE = { event = "guildUpdate", any = guilds, guild = "id" },
    GUILD_DELETE = { event = "guildDelete", any = guilds, guild = "id" },
    CHANNEL_CREATE = { event = "channelCreate", any = guilds, channel = "id" },
    CHANNEL_UPDATE = { event = "channelUpdate", any = guilds, channel = "id" },
    CHANNEL_DELETE = { event = "channelDelete", any = guilds, channel = "id" },
    GUILD_ROLE_CREATE = { event = "roleCreate", any = guilds, at = "role" },
    GUILD_ROLE_UPDATE = { event = "roleUpdate", any = guilds, at = "role" },
    GUILD_ROLE_DELETE = { event = "roleDelete", any = guilds },
    TYPING_START = { event = "typingStart", any = { "GUILD_MESSAGE_TYPING", "DIRECT_MESSAGE_TYPING" } },
    PRESENCE_UPDATE = { event = "presenceUpdate", any = { "GUILD_PRESENCES" } },
    VOICE_STATE_UPDATE = { event = "voiceStateUpdate", any = { "GUILD_VOICE_STATES" } },
    USER_UPDATE = { event = "userUpdate", fill = { "GUILD_MEMBERS" }, guild = "-", channel = "-" },
    INTERACTION_CREATE = { event = "interactionCreate", dedupe = { "id" } },
    AUTO_MODERATION_ACTION_EXECUTION = { event = "autoModerationActionExecution", any = { "AUTO_MODERATION_EXECUTION" }, fill = content },
}

-- What else these become, by what the cache knows: `from` are raw events, the rest is as above. Where an event is
-- also one of those above, its payload is made in that form.
local derived = {
    guildAvailable = { from = { "GUILD_CREATE" }, any = guilds, guild = "id" },
    guildUnavailable = { from = { "GUILD_DELETE" }, any = guilds, guild = "id" },
    userUpdate = { from = { "GUILD_MEMBER_UPDATE", "PRESENCE_UPDATE" } },
}

-- The others, which pass through as discord:NAME: their intents. Names that are missing here pass through too.
local passed_through = {
    [""] = {
        "RESUMED", "RATE_LIMITED", "APPLICATION_COMMAND_PERMISSIONS_UPDATE", "CHANNEL_INFO", "ENTITLEMENT_CREATE",
        "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE", "GUILD_MEMBERS_CHUNK", "SOUNDBOARD_SOUNDS",
        "SUBSCRIPTION_CREATE", "SUBSCRIPTION_UPDATE", "SUBSCRIPTION_DELETE", "VOICE_SERVER_UPDATE",
    },
    ["GUILDS"] = {
        "STAGE_INSTANCE_CREATE", "STAGE_INSTANCE_UPDATE", "STAGE_INSTANCE_DELETE", "THREAD_CREATE",
        "THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC", "THREAD_MEMBER_UPDATE",
        "VOICE_CHANNEL_START_TIME_UPDATE", "VOICE_CHANNEL_STATUS_UPDATE",
    },
    ["GUILDS DIRECT_MESSAGES"] = { "CHANNEL_PINS_UPDATE" },
    ["GUILDS GUILD_MEMBERS"] = { "THREAD_MEMBERS_UPDATE" },
    ["GUILD_MODERATION"] = { "GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE" },
    ["GUILD_EXPRESSIONS"] = {
        "GUILD_EMOJIS_UPDATE", "GUILD_STICKERS_UPDATE", "GUILD_SOUNDBOARD_SOUND_CREATE",
        "GUILD_SOUNDBOARD_SOUND_UPDATE", "GUILD_SOUNDBOARD_SOUND_DELETE", "GUILD_SOUNDBOARD_SOUNDS_UPDATE",
    },
    ["GUILD_INTEGRATIONS"] = {
        "GUILD_INTEGRATIONS_UPDATE", "INTEGRATION_CREATE", "INTEGRATION_UPDATE", "INTEGRATION_DELETE",
    },
    ["GUILD_WEBHOOKS"] = { "WEBHOOKS_UPDATE" },
    ["GUILD_INVITES"] = { "INVITE_CREATE", "INVITE_DELETE" },
    ["GUILD_VOICE_STATES"] = { "VOICE_CHANNEL_EFFECT_SEND" },
    ["GUILD_MESSAGE_REACTIONS DIRECT_MESSAGE_REACTIONS"] = {
        "MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI",
    },
    ["GUILD_MESSAGE_POLLS DIRECT_MESSAGE_POLLS"] = { "MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE" },
    ["GUILD_SCHEDULED_EVENTS"] = {
        "GUILD_SCHEDULED_EVENT_CREATE", "GUILD_SCHEDULED_EVENT_UPDATE", "GUILD_SCHEDULED_EVENT_DELETE",
        "GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE",
    },
    ["AUTO_MODERATION_CONFIGURATION"] = {
        "AUTO_MODERATION_RULE_CREATE", "AUTO_MODERATION_RULE_UPDATE", "AUTO_MODERATION_RULE_DELETE",
    },
}

return {
    name = "discord",
    title = "Discord",
    mappings = mappings,
    intents = intents,
    events = events,
    derived = derived,
    passed_through = passed_through,
}
