-- Interactions, and what the bot sells.
local ops = require "platforms.ops"
local name_of, object, nested = ops.name_of, ops.object, ops.nested

return {
    Interaction = {
        typeName = name_of({
            "type",
            names = { "ping", "application_command", "message_component", "autocomplete", "modal_submit" },
        }),
        user = ops.first_of({
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
        createdAt = ops.snowflake_time("id"),
        options = "data.options",
        components = "data.components",
        messageId = "message.id",
        subcommands = nested({ "data.options", text = "name", kinds = { 1, 2 } }),
        arguments = nested({ "data.options", text = "value", mapping = "CommandArgument" }),
        inputs = nested({ "data.components", text = "custom_id", mapping = "FormInput" }),
        resolved = "data.resolved",
        contextName = name_of({
            "context",
            names = { [0] = "guild", "bot_dm", "private_channel" },
            unless_missing = "context",
        }),
        appPermissions = ops.permission_names("app_permissions"),
    },
    CommandArgument = {
        typeName = name_of({
            "type",
            names = {
                "subcommand", "subcommand_group", "string", "integer", "boolean", "user", "channel", "role",
                "mentionable", "number", "attachment",
            },
        }),
    },
    CommandPermission = {
        typeName = name_of({ "type", names = { "role", "user", "channel" } }),
    },
    Entitlement = {
        typeName = ops.number_text("type"),
        createdAt = ops.snowflake_time("id"),
    },
    AppSubscription = {
        statusName = name_of({ "status", names = { [0] = "active", "inactive", "ending" } }),
    },
}
