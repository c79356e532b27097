-- Whether somebody may give a role away: it has to stand below their own and below the bot's, and must not moderate.

local rookery = require "rookery"
local permissions = require "permissions"

local ranks = {}

-- A role with one of these is not for everybody to take.
local dangerous = {
    "KickMembers", "BanMembers", "Administrator", "ManageChannels", "ManageGuild", "ManageMessages", "MentionEveryone",
    "ManageRoles", "ManageWebhooks", "ModerateMembers",
}

--- The roles of the guild, by id.
function ranks.roles(ctx)
    local list, problem = rookery.roles.list(ctx.guildId)
    if not list then ctx:fail(ctx:t("problem", { problem = problem })) end
    local roles = {}
    for _, role in ipairs(list) do roles[role.id] = role end
    return roles
end

-- How high somebody with these roles stands.
local function height(roles, ids)
    local highest = 0
    for _, id in ipairs(ids or {}) do
        if roles[id] then highest = math.max(highest, roles[id].position) end
    end
    return highest
end

-- What the role may do that everybody may not do anyway.
local function danger_of(role, everyone)
    for _, name in ipairs(dangerous) do
        local usual = everyone and permissions.has(everyone.permissions, name)
        if permissions.has(role.permissions, name) and not usual then return name end
    end
end

--- Why this role cannot be given away by whoever asks, as a text; nil when it can.
function ranks.fault(ctx, id, roles)
    roles = roles or ranks.roles(ctx)
    local role, values = roles[id], { role = rookery.format.role(id) }
    if not role or id == ctx.guildId or role.managed then return ctx:t("not_for_people", values) end
    values.danger = danger_of(role, roles[ctx.guildId])
    if values.danger then return ctx:t("dangerous", values) end
    local guild = rookery.guilds.get(ctx.guildId)
    local owner = guild ~= nil and guild.ownerId == ctx.userId
    if not owner and height(roles, ctx.member and ctx.member.roles) <= role.position then
        return ctx:t("above_you", values)
    end
    local me = rookery.users.me()
    local myself = me and rookery.members.get(ctx.guildId, me.id)
    if myself and height(roles, myself.roles) <= role.position then return ctx:t("above_me", values) end
end

return ranks
