-- Whether who has asked may do something here: may(ctx, "manageMessages").
--
-- Where the platform says with the event what somebody may, that is taken. In messages it does not: there it follows
-- from the roles.

local rookery = require "rookery"

local bits = { administrator = 3, manageChannels = 4, manageGuild = 5, manageMessages = 13, manageRoles = 28 }

local function has_bit(permissions, number) return math.floor((tonumber(permissions) or 0) / 2 ^ number) % 2 == 1 end

return function(ctx, permission)
    local member = ctx.member
    if not member or not ctx.guildId then return false end
    -- Events say "ManageMessages", commands "manageMessages".
    local told, wanted = member.permissions or {}, permission:lower()
    for _, name in ipairs(told) do
        name = name:lower()
        if name == wanted or name == "administrator" then return true end
    end
    if #told > 0 then return false end
    local guild = rookery.guilds.get(ctx.guildId)
    if guild and guild.ownerId == ctx.userId then return true end
    local mine = { [ctx.guildId] = true }
    for _, role in ipairs(member.roles or {}) do mine[role] = true end
    for _, role in ipairs(rookery.roles.list(ctx.guildId) or {}) do
        local able = has_bit(role.permissions, bits[permission]) or has_bit(role.permissions, bits.administrator)
        if mine[role.id] and able then return true end
    end
    return false
end
