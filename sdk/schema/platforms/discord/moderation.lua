-- The automatic moderation and the audit log.
local ops = require "platforms.ops"
local integer_of, name_of, object = ops.integer_of, ops.name_of, ops.object

local audit_actions = {
    [1] = "GuildUpdate",
    [10] = "ChannelCreate", [11] = "ChannelUpdate", [12] = "ChannelDelete", [13] = "ChannelOverwriteCreate",
    [14] = "ChannelOverwriteUpdate", [15] = "ChannelOverwriteDelete",
    [20] = "MemberKick", [21] = "MemberPrune", [22] = "MemberBanAdd", [23] = "MemberBanRemove",
    [24] = "MemberUpdate", [25] = "MemberRoleUpdate", [26] = "MemberMove", [27] = "MemberDisconnect",
    [28] = "BotAdd",
    [30] = "RoleCreate", [31] = "RoleUpdate", [32] = "RoleDelete",
    [40] = "InviteCreate", [41] = "InviteUpdate", [42] = "InviteDelete",
    [50] = "WebhookCreate", [51] = "WebhookUpdate", [52] = "WebhookDelete",
    [60] = "EmojiCreate", [61] = "EmojiUpdate", [62] = "EmojiDelete",
    [72] = "MessageDelete", [73] = "MessageBulkDelete", [74] = "MessagePin", [75] = "MessageUnpin",
    [80] = "IntegrationCreate", [81] = "IntegrationUpdate", [82] = "IntegrationDelete",
    [83] = "StageInstanceCreate", [84] = "StageInstanceUpdate", [85] = "StageInstanceDelete",
    [90] = "StickerCreate", [91] = "StickerUpdate", [92] = "StickerDelete",
    [100] = "GuildScheduledEventCreate", [101] = "GuildScheduledEventUpdate", [102] = "GuildScheduledEventDelete",
    [110] = "ThreadCreate", [111] = "ThreadUpdate", [112] = "ThreadDelete",
    [121] = "ApplicationCommandPermissionUpdate",
    [130] = "SoundboardSoundCreate", [131] = "SoundboardSoundUpdate", [132] = "SoundboardSoundDelete",
    [140] = "AutoModerationRuleCreate", [141] = "AutoModerationRuleUpdate", [142] = "AutoModerationRuleDelete",
    [143] = "AutoModerationBlockMessage", [144] = "AutoModerationFlagToChannel",
    [145] = "AutoModerationUserCommunicationDisabled", [146] = "AutoModerationQuarantineUser",
    [150] = "CreatorMonetizationRequestCreated", [151] = "CreatorMonetizationTermsAccepted",
    [163] = "OnboardingPromptCreate", [164] = "OnboardingPromptUpdate", [165] = "OnboardingPromptDelete",
    [166] = "OnboardingCreate", [167] = "OnboardingUpdate",
    [190] = "HomeSettingsCreate", [191] = "HomeSettingsUpdate",
}

return {
    AutoModRule = {
        triggerTypeName = name_of({
            "trigger_type",
            names = {
                [1] = "keyword", [3] = "spam", [4] = "keyword_preset", [5] = "mention_spam", [6] = "member_profile",
            },
        }),
    },
    AutoModActionEntry = {
        typeName = name_of({
            "type",
            names = { "block_message", "send_alert_message", "timeout", "block_member_interaction" },
        }),
    },
    AuditLogEntry = {
        guildId = "/guild_id",
        actionTypeName = name_of({ "action_type", names = audit_actions }),
        executorId = "user_id",
        executor = "@user",
        extra = "options",
        createdAt = ops.snowflake_time("id"),
    },
    AuditLogChange = {
        old = "old_value",
        new = "new_value",
    },
    -- Discord sends the numbers among the options as texts.
    AuditLogExtra = {
        removed = integer_of("members_removed"),
        days = integer_of("delete_member_days"),
        channel = object({ mapping = "ChannelRef", unless_missing = "channel_id" }),
        count = integer_of("count"),
        name = "role_name",
    },
    ChannelRef = {
        id = "channel_id",
    },
}
