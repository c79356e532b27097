local function localizations(key) return { key, "any_object", nullable = true, doc = "By language." } end

local function options(depth)
    local fields = {
        { "name", "text", required = true, min = 1, max = 32 },
        localizations("name_localizations"),
        { "description", "text", required = true, min = 1, max = 100 },
        localizations("description_localizations"),
        { "type", "integer", required = true, min = 1, max = 11 },
        { "required", "boolean" },
        {
            "choices", "objects", max = 25,
            fields = {
                { "name", "text", required = true, min = 1, max = 100 },
                localizations("name_localizations"),
                { "value", "any", required = true },
            },
        },
        { "channel_types", "integers", max = 20 },
        { "min_value", "number" },
        { "max_value", "number" },
        { "min_length", "integer", min = 0, max = 6000 },
        { "max_length", "integer", min = 1, max = 6000 },
        { "autocomplete", "boolean" },
    }
    if depth > 1 then fields[#fields + 1] = options(depth - 1) end
    return { "options", "objects", max = 25, fields = fields, doc = depth == 3 and "What it asks for." or nil }
end

local function command(required)
    return {
        { "name", "text", required = required, min = 1, max = 32, doc = "Its name." },
        localizations("name_localizations"),
        { "description", "text", max = 100, doc = "About it; commands of type 1 must say something." },
        localizations("description_localizations"),
        { "type", "integer", min = 1, max = 4, doc = "1 slash command, 2 on users, 3 on messages." },
        options(3),
        { "default_member_permissions", "bits", nullable = true, doc = "Who may use it; null or nothing: everybody." },
        { "dm_permission", "boolean", doc = "Whether it is there in direct messages." },
        { "contexts", "integers", max = 3, doc = "Where it can be used." },
        { "integration_types", "integers", max = 2, doc = "How the bot must have been installed." },
        { "nsfw", "boolean", doc = "For adults only." },
    }
end

local routes = { group = "Application commands" }
local function add(route) routes[#routes + 1] = route end

for _, family in ipairs({ { "/api/commands", "" }, { "/api/guilds/:guildId/commands", "Guild" } }) do
    local all, suffix = family[1], family[2]
    local one, where = all .. "/:commandId", suffix == "" and " that is everywhere." or " of a guild."
    add({
        "GET " .. all, scope = "read:guilds", operation = "commands.list" .. suffix, result = "ApplicationCommand[]",
        arguments = '{"withLocalizations":true}', unknown_empty = true,
        doc = suffix == "" and "The commands that are everywhere." or "The commands of a guild.",
    })
    add({
        "GET " .. one, scope = "read:guilds", operation = "commands.get" .. suffix, result = "ApplicationCommand",
        failure = { 404, "COMMAND_NOT_FOUND", "Command not found" }, doc = "One command" .. where,
    })
    add({
        "POST " .. all, scope = "admin", operation = "commands.create" .. suffix, result = "ApplicationCommand",
        status = 201, body = command(true), body_as = "command",
        failure = { 400, "CREATE_FAILED", "Failed to create command" }, doc = "Makes a command" .. where,
    })
    add({
        "PATCH " .. one, scope = "admin", operation = "commands.edit" .. suffix, result = "ApplicationCommand",
        body = command(false), body_as = "command",
        failure = { 400, "EDIT_FAILED", "Failed to edit command" }, doc = "Changes a command" .. where,
    })
    add({
        "DELETE " .. one, scope = "admin", operation = "commands.delete" .. suffix, constant = '{"deleted":true}',
        failure = { 400, "DELETE_FAILED", "Failed to delete command" }, doc = "Deletes a command" .. where,
    })
end

return routes
