local p = require "params"

local one = "/guilds/{guild_id}/members/{user_id}"
local role_of_member = one .. "/roles/{role_id}"
local nick = { "nick", "text", nullable = true, max = 32, doc = "Nickname; null takes it away." }

return {
    {
        name = "members.get",
        doc = "One member.",
        params = { p.guild, p.user },
        result = "Member",
        discord = { "GET " .. one },
    },
    {
        name = "members.list",
        doc = "The members of a guild, by user id. Needs the privileged intent for members.",
        params = { p.guild, p.limit(1000), p.after },
        result = "Member[]",
        page = { by = "after", at = "id", most = 1000 },
        discord = { "GET /guilds/{guild_id}/members" },
    },
    {
        name = "members.search",
        doc = "Members whose name or nickname begins with a text.",
        params = {
            p.guild, { "query", "text", required = true, min = 1, max = 100, doc = "The beginning." }, p.limit(1000),
        },
        result = "Member[]",
        discord = { "GET /guilds/{guild_id}/members/search" },
    },
    {
        name = "members.add",
        doc = "Brings a user into a guild.",
        params = {
            p.guild, p.user, { "accessToken", "text", required = true, doc = "The user's, with the scope guilds.join." },
            { "nick", "text", max = 32, doc = "Nickname." }, { "roles", "ids", doc = "Roles." },
            { "mute", "boolean", doc = "Muted in voice channels." }, { "deaf", "boolean", doc = "Deafened there." },
        },
        result = "Member",
        discord = { "PUT " .. one },
    },
    {
        name = "members.edit",
        doc = "Changes a member. What is not given stays; null takes it away.",
        params = {
            p.guild, p.user, nick,
            { "roles", "ids", nullable = true, doc = "All roles that the member is to have." },
            { "mute", "boolean", doc = "Muted in voice channels." },
            { "deaf", "boolean", doc = "Deafened in voice channels." },
            { "channelId", "id", nullable = true, doc = "Voice channel to move to; null disconnects." },
            { "communicationDisabledUntil", "time", nullable = true, doc = "End of a timeout, at most 28 days away." },
            { "flags", "integer", doc = "Bit set." },
        },
        result = "Member",
        discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "members.setNick",
        doc = "Sets a member's nickname.",
        params = { p.guild, p.user, p.required(nick) },
        result = "Member",
        discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "members.setRoles",
        doc = "Sets all roles of a member.",
        params = { p.guild, p.user, { "roles", "ids", required = true, doc = "The roles." } },
        result = "Member",
        discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "members.timeout",
        doc = "Silences a member for a while.",
        params = {
            p.guild, p.user,
            {
                "time", "time", required = true, to = "body:communication_disabled_until",
                doc = "Until when, or for how many seconds; at most 28 days.",
            },
        },
        result = "Member",
        discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "members.removeTimeout",
        doc = "Ends a member's timeout.",
        params = { p.guild, p.user },
        result = "Member",
        discord = { "PATCH " .. one, body = '{"communication_disabled_until":null}', reason = true },
    },
    {
        name = "members.move",
        doc = "Moves a member to another voice channel.",
        params = { p.guild, p.user, p.required(p.channel) },
        result = "Member",
        discord = { "PATCH " .. one, reason = true },
    },
    {
        name = "members.disconnect",
        doc = "Throws a member out of the voice channel.",
        params = { p.guild, p.user },
        result = "Member",
        discord = { "PATCH " .. one, body = '{"channel_id":null}', reason = true },
    },
    {
        name = "members.addRole",
        doc = "Gives a role to a member.",
        params = { p.guild, p.user, p.role },
        discord = { "PUT " .. role_of_member, reason = true },
    },
    {
        name = "members.removeRole",
        doc = "Takes a role from a member.",
        params = { p.guild, p.user, p.role },
        discord = { "DELETE " .. role_of_member, reason = true },
    },
    {
        name = "members.kick",
        doc = "Removes a member from the guild.",
        params = { p.guild, p.user },
        discord = { "DELETE " .. one, reason = true },
    },
    {
        name = "members.editSelf",
        doc = "Changes how the bot appears in a guild.",
        params = {
            p.guild, nick,
            { "avatar", "image", nullable = true, doc = "Its picture there." },
            { "banner", "image", nullable = true, doc = "Its banner there." },
            { "bio", "text", nullable = true, max = 400, doc = "About it." },
        },
        result = "Member",
        discord = { "PATCH /guilds/{guild_id}/members/@me", reason = true },
    },
}
