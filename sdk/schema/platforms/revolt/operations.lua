-- How the platform carries out an operation. What stands as "adapter" is seen to by code: texts and embeds are turned
-- into the platform's, files are uploaded first, null takes a field away by its name in `remove`.

local channel, server = { channelId = "path:channel" }, { guildId = "path:server" }
local reason = { reason = "header:X-Audit-Log-Reason" }

local function with(...)
    local out = {}
    for _, part in ipairs({ ... }) do
        for key, value in pairs(part) do out[key] = value end
    end
    return out
end

local one_message = with(channel, { messageId = "path:message" })
local one_member = with(server, { userId = "path:user" })
local written = { content = "adapter", embeds = "adapter" }
-- What other platforms have in a message: a script that gives it is served without it.
local unknown = { "components", "tts", "allowedMentions", "attachments" }
local message = "/channels/{channel}/messages/{message}"
local reaction = message .. "/reactions/{emoji}"
local member = "/servers/{server}/members/{user}"
local in_bytes = "Texts are counted in bytes: 2000 for the content and all descriptions together."

local function edit_member(params, result)
    return {
        "PATCH " .. member, params = with(one_member, params, reason), result = result or "Member",
        doc = "The answer has the user when it is cached.",
    }
end

return {
    ["messages.send"] = {
        "POST /channels/{channel}/messages",
        params = with(channel, written, {
            replyTo = "adapter", files = "adapter", flags = "adapter", masquerade = "adapter", extra = "body:**",
        }),
        drop = unknown, result = "Message",
        doc = in_bytes .. " Embeds keep title, description, url, colour and icon; their fields and footer become text. "
            .. "Of the flags, 4096 (silent) is known. Files are uploaded first, five at most. A repeated effect is "
            .. "refused by the platform's Idempotency-Key.",
    },
    ["messages.reply"] = {
        "POST /channels/{channel}/messages",
        params = with(channel, written, {
            messageId = "adapter", files = "adapter", flags = "adapter", masquerade = "adapter", extra = "body:**",
        }),
        drop = unknown, result = "Message", doc = "As messages.send; the answered message's author is mentioned.",
    },
    ["messages.edit"] = {
        "PATCH " .. message,
        params = with(one_message, written, { extra = "body:**" }),
        drop = { "components", "flags", "allowedMentions", "attachments" }, result = "Message", doc = in_bytes,
    },
    ["messages.delete"] = { "DELETE " .. message, params = with(one_message, reason) },
    ["messages.bulkDelete"] = {
        "DELETE /channels/{channel}/messages/bulk", params = with(channel, reason, { messageIds = "body:ids" }),
        doc = "None of them may be older than seven days.",
    },
    ["messages.get"] = { "GET " .. message, params = one_message, result = "Message" },
    ["messages.list"] = {
        "GET /channels/{channel}/messages?include_users=true",
        params = with(channel, { limit = "query:limit", before = "query:before", after = "adapter", around = "query:nearby" }),
        result = "Message[]",
    },
    ["reactions.add"] = { "PUT " .. reaction, params = with(one_message, { emoji = "path:emoji" }) },
    ["reactions.remove"] = { "DELETE " .. reaction, params = with(one_message, { emoji = "path:emoji" }) },
    ["reactions.removeUser"] = {
        "DELETE " .. reaction, params = with(one_message, { emoji = "path:emoji", userId = "query:user_id" }),
    },
    ["reactions.clear"] = { "DELETE " .. message .. "/reactions", params = one_message },
    ["reactions.clearEmoji"] = {
        "DELETE " .. reaction .. "?remove_all=true", params = with(one_message, { emoji = "path:emoji" }),
    },
    ["reactions.list"] = {
        "ADAPTER",
        params = with(one_message, {
            channelId = "adapter", messageId = "adapter", emoji = "adapter", limit = "adapter", after = "adapter",
        }),
        drop = { "type" }, result = "User[]", doc = "From the message, and each user in turn where it is not cached.",
    },
    ["pins.add"] = { "POST " .. message .. "/pin", params = with(one_message, reason) },
    ["pins.remove"] = { "DELETE " .. message .. "/pin", params = with(one_message, reason) },

    ["channels.get"] = { "GET /channels/{channel}", params = channel, result = "Channel" },
    ["channels.list"] = {
        "ADAPTER", params = { guildId = "adapter" }, result = "Channel[]", doc = "From GET /servers/{server}?include_channels=true.",
    },
    ["channels.create"] = {
        "POST /servers/{server}/channels",
        params = with(server, reason, {
            name = "body:name", type = "adapter", topic = "body:description", nsfw = "body:nsfw",
            userLimit = "body:voice.max_users", extra = "body:**",
        }),
        drop = { "position" }, result = "Channel", doc = "The name has 32 characters at most; the type is text or voice.",
    },
    ["channels.edit"] = {
        "PATCH /channels/{channel}",
        params = with(channel, reason, {
            name = "body:name", topic = "adapter", nsfw = "body:nsfw", rateLimitPerUser = "body:slowmode",
            userLimit = "body:voice.max_users", extra = "body:**",
        }),
        drop = { "position" }, result = "Channel",
    },
    ["channels.delete"] = {
        "DELETE /channels/{channel}", params = with(channel, reason), doc = "The platform answers nothing.",
    },
    ["channels.setOverwrite"] = {
        "PUT /channels/{channel}/permissions/{role}",
        params = with(channel, reason, {
            overwriteId = "path:role", type = "adapter", allow = "adapter", deny = "adapter",
        }),
        doc = "Of roles alone. The server's own id stands for everybody. Permissions without a counterpart are left out.",
    },
    ["channels.deleteOverwrite"] = {
        "PUT /channels/{channel}/permissions/{role}", params = with(channel, reason, { overwriteId = "path:role" }),
        body = '{"permissions":{"allow":0,"deny":0}}',
    },
    ["channels.typing"] = {
        "SOCKET", params = { channelId = "adapter" }, doc = "Shown for about four seconds, or until EndTyping.",
    },

    ["guilds.get"] = { "GET /servers/{server}", params = server, drop = { "withCounts" }, result = "Guild" },
    ["guilds.list"] = {
        "ADAPTER", params = { limit = "adapter", before = "adapter", after = "adapter" }, drop = { "withCounts" },
        doc = "From the cache: { id, name, icon, owner } each.",
    },
    ["guilds.edit"] = {
        "PATCH /servers/{server}",
        params = with(server, reason, {
            name = "body:name", description = "adapter", icon = "adapter", banner = "adapter", extra = "body:**",
        }),
        result = "Guild",
    },
    ["guilds.leave"] = { "DELETE /servers/{server}", params = server },

    ["members.get"] = { "GET " .. member, params = one_member, result = "Member" },
    ["members.list"] = {
        "GET /servers/{server}/members", params = with(server, { limit = "adapter", after = "adapter" }),
        result = "Member[]", doc = "The platform gives all of them at once; they are cut here.",
    },
    ["members.search"] = {
        "ADAPTER", params = { guildId = "adapter", query = "adapter", limit = "adapter" }, result = "Member[]",
        doc = "Searched here, in all members.",
    },
    ["members.edit"] = edit_member({
        nick = "adapter", roles = "body:roles", mute = "adapter", deaf = "adapter", channelId = "adapter",
        communicationDisabledUntil = "adapter", extra = "body:**",
    }),
    ["members.setNick"] = edit_member({ nick = "adapter" }),
    ["members.setRoles"] = edit_member({ roles = "body:roles" }),
    ["members.timeout"] = edit_member({ time = "body:timeout" }),
    ["members.removeTimeout"] = {
        "PATCH " .. member, params = with(one_member, reason), body = '{"remove":["Timeout"]}', result = "Member",
    },
    ["members.move"] = edit_member({ channelId = "body:voice_channel" }),
    ["members.disconnect"] = {
        "PATCH " .. member, params = with(one_member, reason), body = '{"remove":["VoiceChannel"]}', result = "Member",
    },
    ["members.addRole"] = {
        "ADAPTER", params = { guildId = "adapter", userId = "adapter", roleId = "adapter", reason = "adapter" },
        doc = "The member's roles are asked for, then set.",
    },
    ["members.removeRole"] = {
        "ADAPTER", params = { guildId = "adapter", userId = "adapter", roleId = "adapter", reason = "adapter" },
        doc = "The member's roles are asked for, then set.",
    },
    ["members.kick"] = { "DELETE " .. member, params = with(one_member, reason) },
    ["members.editSelf"] = {
        "PATCH /servers/{server}/members/@me",
        params = with(server, reason, { nick = "adapter", avatar = "adapter", extra = "body:**" }), result = "Member",

    },

    ["bans.list"] = {
        "ADAPTER", params = { guildId = "adapter", limit = "adapter", before = "adapter", after = "adapter" },
    },
    ["bans.get"] = { "ADAPTER", params = { guildId = "adapter", userId = "adapter" } },
    ["bans.create"] = {
        "PUT /servers/{server}/bans/{user}",
        params = with(one_member, { deleteMessageSeconds = "body:delete_message_seconds", reason = "body:reason" }),
        body = "{}",
    },
    ["bans.remove"] = { "DELETE /servers/{server}/bans/{user}", params = with(one_member, reason) },

    ["roles.list"] = { "ADAPTER", params = { guildId = "adapter" }, result = "Role[]", doc = "From the server." },
    ["roles.get"] = {
        "GET /servers/{server}/roles/{role}", params = with(server, { roleId = "path:role" }), result = "Role",
    },
    ["roles.create"] = {
        "ADAPTER",
        params = {
            guildId = "adapter", name = "adapter", permissions = "adapter", color = "adapter", hoist = "adapter",
            reason = "adapter",
        },
        drop = { "mentionable" }, result = "Role", doc = "Made with its name, then changed, then given its permissions.",
    },
    ["roles.edit"] = {
        "ADAPTER",
        params = {
            guildId = "adapter", roleId = "adapter", name = "adapter", permissions = "adapter", color = "adapter",
            hoist = "adapter", reason = "adapter",
        },
        drop = { "mentionable" }, result = "Role",
        doc = "Permissions are a request of their own; those without a counterpart stay as they are.",
    },
    ["roles.delete"] = {
        "DELETE /servers/{server}/roles/{role}", params = with(server, reason, { roleId = "path:role" }),
    },

    ["users.get"] = { "GET /users/{user}", params = { userId = "path:user" }, result = "User" },
    ["users.me"] = { "GET /users/@me", params = {}, result = "User" },
    ["users.editMe"] = {
        "PATCH /users/@me", params = { username = "body:display_name", avatar = "adapter", extra = "body:**" },
        result = "User", doc = "The name is the one that is shown; the account's own stays.",
    },
    ["presence.set"] = {
        "PATCH /users/@me", params = { status = "adapter", activities = "adapter" }, drop = { "afk", "since" },
        doc = "The first activity's state, or its name, becomes the status text.",
    },
    ["dms.open"] = { "GET /users/{user}/dm", params = { userId = "path:user" }, result = "Channel" },

    ["emojis.list"] = { "GET /servers/{server}/emojis", params = server, result = "Emoji[]" },
    ["emojis.get"] = {
        "GET /custom/emoji/{emoji}", params = { guildId = "adapter", emojiId = "path:emoji" }, result = "Emoji",
    },
    ["emojis.create"] = {
        "ADAPTER", params = { guildId = "adapter", name = "adapter", image = "adapter", reason = "adapter" },
        drop = { "roles" }, result = "Emoji", doc = "The picture is uploaded first.",
    },
    ["emojis.edit"] = {
        "PATCH /custom/emoji/{emoji}",
        params = { guildId = "adapter", emojiId = "path:emoji", name = "body:name", reason = reason.reason },
        drop = { "roles" }, result = "Emoji",
    },
    ["emojis.delete"] = {
        "DELETE /custom/emoji/{emoji}", params = { guildId = "adapter", emojiId = "path:emoji", reason = reason.reason },
    },

    ["webhooks.create"] = {
        "POST /channels/{channel}/webhooks", params = with(channel, reason, { name = "body:name", avatar = "adapter" }),
        doc = "The name has 32 characters at most.",
    },
    ["webhooks.listChannel"] = { "GET /channels/{channel}/webhooks", params = channel },
    ["webhooks.get"] = { "GET /webhooks/{webhook}", params = { webhookId = "path:webhook" } },
    ["webhooks.getByToken"] = {
        "GET /webhooks/{webhook}/{token}", params = { webhookId = "path:webhook", webhookToken = "path:token" },
    },
    ["webhooks.edit"] = {
        "PATCH /webhooks/{webhook}",
        params = with(reason, { webhookId = "path:webhook", name = "body:name", avatar = "adapter" }),
    },
    ["webhooks.editByToken"] = {
        "PATCH /webhooks/{webhook}/{token}",
        params = { webhookId = "path:webhook", webhookToken = "path:token", name = "body:name", avatar = "adapter" },
    },
    ["webhooks.delete"] = { "DELETE /webhooks/{webhook}", params = with(reason, { webhookId = "path:webhook" }) },
    ["webhooks.deleteByToken"] = {
        "DELETE /webhooks/{webhook}/{token}", params = { webhookId = "path:webhook", webhookToken = "path:token" },
    },
    ["webhooks.execute"] = {
        "POST /webhooks/{webhook}/{token}",
        params = with(written, {
            webhookId = "path:webhook", webhookToken = "path:token", files = "adapter", flags = "adapter",
            username = "body:masquerade.name", avatarUrl = "body:masquerade.avatar", extra = "body:**",
        }),
        drop = { "components", "tts", "allowedMentions", "withComponents" }, result = "Message",
        doc = "Another name or picture is a masquerade of the message.",
    },
    ["webhooks.editMessage"] = {
        "PATCH /webhooks/{webhook}/{token}/{message}",
        params = with(written, {
            webhookId = "path:webhook", webhookToken = "path:token", messageId = "path:message", extra = "body:**",
        }),
        drop = { "components", "flags", "allowedMentions", "attachments", "withComponents" }, result = "Message",
    },
    ["webhooks.deleteMessage"] = {
        "DELETE /webhooks/{webhook}/{token}/{message}",
        params = { webhookId = "path:webhook", webhookToken = "path:token", messageId = "path:message" },
    },

    ["invites.get"] = { "GET /invites/{code}", params = { code = "path:code" }, drop = { "withCounts" } },
    ["invites.delete"] = { "DELETE /invites/{code}", params = with(reason, { code = "path:code" }) },
    ["invites.listGuild"] = { "GET /servers/{server}/invites", params = server },

    ["api.request"] = {
        "ADAPTER",
        params = { method = "adapter", path = "adapter", body = "adapter", reason = "adapter" },
        doc = "The path begins below the API's address.",
    },
}
