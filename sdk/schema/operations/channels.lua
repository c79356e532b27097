local p = require "params"

local kinds = {
    text = 0, voice = 2, category = 4, announcement = 5, announcementThread = 10, publicThread = 11, privateThread = 12,
    stage = 13, directory = 14, forum = 15, media = 16,
}
local name = { "name", "text", min = 1, max = 100, doc = "Its name." }
local settings = {
    { "topic", "text", nullable = true, max = 4096, doc = "Its topic; at most 1024 characters but in forums." },
    { "parentId", "id", nullable = true, doc = "The category that it lies in." },
    { "position", "integer", min = 0, max = 65535, doc = "Its place among its like." },
    { "nsfw", "boolean", doc = "For adults only." },
    p.slowmode,
    { "bitrate", "integer", min = 8000, max = 384000, doc = "Of a voice channel, in bits a second." },
    { "userLimit", "integer", min = 0, max = 10000, doc = "How many may join a voice channel; 0 for no limit." },
    { "permissionOverwrites", "list", doc = "Overwrites: { id, type = 0 for a role or 1 for a member, allow, deny }." },
    { "rtcRegion", "text", nullable = true, doc = "Voice region; null picks one." },
    { "videoQualityMode", "integer", min = 1, max = 2, doc = "2 for 720p." },
    {
        "defaultAutoArchiveDuration", "integer", nullable = true,
        doc = "Minutes until new threads are archived: 60, 1440, 4320 or 10080.",
    },
    { "availableTags", "list", max = 20, doc = "Tags of a forum." },
    { "defaultReactionEmoji", "object", nullable = true, doc = "Emoji of a forum's reaction button." },
    { "defaultThreadRateLimitPerUser", "integer", min = 0, max = 21600, doc = "Slow mode of new threads." },
    { "defaultSortOrder", "integer", nullable = true, min = 0, max = 1, doc = "Of a forum: 0 by activity, 1 by age." },
    { "defaultForumLayout", "integer", min = 0, max = 2, doc = "0 unset, 1 a list, 2 a gallery." },
}
local overwrite = "/channels/{channel_id}/permissions/{overwrite_id}"
local target = { "overwriteId", "id", doc = "The role or the user." }

return {
    {
        name = "channels.get",
        doc = "One channel, or thread.",
        params = { p.channel },
        result = "Channel",
        discord = { "GET /channels/{channel_id}" },
    },
    {
        name = "channels.list",
        doc = "The channels of a guild, without its threads.",
        params = { p.guild },
        result = "Channel[]",
        discord = { "GET /guilds/{guild_id}/channels" },
    },
    {
        name = "channels.create",
        doc = "Makes a channel.",
        params = p.list(p.guild, p.required(name), { "type", "choice", names = kinds, doc = "Its kind; text." }, settings),
        result = "Channel",
        discord = { "POST /guilds/{guild_id}/channels", reason = true },
    },
    {
        name = "channels.edit",
        doc = "Changes a channel. What is not given stays; null takes it away. Name and topic can be changed about twice "
            .. "in ten minutes.",
        params = p.list(
            p.channel, name, { "type", "choice", names = { text = 0, announcement = 5 }, doc = "Turns one into the other." },
            settings, { "flags", "integer", doc = "Bit set; 16 requires a tag for posts." }),
        result = "Channel",
        discord = { "PATCH /channels/{channel_id}", reason = true },
    },
    {
        name = "channels.delete",
        doc = "Deletes a channel, or closes a direct one.",
        params = { p.channel },
        result = "Channel",
        discord = { "DELETE /channels/{channel_id}", reason = true },
    },
    {
        name = "channels.setPositions",
        doc = "Moves several channels of a guild.",
        params = {
            p.guild,
            {
                "positions", "list", required = true, to = "body:*",
                doc = "{ id, position, lock_permissions, parent_id } for each that moves.",
            },
        },
        discord = { "PATCH /guilds/{guild_id}/channels" },
    },
    {
        name = "channels.setOverwrite",
        doc = "Sets what a role or a member may do in a channel.",
        params = {
            p.channel, target,
            { "type", "choice", names = { role = 0, member = 1 }, required = true, doc = "What overwriteId is." },
            { "allow", "bits", doc = "Permissions given, as a bit set." },
            { "deny", "bits", doc = "Permissions taken, as a bit set." },
        },
        discord = { "PUT " .. overwrite, reason = true },
    },
    {
        name = "channels.deleteOverwrite",
        doc = "Takes a role's or a member's overwrite away.",
        params = { p.channel, target },
        discord = { "DELETE " .. overwrite, reason = true },
    },
    {
        name = "channels.typing",
        doc = "Shows that the bot is typing, for ten seconds or until it sends something.",
        params = { p.channel },
        scope = "messages:write",
        discord = { "POST /channels/{channel_id}/typing" },
    },
    {
        name = "channels.follow",
        doc = "Has the messages of an announcement channel published in another one.",
        params = {
            p.channel,
            {
                "targetChannelId", "id", required = true, to = "body:webhook_channel_id", doc = "Where they are to appear.",
            },
        },
        discord = { "POST /channels/{channel_id}/followers", reason = true },
    },
    {
        name = "channels.setVoiceStatus",
        doc = "Sets the line under a voice channel's name.",
        params = { p.channel, { "status", "text", required = true, nullable = true, max = 500, doc = "The line." } },
        discord = { "PUT /channels/{channel_id}/voice-status", reason = true },
    },
    {
        name = "channels.addRecipient",
        doc = "Adds somebody to a group conversation.",
        params = {
            p.channel, p.user,
            { "accessToken", "text", required = true, doc = "The user's, with the scope gdm.join." },
            { "nick", "text", doc = "What the user is called there." },
        },
        discord = { "PUT /channels/{channel_id}/recipients/{user_id}" },
    },
    {
        name = "channels.removeRecipient",
        doc = "Takes somebody out of a group conversation.",
        params = { p.channel, p.user },
        discord = { "DELETE /channels/{channel_id}/recipients/{user_id}" },
    },
}
