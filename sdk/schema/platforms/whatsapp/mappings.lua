-- Where each field lies in what the adapter gives (see ../whatsapp.lua): under its own name.
local ops = require "platforms.ops"

local user = {
    id = "id", username = "username", discriminator = ops.constant("0"), globalName = "globalName", bot = "bot",
}

local message_member = { id = "id", displayName = "displayName", nickname = "nickname", roles = "roles" }
local member = ops.with(message_member, {
    user = ops.object({ "user", mapping = "User" }), guildId = "guildId",
})

-- Roles of a group are its own id (everyone), "admin" and "superadmin".
return {
    User = user,
    Member = member,
    MessageMember = message_member,
    Message = {
        id = "id",
        channelId = "channelId",
        guildId = "guildId",
        author = ops.object({ "author", mapping = "User" }),
        member = ops.object({ "member", mapping = "MessageMember" }),
        content = "content",
        cleanContent = "cleanContent",
        createdAt = ops.epoch_millis("createdAt"),
        editedAt = ops.epoch_millis("editedAt"),
        attachments = ops.objects({ "attachments", mapping = "Attachment" }),
        type = "type",
        typeName = ops.name_of({ "type", names = { [0] = "default", [19] = "reply" } }),
        replyTo = "replyTo",
        mentions = ops.object({ "mentions", mapping = "MessageMentions" }),
        mentionedUsers = ops.objects({ "mentionedUsers", mapping = "User" }),
        poll = ops.object({ "poll", mapping = "Poll" }),
        reference = ops.object({ "reference", mapping = "MessageReference" }),
        referencedMessage = ops.object({ "referencedMessage", mapping = "Message" }),
    },
    MessageMentions = { users = "users" },
    MessageReference = { typeName = ops.constant("default"), messageId = "messageId", channelId = "channelId" },
    Attachment = {
        id = "id", name = "name", url = "url", size = "size", contentType = "contentType", width = "width",
        height = "height", duration = "duration",
    },
    Poll = {
        question = ops.object({ "question", mapping = "PollMedia" }),
        answers = ops.objects({ "answers", mapping = "PollAnswer" }),
        allowMultiselect = "allowMultiselect",
    },
    PollMedia = { text = "text" },
    PollAnswer = { answerId = "answerId", text = "text" },
    EmojiRef = { name = "name" },
    Guild = {
        id = "id", name = "name", description = "description", ownerId = "ownerId", memberCount = "memberCount",
        createdAt = ops.epoch_millis("createdAt"), available = ops.none_of("unavailable"),
    },
    Channel = {
        id = "id", name = "name", type = "type",
        typeName = ops.name_of({ "type", names = { [0] = "text", [1] = "dm" } }),
        createdAt = ops.epoch_millis("createdAt"), guildId = "guildId",
        recipients = ops.objects({ "recipients", mapping = "User" }),
    },
    Presence = { userId = "userId", status = "status", guildId = "guildId" },
    Ready = { user = ops.object({ "user", mapping = "User" }) },
    MessageDelete = { id = "id", channelId = "channelId", guildId = "guildId" },
    MessageDeleteBulk = { ids = "ids", channelId = "channelId", guildId = "guildId" },
    MessageReactionAdd = {
        messageId = "messageId", channelId = "channelId", guildId = "guildId", userId = "userId",
        member = ops.object({ "member", mapping = "Member" }), messageAuthorId = "messageAuthorId",
        reaction = ops.object({ mapping = "Reaction" }),
    },
    Reaction = { emoji = ops.object({ "emoji", mapping = "Emoji" }), count = ops.constant("1"), me = "me" },
    Emoji = { name = "name", identifier = "name" },
    MessageReactionRemove = {
        messageId = "messageId", channelId = "channelId", guildId = "guildId", userId = "userId",
        emoji = ops.object({ "emoji", mapping = "EmojiRef" }),
    },
    GuildMemberRemove = {
        user = ops.object({ "user", mapping = "User" }), guildId = "guildId", member = ops.object({ mapping = "Member" }),
    },
    GuildDelete = { id = "id", name = "name" },
    TypingStart = {
        channelId = "channelId", userId = "userId", timestamp = ops.epoch_millis("timestamp"), guildId = "guildId",
        member = ops.object({ "member", mapping = "Member" }),
    },
}
