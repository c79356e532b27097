-- Messages and what is in them. One mapping reads both flavours: the bot API's message has `serverId`, markdown and
-- `replyMessageIds`, the user API's has `teamId` beside it, a document and `repliesToIds`.
local ops = require "platforms.ops"
local first_of, iso_time, list, object = ops.first_of, ops.iso_time, ops.list, ops.object

local guild = first_of({ "serverId", "/serverId", "teamId", "/teamId" })
local times = { createdAt = iso_time("createdAt"), editedAt = first_of({ iso_time("updatedAt"), iso_time("editedAt") }) }

local message = {
    id = first_of({ "id", "/contentId" }),
    channelId = first_of({ "channelId", "/channelId" }),
    guildId = guild,
    author = object({ mapping = "Author" }),
    member = object({ "@member", mapping = "MessageMember" }),
    content = first_of({ ops.markup({ "content", text = "guilded" }), ops.slate("content") }),
    cleanContent = first_of({
        ops.clean_text({ "content", "@names", text = "guilded" }), ops.clean_slate({ "content", "@names" }),
    }),
    createdAt = first_of({ times.createdAt, iso_time("/createdAt") }),
    editedAt = times.editedAt,
    embeds = first_of({ "embeds", "@embeds" }),
    attachments = first_of({ ops.objects({ "@attachments", mapping = "Attachment" }) }),
    reactions = ops.objects({ "reactions", mapping = "UserReaction" }),
    pinned = "isPinned",
    type = ops.number_of({ "type", texts = { default = 0 } }),
    typeName = "type",
    replyTo = first_of({ "replyMessageIds.0", "repliesToIds.0", "repliesTo" }),
    mentions = object({ mapping = "MessageMentions" }),
    webhookId = first_of({ "createdByWebhookId", "webhookId" }),
    applicationId = "botId",
    reference = first_of({
        object({ mapping = "MessageReference", unless_missing = "replyMessageIds.0" }),
        object({ mapping = "MessageReference", unless_missing = "repliesToIds.0" }),
    }),
    referencedMessage = object({ "/repliedToMessages.0", mapping = "RepliedMessage" }),
}

return {
    Message = message,
    -- As it was: of the context, where nothing of the payload's root belongs to it.
    MessageBefore = ops.with(message, { entity = "Message", referencedMessage = ops.nothing }),
    RepliedMessage = ops.with(message, {
        entity = "Message", id = "id", author = object({ mapping = "AuthorById" }), member = ops.nothing,
        referencedMessage = ops.nothing, mentions = ops.nothing, attachments = ops.nothing,
        embeds = "embeds", createdAt = iso_time("createdAt"),
    }),
    -- The account that wrote a message is told by its id alone; the rest is what has been seen of it.
    Author = {
        entity = "User", id = "createdBy", username = first_of({ "@user.name", "createdBy" }),
        discriminator = ops.constant("0"), globalName = "@user.name",
        avatarUrl = first_of({ "@user.avatar", "@user.profilePicture" }), bot = ops.any_of({ "@user.bot" }),
    },
    AuthorById = {
        entity = "User", id = "createdBy", username = first_of({ "createdBy" }), discriminator = ops.constant("0"),
    },
    MessageMember = {
        id = first_of({ "user.id", "id" }), displayName = first_of({ "nickname", "user.name", "name" }),
        nickname = "nickname", displayAvatarUrl = first_of({ "user.avatar", "profilePicture" }),
        joinedAt = first_of({ iso_time("joinedAt"), iso_time("joinDate") }), roles = list("roleIds"),
    },
    MessageMentions = {
        users = first_of({ list({ "mentions.users", text = "id" }), list({ "@mentions.users", text = "id" }) }),
        roles = first_of({ list({ "mentions.roles", text = "id" }), list({ "@mentions.roles", text = "id" }) }),
        channels = first_of({ list({ "mentions.channels", text = "id" }), list({ "@mentions.channels", text = "id" }) }),
        everyone = ops.any_of({ "mentions.everyone", "mentions.here", "@mentions.everyone", "@mentions.here" }),
    },
    MessageReference = {
        typeName = ops.constant("default"), messageId = first_of({ "replyMessageIds.0", "repliesToIds.0" }),
        channelId = first_of({ "channelId", "/channelId" }), guildId = guild,
    },
    Attachment = { id = "url", name = "name", url = "url", contentType = "contentType" },
    Embed = {
        title = "title", description = "description", url = "url", color = "color", timestamp = "timestamp",
        footer = "footer", image = "image", thumbnail = "thumbnail", author = "author", fields = "fields",
    },
    EmbedFooter = { text = "text", iconUrl = first_of({ "icon_url", "iconUrl" }) },
    EmbedImage = { url = "url" },
    EmbedAuthor = { name = "name", url = "url", iconUrl = first_of({ "icon_url", "iconUrl" }) },
    EmbedField = { name = "name", value = "value", inline = "inline" },

    MessageUpdate = { old = object({ "@old", mapping = "MessageBefore" }), new = object({ mapping = "Message" }) },
    MessageDelete = {
        id = "message.id", channelId = first_of({ "message.channelId", "channelId" }), guildId = guild,
        message = object({ "@old", mapping = "MessageBefore" }),
    },
    MessageDeleteBulk = {
        ids = first_of({ list({ "deletedContent", text = "id" }), list({ "messages", text = "id" }), list("messageIds") }),
        channelId = "channelId", guildId = guild,
    },

    -- Reactions. Their emoji are numbered pictures; there are no others.
    Emote = {
        entity = "Emoji", id = "id", name = "name", identifier = ops.emoji_identifier({ "id", "name" }), url = "url",
    },
    EmoteOfUser = {
        entity = "Emoji", id = "customReactionId", name = "customReaction.name",
        identifier = ops.emoji_identifier({ "customReactionId", "customReaction.name" }),
        url = first_of({ "customReaction.webp", "customReaction.png" }),
    },
    UserReaction = { entity = "Reaction", emoji = object({ mapping = "EmoteOfUser" }), count = "count" },
    ReactionAdded = {
        entity = "Reaction",
        emoji = first_of({ object({ "emote", mapping = "Emote" }), object({ mapping = "EmoteOfUser" }) }),
        count = ops.constant("1"),
    },
    EmojiRef = { id = "id", name = "name" },
    EmojiRefOfUser = { entity = "EmojiRef", id = "customReactionId", name = "customReaction.name" },
    MessageReactionAdd = {
        messageId = first_of({ "reaction.messageId", "message.id" }),
        channelId = first_of({ "reaction.channelId", "channelId" }), guildId = guild,
        userId = first_of({ "reaction.createdBy", "createdBy", "updatedBy" }),
        reaction = object({ "reaction", mapping = "ReactionAdded" }),
        member = object({ "@member", mapping = "Member" }),
    },
    MessageReactionRemove = {
        messageId = first_of({ "reaction.messageId", "message.id" }),
        channelId = first_of({ "reaction.channelId", "channelId" }), guildId = guild,
        userId = first_of({ "reaction.createdBy", "createdBy", "updatedBy" }),
        emoji = first_of({
            object({ "reaction.emote", mapping = "EmojiRef" }), object({ "reaction", mapping = "EmojiRefOfUser" }),
        }),
    },
    MessageReactionRemoveAll = { messageId = "messageId", channelId = "channelId", guildId = guild },
    MessageReactionRemoveEmoji = {
        messageId = "messageId", channelId = "channelId", guildId = guild, emoji = object({ "emote", mapping = "EmojiRef" }),
    },
    ChannelPinsUpdate = { channelId = first_of({ "message.channelId", "channelId" }), guildId = guild },
    TypingStart = {
        channelId = "channelId", userId = "userId", timestamp = ops.iso_time("@entry.timestamp"), guildId = "@entry.teamId",
        member = object({ "@member", mapping = "Member" }),
    },
}
