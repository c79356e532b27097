-- What an object can be asked: methods of entities that are operations with some parameters given already.
--
-- { entity, ids = parameters that mean the object itself, id = the field that holds its id ("id" by default),
--   like = an entity whose methods it has too, methods = { { name, operation, parameter = field, ... }, ... } }
--
-- Of the operation's parameters those in `ids` are the object's id; others are given when the object has a field of that
-- name, and guildId always: where the object does not tell it, its event does. `parameter = "field"` says so for another
-- field, `parameter = false` leaves the parameter to the caller.

return {
    { "Message", ids = { "messageId" }, methods = {
        { "reply", "messages.reply" }, { "edit", "messages.edit" }, { "delete", "messages.delete" },
        { "fetch", "messages.get" }, { "react", "reactions.add" }, { "removeReaction", "reactions.remove" },
        { "removeUserReaction", "reactions.removeUser" }, { "clearReactions", "reactions.clear" },
        { "fetchReactions", "reactions.list" }, { "pin", "pins.add" }, { "unpin", "pins.remove" },
        { "crosspost", "messages.crosspost" }, { "startThread", "threads.createFromMessage" },
        { "forward", "messages.forward", fromChannelId = "channelId", channelId = false },
        { "endPoll", "polls.close" }, { "fetchVoters", "polls.voters" },
    } },
    { "Channel", ids = { "channelId", "threadId" }, methods = {
        { "send", "messages.send" }, { "typing", "channels.typing" }, { "edit", "channels.edit" },
        { "delete", "channels.delete" }, { "fetch", "channels.get" }, { "fetchMessage", "messages.get" },
        { "fetchMessages", "messages.list" }, { "bulkDelete", "messages.bulkDelete" }, { "fetchPins", "pins.list" },
        { "setOverwrite", "channels.setOverwrite" }, { "deleteOverwrite", "channels.deleteOverwrite" },
        { "createInvite", "invites.create" }, { "fetchInvites", "invites.listChannel" },
        { "createThread", "threads.create" }, { "createPost", "threads.createPost" },
        { "createWebhook", "webhooks.create" }, { "fetchWebhooks", "webhooks.listChannel" },
        { "follow", "channels.follow" }, { "setVoiceStatus", "channels.setVoiceStatus" },
        { "join", "threads.join" }, { "leave", "threads.leave" }, { "archive", "threads.archive" },
        { "unarchive", "threads.unarchive" }, { "lock", "threads.lock" }, { "unlock", "threads.unlock" },
        { "addMember", "threads.addMember" }, { "removeMember", "threads.removeMember" },
    } },
    { "ChannelRef", like = "Channel" },
    { "User", ids = { "userId" }, methods = {
        { "ban", "bans.create" }, { "unban", "bans.remove" }, { "kick", "members.kick" },
        { "timeout", "members.timeout" }, { "removeTimeout", "members.removeTimeout" },
        { "addRole", "members.addRole" }, { "removeRole", "members.removeRole" }, { "setRoles", "members.setRoles" },
        { "setNick", "members.setNick" }, { "move", "members.move", channelId = false },
        { "disconnect", "members.disconnect" }, { "fetch", "users.get" }, { "fetchMember", "members.get" },
        { "openDm", "dms.open" },
    } },
    { "Member", like = "User", ids = { "userId" }, methods = {
        { "edit", "members.edit" }, { "fetch", "members.get" },
    } },
    { "MessageMember", like = "Member" },
    { "VoiceState", ids = { "userId" }, id = "userId", methods = {
        { "move", "members.move", channelId = false }, { "disconnect", "members.disconnect" },
        { "edit", "voice.edit", channelId = false },
    } },
    { "Guild", ids = { "guildId" }, methods = {
        { "edit", "guilds.edit" }, { "leave", "guilds.leave" }, { "fetch", "guilds.get" },
        { "ban", "bans.create" }, { "unban", "bans.remove" }, { "kick", "members.kick" }, { "fetchBans", "bans.list" },
        { "fetchMember", "members.get" }, { "fetchMembers", "members.list" }, { "searchMembers", "members.search" },
        { "fetchChannels", "channels.list" }, { "createChannel", "channels.create" },
        { "fetchRoles", "roles.list" }, { "createRole", "roles.create" },
        { "fetchEmojis", "emojis.list" }, { "createEmoji", "emojis.create" },
        { "fetchStickers", "stickers.list" }, { "fetchInvites", "invites.listGuild" },
        { "fetchWebhooks", "webhooks.listGuild" }, { "fetchAuditLog", "auditLog.list" },
        { "fetchScheduledEvents", "scheduledEvents.list" }, { "createScheduledEvent", "scheduledEvents.create" },
        { "searchMessages", "messages.search" }, { "prune", "guilds.prune" },
    } },
    { "Role", ids = { "roleId" }, methods = {
        { "edit", "roles.edit" }, { "delete", "roles.delete" }, { "fetch", "roles.get" },
    } },
    { "Emoji", ids = { "emojiId" }, methods = {
        { "edit", "emojis.edit" }, { "delete", "emojis.delete" }, { "fetch", "emojis.get" },
    } },
    { "Sticker", ids = { "stickerId" }, methods = { { "edit", "stickers.edit" }, { "delete", "stickers.delete" } } },
    { "SoundboardSound", ids = { "soundId" }, id = "soundId", methods = {
        { "edit", "soundboard.edit" }, { "delete", "soundboard.delete" },
    } },
    { "ScheduledEvent", ids = { "eventId" }, methods = {
        { "edit", "scheduledEvents.edit" }, { "delete", "scheduledEvents.delete" },
        { "fetch", "scheduledEvents.get" }, { "fetchUsers", "scheduledEvents.users" },
    } },
    { "AutoModRule", ids = { "ruleId" }, methods = {
        { "edit", "autoModeration.edit" }, { "delete", "autoModeration.delete" },
    } },
    { "StageInstance", methods = { { "edit", "stages.edit" }, { "close", "stages.close" } } },
    { "Invite", methods = { { "delete", "invites.delete" }, { "fetch", "invites.get" } } },
}
