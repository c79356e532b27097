local p = require "params"

local command = { "commandId", "id", doc = "The command." }
local localizations = { "withLocalizations", "boolean", doc = "With all translations." }
local body = { "command", "object", required = true, to = "body:*", doc = "The command, in the platform's form." }
local commands = {
    "commands", "list", required = true, max = 230, to = "body:*",
    doc = "All commands, of all types, in the platform's form; others are deleted.",
}

-- The same for those that are everywhere and those of one guild.
local function family(suffix, base, where, first)
    local function params(...) return p.list(first, ...) end
    return {
        {
            name = "commands.list" .. suffix, doc = "The commands " .. where .. ".", params = params(localizations),
            discord = { "GET " .. base },
        },
        {
            name = "commands.get" .. suffix, doc = "One command " .. where .. ".", params = params(command),
            discord = { "GET " .. base .. "/{command_id}" },
        },
        {
            name = "commands.create" .. suffix, doc = "Makes a command " .. where .. ", or replaces the one of that name.",
            params = params(body),
            discord = { "POST " .. base },
        },
        {
            name = "commands.edit" .. suffix, doc = "Changes a command " .. where .. ".", params = params(command, body),
            discord = { "PATCH " .. base .. "/{command_id}" },
        },
        {
            name = "commands.delete" .. suffix, doc = "Deletes a command " .. where .. ".", params = params(command),
            discord = { "DELETE " .. base .. "/{command_id}" },
        },
        {
            name = "commands.overwrite" .. suffix, doc = "Sets all commands " .. where .. ".", params = params(commands),
            discord = { "PUT " .. base },
        },
    }
end

local guild = "/applications/{application_id}/guilds/{guild_id}/commands"
local permissions = guild .. "/{command_id}/permissions"

return p.list(
    family("", "/applications/{application_id}/commands", "that are everywhere", {}),
    family("Guild", guild, "of one guild", p.guild),
    {
        {
            name = "commands.permissions", doc = "Who may use which command in a guild.", params = { p.guild },
            discord = { "GET " .. guild .. "/permissions" },
        },
        {
            name = "commands.permissionsOf", doc = "Who may use one command in a guild.", params = { p.guild, command },
            discord = { "GET " .. permissions },
        },
        {
            name = "commands.setPermissions",
            doc = "Sets who may use a command in a guild. The platform refuses this to bots: it wants a user's token.",
            params = {
                p.guild, command, { "permissions", "list", required = true, max = 100, doc = "{ id, type, permission } each." },
            },
            discord = { "PUT " .. permissions },
        },
    })
