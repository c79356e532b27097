local f = require "http.fields"

local all = "/api/guilds/:guildId/roles"
local one = all .. "/:roleId"
local settings = {
    { "name", "text", max = 100, doc = "Its name." },
    { "color", "integer", min = 0, max = 16777215, doc = "Its colour." },
    { "hoist", "boolean", doc = "Shown apart in the member list." },
    { "mentionable", "boolean", doc = "Everybody may ping it." },
    { "permissions", "bits", doc = "What its members may do: decimal number of the bit set." },
    { "icon", "image", nullable = true, doc = "Its picture." },
    { "unicodeEmoji", "text", nullable = true, doc = "A character instead of a picture." },
    f.reason,
}
local not_found = { 404, "ROLE_NOT_FOUND", "Role not found" }

return {
    group = "Roles",
    {
        "GET " .. all .. "/search", scope = "read:guilds", flow = "role_search", operation = "roles.list", result = "Role",
        query = { { "name", "text", required = true, min = 1, max = 100, doc = "The name, in upper or lower case." } },
        missing = { "MISSING_NAME", "Missing name parameter" }, failure = not_found, doc = "The role of that name.",
    },
    {
        "GET " .. one, scope = "read:guilds", operation = "roles.get", result = "Role",
        cache = { "roles", owner = "guildId", id = "roleId" }, failure = not_found, doc = "One role.",
    },
    {
        "POST " .. all, scope = "write:roles", operation = "roles.create", result = "Role", status = 201, body = settings,
        failure = { 400, "CREATE_FAILED", "Failed to create role" }, doc = "Makes a role.",
    },
    {
        "PATCH " .. one, scope = "write:roles", flow = "role_edit", operation = "roles.edit", result = "Role",
        body = f.list(settings, { { "position", "integer", min = 0, max = 65535, to = "-", doc = "Its place, from below." } }),
        failure = { 400, "EDIT_FAILED", "Failed to edit role" }, doc = "Changes a role.",
    },
    {
        "DELETE " .. one, scope = "write:roles", operation = "roles.delete", constant = '{"deleted":true}',
        body = { f.reason }, failure = { 400, "DELETE_FAILED", "Failed to delete role" }, doc = "Deletes a role.",
    },
    {
        "GET " .. one .. "/members", scope = "read:members", flow = "role_members", operation = "members.list",
        result = "id[]", unknown_empty = true, query = { f.limit(1000, 1000), f.after }, page = "id",
        doc = "Ids of the members that have the role: of all that are cached, else of a page of members.",
    },
    {
        "PATCH " .. one .. "/permissions", scope = "write:roles", operation = "roles.edit", constant = '{"updated":true}',
        body = {
            { "permissions", "bits", required = true, doc = "What its members may do: decimal number of the bit set." },
            f.reason,
        },
        missing = { "MISSING_PERMISSIONS", "Permissions bitfield is required" },
        failure = { 400, "PERMISSIONS_FAILED", "Failed to set permissions" }, doc = "Sets a role's permissions.",
    },
}
