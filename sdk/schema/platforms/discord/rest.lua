-- What only answers over HTTP hold.
local ops = require "platforms.ops"
local first_of, image_url, name_of, object = ops.first_of, ops.image_url, ops.name_of, ops.object

local command_types = { "chat_input", "user", "message", "primary_entry_point" }
local option_types = {
    "subcommand", "subcommand_group", "string", "integer", "boolean", "user", "channel", "role", "mentionable", "number",
    "attachment",
}
local webhook_url = first_of({
    image_url({ "id", "token", text = "https://discord.com/api/webhooks/{0}/{1}" }),
    image_url({ "id", text = "https://discord.com/api/webhooks/{0}" }),
})

return {
    Webhook = {
        guildId = first_of({ "guild_id", "/guild_id" }),
        typeName = name_of({ "type", names = { "incoming", "channel_follower", "application" } }),
        avatarUrl = image_url({ "id", "avatar", text = "{cdn}avatars/{0}/{1}.{ext}?size=256" }),
        owner = object({ "user", mapping = "User" }),
        sourceGuild = object({ "source_guild", mapping = "WebhookSource" }),
        sourceChannel = object({ "source_channel", mapping = "WebhookSource" }),
        url = webhook_url,
        createdAt = ops.snowflake_time("id"),
    },
    WebhookSource = {
        name = ops.with_default("name", "Unknown"),
    },
    ChannelWebhook = {
        url = webhook_url,
        ownerId = "user.id",
    },
    ApplicationCommand = {
        typeName = name_of({ "type", names = command_types }),
        dmPermission = ops.with_default("dm_permission", "true"),
        createdAt = ops.snowflake_time("id"),
    },
    ApplicationCommandOption = {
        typeName = name_of({ "type", names = option_types }),
    },
    GuildBan = {
        userId = "user.id",
        username = "user.username",
    },
    GuildInvite = {
        inviterId = "inviter.id",
        channelId = first_of({ "channel_id", "channel.id" }),
        expiresAt = first_of({ ops.iso_time("expires_at"), ops.time_after({ "created_at", "max_age" }) }),
        url = image_url({ "code", text = "https://discord.gg/{0}" }),
    },
}
