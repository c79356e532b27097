-- Who may do something here: permissions.may(ctx, "manageMessages"); what a role or an overwrite allows:
-- permissions.has(role.permissions, "viewChannel").
--
-- Where the platform says with the event what somebody may, that is taken. In messages it does not: there it follows
-- from the roles.

local rookery = require "rookery"

local permissions = {}

local bits = {
    kickMembers = 1, banMembers = 2, administrator = 3, manageChannels = 4, manageGuild = 5, viewChannel = 10,
    manageMessages = 13, mentionEveryone = 17, manageRoles = 28, manageWebhooks = 29, moderateMembers = 40,
}

--- Whether the number, as platforms write it, has that one.
function permissions.has(number, name)
    return math.floor((tonumber(number) or 0) / 2 ^ bits[name]) % 2 == 1
end

--- Whether who has asked may do that in the server where it was asked.
function permissions.may(ctx, name)
    local member = ctx.member
    if not member or not ctx.guildId then return false end
    -- Events say "ManageMessages", commands "manageMessages".
    local told, wanted = member.permissions or {}, name:lower()
    for _, one in ipairs(told) do
        one = one:lower()
        if one == wanted or one == "administrator" then return true end
    end
    if #told > 0 then return false end
    local guild = rookery.guilds.get(ctx.guildId)
    if guild and guild.ownerId == ctx.userId then return true end
    local mine = { [ctx.guildId] = true }
    for _, role in ipairs(member.roles or {}) do mine[role] = true end
    for _, role in ipairs(rookery.roles.list(ctx.guildId) or {}) do
        local able = permissions.has(role.permissions, name) or permissions.has(role.permissions, "administrator")
        if mine[role.id] and able then return true end
    end
    return false
end

return permissions
