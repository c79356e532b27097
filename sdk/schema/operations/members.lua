local p = require "params"

local role_of_member = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"

return {
    {
        name = "members.addRole",
        doc = "Gives a role to a member.",
        params = { p.guild, p.user, p.role },
        discord = { "PUT " .. role_of_member },
    },
    {
        name = "members.removeRole",
        doc = "Takes a role from a member.",
        params = { p.guild, p.user, p.role },
        discord = { "DELETE " .. role_of_member },
    },
}
