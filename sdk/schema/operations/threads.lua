local p = require "params"

local members = "/channels/{channel_id}/thread-members"
local one = "PATCH /channels/{channel_id}"
local name = { "name", "text", required = true, min = 1, max = 100, doc = "Its name." }
local archived = { p.channel, p.limit(100), { "before", "time", doc = "Only what was archived earlier." } }

local function state(verb, doc, body)
    return {
        name = "threads." .. verb, doc = doc, params = { p.thread }, result = "Channel",
        discord = { one, body = body, reason = true },
    }
end

return {
    {
        name = "threads.createFromMessage",
        doc = "Starts a thread from a message.",
        params = { p.channel, p.message, name, p.archive_after, p.slowmode },
        result = "Channel",
        discord = { "POST /channels/{channel_id}/messages/{message_id}/threads", reason = true },
    },
    {
        name = "threads.create",
        doc = "Starts a thread without a message.",
        params = {
            p.channel, name, p.archive_after, p.slowmode,
            { "type", "choice", names = { announcement = 10, public = 11, private = 12 }, doc = "Its kind; private." },
            { "invitable", "boolean", doc = "Whether members of a private thread may add others." },
        },
        result = "Channel",
        discord = { "POST /channels/{channel_id}/threads", reason = true },
    },
    {
        name = "threads.createPost",
        doc = "Starts a post of a forum or media channel, with its first message.",
        params = {
            p.channel, name,
            p.with(p.content, { to = "body:message.content" }),
            p.with(p.embeds, { to = "body:message.embeds" }),
            p.with(p.components, { to = "body:message.components" }),
            p.with(p.flags, { to = "body:message.flags" }),
            p.with(p.mentions, { to = "body:message.allowed_mentions" }),
            p.with(p.stickers, { to = "body:message.sticker_ids" }),
            p.with(p.files, { to = "files:message.attachments" }),
            { "tags", "ids", max = 5, to = "body:applied_tags", doc = "Tags of the forum." },
            p.archive_after, p.slowmode,
        },
        result = "Channel",
        discord = {
            "POST /channels/{channel_id}/threads", reason = true,
            body = '{"message":{"allowed_mentions":{"parse":["users"]}}}',
        },
    },
    {
        name = "threads.edit",
        doc = "Changes a thread.",
        params = {
            p.thread, p.with(name, { required = false }),
            { "archived", "boolean", doc = "Whether it is archived." },
            { "locked", "boolean", doc = "Whether only moderators may unarchive it." },
            { "invitable", "boolean", doc = "Whether members of a private thread may add others." },
            p.archive_after, p.slowmode, { "flags", "integer", doc = "Bit set; 2 pins a post." },
            { "tags", "ids", max = 5, to = "body:applied_tags", doc = "Tags of the forum." },
        },
        result = "Channel",
        discord = { one, reason = true },
    },
    state("archive", "Archives a thread.", '{"archived":true}'),
    state("unarchive", "Takes a thread out of the archive.", '{"archived":false}'),
    state("lock", "Locks a thread.", '{"locked":true}'),
    state("unlock", "Unlocks a thread.", '{"locked":false}'),
    {
        name = "threads.delete",
        doc = "Deletes a thread.",
        params = { p.thread },
        result = "Channel",
        discord = { "DELETE /channels/{channel_id}", reason = true },
    },
    {
        name = "threads.join",
        doc = "The bot joins a thread.",
        params = { p.thread },
        discord = { "PUT " .. members .. "/@me" },
    },
    {
        name = "threads.leave",
        doc = "The bot leaves a thread.",
        params = { p.thread },
        discord = { "DELETE " .. members .. "/@me" },
    },
    {
        name = "threads.addMember",
        doc = "Adds somebody to a thread.",
        params = { p.thread, p.user },
        discord = { "PUT " .. members .. "/{user_id}" },
    },
    {
        name = "threads.removeMember",
        doc = "Takes somebody out of a thread.",
        params = { p.thread, p.user },
        discord = { "DELETE " .. members .. "/{user_id}" },
    },
    {
        name = "threads.getMember",
        doc = "Somebody's membership of a thread.",
        params = { p.thread, p.user, p.with_member },
        result = "ThreadMember", discord = { "GET " .. members .. "/{user_id}" },
    },
    {
        name = "threads.members",
        doc = "Members of a thread. Pages only with their members.",
        params = { p.thread, p.with_member, p.limit(100), p.after },
        page = { by = "after", at = "user_id", most = 100 },
        discord = { "GET " .. members },
    },
    {
        name = "threads.active",
        doc = "The threads of a guild that are not archived: { threads, members }.",
        params = { p.guild },
        discord = { "GET /guilds/{guild_id}/threads/active" },
    },
    {
        name = "threads.archivedPublic",
        doc = "Archived public threads of a channel, the latest first: { threads, members, has_more }.",
        params = archived,
        page = { by = "before", items = "threads", at = "thread_metadata.archive_timestamp", most = 100 },
        discord = { "GET /channels/{channel_id}/threads/archived/public" },
    },
    {
        name = "threads.archivedPrivate",
        doc = "Archived private threads of a channel, the latest first: { threads, members, has_more }.",
        params = archived,
        page = { by = "before", items = "threads", at = "thread_metadata.archive_timestamp", most = 100 },
        discord = { "GET /channels/{channel_id}/threads/archived/private" },
    },
    {
        name = "threads.archivedJoined",
        doc = "Archived private threads of a channel that the bot has joined: { threads, members, has_more }.",
        params = { p.channel, p.limit(100), p.before },
        page = { by = "before", items = "threads", at = "id", most = 100 },
        discord = { "GET /channels/{channel_id}/users/@me/threads/archived/private" },
    },
    {
        name = "threads.search",
        doc = "Posts of a forum: { threads, members, has_more }.",
        params = {
            p.channel,
            { "name", "text", max = 100, doc = "Part of the name." },
            { "tag", "ids", max = 20, doc = "Tags." },
            { "tagSetting", "text", doc = "match_all or match_some." },
            { "archived", "boolean", doc = "Archived ones, or the others." },
            { "sortBy", "text", doc = "last_message_time, archive_time, relevance or creation_time." },
            { "sortOrder", "text", doc = "asc or desc." },
            p.limit(25), { "offset", "integer", min = 0, max = 9975, doc = "How many to skip." },
        },
        discord = { "GET /channels/{channel_id}/threads/search" },
    },
}
