-- Messages, what is in them, and reactions.
local ops = require "platforms.ops"
local constant, first_of, image_url, iso_time, object = ops.constant, ops.first_of, ops.image_url, ops.iso_time, ops.object

local guild_id = first_of({ "/guild_id", "@guildId" })

-- Kinds of the platform's own messages that Discord has too; the rest are 100.
local system_types = {
    user_added = 1, user_remove = 2, call_started = 3, channel_renamed = 4, channel_icon_changed = 5,
    message_pinned = 6, user_joined = 7,
}

-- A message whose keys begin at `own`; `id` and `content` where they are called otherwise.
local function message(own, more)
    return ops.with({
        entity = "Message",
        id = own .. "_id",
        channelId = own .. "channel",
        guildId = guild_id,
        author = object({ mapping = "Author" }),
        member = object({ mapping = "MessageMember", unless_missing = "member" }),
        content = first_of({
            ops.markup({ own .. "content", text = "revolt" }), own .. "system.content", constant(""),
        }),
        cleanContent = first_of({
            ops.clean_text({ own .. "content", "@names", text = "revolt" }), own .. "system.content", constant(""),
        }),
        createdAt = ops.ulid_time(own .. "_id"),
        editedAt = iso_time(own .. "edited"),
        embeds = own .. "embeds",
        attachments = own .. "attachments",
        reactions = ops.entries({ own .. "reactions", mapping = "Reaction" }),
        pinned = own .. "pinned",
        type = first_of({
            ops.number_of({ own .. "system.type", texts = system_types, text = "100", unless_missing = "system" }),
            { op = "constant", text = "19", unless_missing = own .. "replies.0" },
            constant("0"),
        }),
        typeName = first_of({
            own .. "system.type", { op = "constant", text = "19", unless_missing = own .. "replies.0" }, constant("0"),
        }),
        replyTo = own .. "replies.0",
        mentions = object({ mapping = "MessageMentions" }),
        flags = ops.number_of({ own .. "flags", texts = { ["1"] = 4096, ["2"] = 0, ["3"] = 0 }, text = "0" }),
        webhookId = { op = "copy", own .. "author", unless_missing = own .. "webhook" },
        reference = object({ mapping = "MessageReference", unless_missing = own .. "replies.0" }),
        nonce = own .. "nonce",
    }, more)
end

return {
    Message = message("", {}),
    -- What an update brings of a message that is not cached.
    MessagePatch = message("data.", {
        id = "id", channelId = "channel", createdAt = ops.ulid_time("id"), author = object({ mapping = "Nobody" }),
        member = ops.nothing, mentions = object({ mapping = "NoMentions" }), reference = ops.nothing,
    }),
    MessageAppendedPatch = {
        entity = "Message",
        id = "id", channelId = "channel", guildId = guild_id, createdAt = ops.ulid_time("id"),
        author = object({ mapping = "Nobody" }), content = constant(""), cleanContent = constant(""),
        typeName = constant("0"), embeds = "append.embeds", mentions = object({ mapping = "NoMentions" }),
    },
    MessageMentions = {
        users = "mentions",
        roles = "role_mentions",
        channels = ops.channel_mentions("content"),
        everyone = ops.has_bit({ "flags", text = "2" }),
    },
    NoMentions = { entity = "MessageMentions" },
    MessageReference = {
        typeName = constant("default"),
        messageId = "replies.0",
        channelId = "channel",
        guildId = guild_id,
    },
    MessageUpdate = {
        old = object({ "@old", mapping = "Message" }),
        new = first_of({ object({ "@now", mapping = "Message" }), object({ mapping = "MessagePatch" }) }),
    },
    MessageAppended = {
        entity = "MessageUpdate",
        old = object({ "@old", mapping = "Message" }),
        new = first_of({ object({ "@now", mapping = "Message" }), object({ mapping = "MessageAppendedPatch" }) }),
    },
    MessageDelete = {
        id = "id", channelId = "channel", guildId = guild_id, message = object({ "@old", mapping = "Message" }),
    },
    MessageDeleteBulk = {
        ids = "ids", channelId = "channel", guildId = guild_id, messages = ops.objects({ "@old", mapping = "Message" }),
    },

    -- The file itself, not the smaller picture that the bare address gives.
    Attachment = {
        id = "_id",
        name = "filename",
        url = image_url({ "tag", "_id", text = "{cdn}{0}/{1}/original" }),
        proxyUrl = image_url({ "tag", "_id", text = "{cdn}{0}/{1}" }),
        size = "size",
        contentType = "content_type",
        width = "metadata.width",
        height = "metadata.height",
        spoiler = ops.spoiler_url("filename"),
    },
    Embed = {
        title = "title",
        description = ops.markup({ "description", text = "revolt" }),
        url = "url",
        color = ops.colour_of("colour"),
        image = first_of({
            object({ "image", mapping = "EmbedImage" }),
            object({ mapping = "EmbedMedia", unless_missing = "media" }),
        }),
        thumbnail = object({ mapping = "EmbedIcon", unless_missing = "icon_url" }),
        type = ops.text_of({
            "type", texts = { Text = "rich", Website = "link", Image = "image", Video = "video" }, text = "unknown",
        }),
        video = object({ "video", mapping = "EmbedImage" }),
        provider = object({ mapping = "EmbedProvider", unless_missing = "site_name" }),
    },
    EmbedImage = { url = "url", width = "width", height = "height" },
    EmbedMedia = {
        entity = "EmbedImage",
        url = image_url({ "media.tag", "media._id", text = "{cdn}{0}/{1}" }),
        width = "media.metadata.width",
        height = "media.metadata.height",
    },
    EmbedIcon = { entity = "EmbedImage", url = "icon_url" },
    EmbedProvider = { name = "site_name" },

    -- A member of the map from emoji to users.
    Reaction = {
        emoji = object({ mapping = "ListedEmoji" }),
        count = ops.size(""),
    },
    ListedEmoji = {
        entity = "Emoji",
        id = ops.if_ulid("$"),
        name = ops.unless_ulid("$"),
        identifier = "$",
    },
    MessageReactionAdd = {
        messageId = "id",
        channelId = "channel_id",
        guildId = guild_id,
        userId = "user_id",
        reaction = object({ mapping = "ReactionAdded" }),
        member = object({ "@member", mapping = "Member" }),
        messageAuthorId = "@old.author",
    },
    ReactionAdded = {
        entity = "Reaction",
        emoji = object({ mapping = "ShownEmoji" }),
        count = ops.with_default("@reactionCount", "1"),
        me = "@reactionMe",
    },
    ShownEmoji = {
        entity = "Emoji",
        id = first_of({ "@emoji._id", ops.if_ulid("emoji_id") }),
        name = first_of({ "@emoji.name", ops.unless_ulid("emoji_id") }),
        identifier = first_of({
            ops.emoji_identifier({ "@emoji._id", "@emoji.name", unless_missing = "@emoji" }), "emoji_id",
        }),
        animated = "@emoji.animated",
        url = image_url({ "@emoji._id", text = "{cdn}emojis/{0}" }),
    },
    EmojiRef = {
        id = first_of({ "@emoji._id", ops.if_ulid("emoji_id") }),
        name = first_of({ "@emoji.name", ops.unless_ulid("emoji_id") }),
    },
    MessageReactionRemove = {
        messageId = "id",
        channelId = "channel_id",
        guildId = guild_id,
        userId = "user_id",
        emoji = object({ mapping = "EmojiRef" }),
    },
    MessageReactionRemoveEmoji = {
        messageId = "id", channelId = "channel_id", guildId = guild_id, emoji = object({ mapping = "EmojiRef" }),
    },
    MessageReactionRemoveAll = {
        messageId = "id",
        channelId = "channel",
        guildId = guild_id,
        reactions = ops.entries({ "@old.reactions", mapping = "Reaction" }),
    },
    ChannelPinsUpdate = { channelId = "channel", guildId = guild_id },
    TypingStart = {
        channelId = "id",
        userId = "user",
        timestamp = iso_time("@receivedAt"),
        member = object({ "@member", mapping = "Member" }),
        guildId = guild_id,
    },
    WebhookUpdate = { channelId = "channel_id", guildId = guild_id },
    WebhookChanged = { entity = "WebhookUpdate", channelId = "@channelId", guildId = guild_id },
}
