-- Who may do something here: permissions.may(ctx, "ManageMessages"); what a role or an overwrite allows:
-- permissions.has(role.permissions, "ViewChannel").
--
-- Where it is known what somebody may, that is taken; else it follows from the roles.

local rookery = require "rookery"

local permissions = {}

local bits = {
    KickMembers = 1, BanMembers = 2, Administrator = 3, ManageChannels = 4, ManageGuild = 5, ViewChannel = 10,
    ManageMessages = 13, MentionEveryone = 17, ManageRoles = 28, ManageWebhooks = 29, ModerateMembers = 40,
}

--- Whether the number, as platforms write it, has that one.
function permissions.has(number, name)
    return math.floor((tonumber(number) or 0) / 2 ^ bits[name]) % 2 == 1
end

--- Whether who has asked may do that in the server where it was asked.
function permissions.may(ctx, name)
    local member = ctx.member
    if not member or not ctx.guildId then return false end
    local told = member.permissions or {}
    for _, one in ipairs(told) do
        if one == name or one == "Administrator" then return true end
    end
    if #told > 0 then return false end
    local guild = rookery.guilds.get(ctx.guildId)
    if guild and guild.ownerId == ctx.userId then return true end
    local mine = { [ctx.guildId] = true }
    for _, role in ipairs(member.roles or {}) do mine[role] = true end
    for _, role in ipairs(rookery.roles.list(ctx.guildId) or {}) do
        local able = permissions.has(role.permissions, name) or permissions.has(role.permissions, "Administrator")
        if mine[role.id] and able then return true end
    end
    return false
end

return permissions
