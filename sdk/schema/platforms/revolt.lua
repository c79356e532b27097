-- Revolt and Stoat: which events of the socket become which normalised ones, where each field lies, and which route
-- carries out an operation. The mappings are in the files of revolt/.
--
-- Updates bring only what changed. What there was before and what there is now are `old` and `now` of the context, where
-- the cache has them; else what came is shown alone. Objects of the context have the user's object in `user`, members
-- and messages alike.

local function load(...)
    local out = {}
    for _, file in ipairs({ ... }) do
        for name, mapping in pairs(require("platforms.revolt." .. file)) do
            if out[name] then error("schema: revolt/" .. name .. " is there twice", 0) end
            out[name] = mapping
        end
    end
    return out
end

local events = {
    Ready = { event = "ready", channel = "-" },
    Message = { event = "messageCreate", guild = "@guildId", channel = "channel", dedupe = { "_id" } },
    MessageUpdate = { event = "messageUpdate", main = true, guild = "@guildId", channel = "channel" },
    MessageAppend = {
        event = "messageUpdate", mapping = "MessageAppended", guild = "@guildId", channel = "channel",
    },
    MessageDelete = { event = "messageDelete", guild = "@guildId", channel = "channel" },
    BulkMessageDelete = { event = "messageDeleteBulk", guild = "@guildId", channel = "channel" },
    MessageReact = { event = "messageReactionAdd", guild = "@guildId", channel = "channel_id" },
    MessageUnreact = { event = "messageReactionRemove", guild = "@guildId", channel = "channel_id" },
    MessageRemoveReaction = { event = "messageReactionRemoveEmoji", guild = "@guildId", channel = "channel_id" },
    ServerCreate = { event = "guildCreate", at = "server", guild = "id" },
    ServerUpdate = { event = "guildUpdate", guild = "id" },
    ServerDelete = { event = "guildDelete", main = true, guild = "id" },
    ServerMemberUpdate = { event = "guildMemberUpdate", guild = "id.server" },
    ServerMemberJoin = { event = "guildMemberAdd", mapping = "MemberJoined", guild = "id" },
    ServerMemberLeave = { event = "guildMemberRemove", guild = "id" },
    ServerRoleUpdate = { event = "roleUpdate", main = true, guild = "id" },
    ServerRoleRanksUpdate = { event = "roleUpdate", guild = "id" },
    ServerRoleDelete = { event = "roleDelete", guild = "id" },
    UserUpdate = { event = "userUpdate" },
    UserPresence = { event = "presenceUpdate", main = true },
    EmojiCreate = { event = "emojiCreate", guild = "parent.id" },
    EmojiUpdate = { event = "emojiUpdate", guild = "@guildId" },
    EmojiDelete = { event = "emojiDelete", mapping = "EmojiDeleted", guild = "@guildId" },
    ChannelCreate = { event = "channelCreate", guild = "server", channel = "_id" },
    ChannelUpdate = { event = "channelUpdate", guild = "@guildId", channel = "id" },
    ChannelDelete = { event = "channelDelete", mapping = "ChannelDeleted", guild = "@guildId", channel = "id" },
    ChannelStartTyping = { event = "typingStart", guild = "@guildId", channel = "id" },
    WebhookCreate = { event = "webhookUpdate", main = true, guild = "@guildId", channel = "channel_id" },
    WebhookUpdate = { event = "webhookUpdate", mapping = "WebhookChanged", guild = "@guildId", channel = "@channelId" },
    WebhookDelete = { event = "webhookUpdate", mapping = "WebhookChanged", guild = "@guildId", channel = "@channelId" },
    VoiceChannelJoin = { event = "voiceStateUpdate", main = true, guild = "@guildId", channel = "id" },
    VoiceChannelLeave = { event = "voiceStateUpdate", mapping = "VoiceLeft", guild = "@guildId", channel = "id" },
    VoiceChannelMove = { event = "voiceStateUpdate", mapping = "VoiceMoved", guild = "@guildId", channel = "to" },
    UserVoiceStateUpdate = {
        event = "voiceStateUpdate", mapping = "VoiceChanged", guild = "@guildId", channel = "channel_id",
    },
}

-- What else these become, by what the adapter knows.
local derived = {
    { event = "guildAvailable", from = { "Ready" }, guild = "_id" },
    { event = "guildDelete", from = { "ServerMemberLeave" }, guild = "id" },
    { event = "guildBanAdd", from = { "ServerMemberLeave" }, guild = "id" },
    { event = "roleCreate", from = { "ServerRoleUpdate" }, mapping = "RoleCreated", guild = "id" },
    { event = "presenceUpdate", from = { "UserUpdate" } },
    { event = "channelPinsUpdate", from = { "MessageUpdate" }, guild = "@guildId", channel = "channel" },
    { event = "messageReactionRemoveAll", from = { "MessageUpdate" }, guild = "@guildId", channel = "channel" },
}

local passed_through = {
    [""] = {
        "Authenticated", "Error", "Logout", "Pong", "Ping", "Bees", "UserRelationship", "UserSettingsUpdate",
        "UserPlatformWipe", "ReportCreate", "ChannelGroupJoin", "ChannelGroupLeave", "ChannelStopTyping", "ChannelAck",
        "CreateAccount", "CreateSession", "DeleteSession", "DeleteAllSessions", "Auth", "UserMoveVoiceChannel",
        "UserSlowmodes", "VoiceCallUpdate",
    },
}

return {
    name = "revolt",
    title = "Revolt and Stoat",
    implied = false,
    ids = "text",
    context = { "now", "guildId", "channelId", "emoji", "receivedAt", "api" },
    mappings = load("messages", "users", "guilds", "channels"),
    events = events,
    derived = derived,
    passed_through = passed_through,
    operations = load("operations"),
}
