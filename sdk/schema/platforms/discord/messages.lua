-- Messages and what is in them.
local ops = require "platforms.ops"
local first_of, iso_time, name_of, list, object = ops.first_of, ops.iso_time, ops.name_of, ops.list, ops.object

return {
    Message = {
        member = object({ mapping = "MessageMember", unless_missing = "member" }),
        cleanContent = ops.clean_content({ "content", "mentions", "mention_channels", "@names" }),
        createdAt = ops.snowflake_time("id"),
        editedAt = iso_time("edited_timestamp"),
        typeName = ops.number_text("type"),
        replyTo = "message_reference.message_id",
        mentions = object({ mapping = "MessageMentions" }),
        stickers = ops.objects({ "sticker_items", mapping = "StickerItem" }),
        reference = "message_reference",
        snapshots = "message_snapshots",
        interaction = first_of({
            object({ "interaction_metadata", mapping = "MessageInteraction" }),
            object({ "interaction", mapping = "MessageInteraction" }),
        }),
        mentionedUsers = ops.objects({ "mentions", mapping = "User" }),
        roleSubscription = "role_subscription_data",
    },
    MessageMentions = {
        users = list({ "mentions", text = "id" }),
        roles = "mention_roles",
        channels = ops.channel_mentions("content"),
        everyone = "mention_everyone",
    },
    MessageReference = {
        typeName = name_of({ "type", names = { [0] = "default", "forward" } }),
    },
    MessageSnapshot = {
        content = "message.content",
        createdAt = iso_time("message.timestamp"),
        editedAt = iso_time("message.edited_timestamp"),
        type = "message.type",
        flags = "message.flags",
        embeds = "message.embeds",
        attachments = "message.attachments",
        stickers = "message.sticker_items",
        components = "message.components",
        mentions = list({ "message.mentions", text = "id" }),
        mentionRoles = "message.mention_roles",
    },
    MessageInteraction = {
        typeName = name_of({
            "type",
            names = { "ping", "application_command", "message_component", "autocomplete", "modal_submit" },
        }),
        triggeringInteraction = "triggering_interaction_metadata",
    },
    MessageCall = {
        endedAt = iso_time("ended_timestamp"),
    },
    RoleSubscription = {
        listingId = "role_subscription_listing_id",
        months = "total_months_subscribed",
        renewal = "is_renewal",
    },
    Attachment = {
        name = "filename",
        spoiler = ops.spoiler_url("url"),
        duration = "duration_secs",
    },
    Reaction = {
        emoji = object({ "emoji", mapping = "ShownEmoji" }),
        burstCount = "count_details.burst",
    },
    ReactionAdded = {
        entity = "Reaction",
        emoji = object({ "emoji", mapping = "ShownEmoji" }),
        count = ops.with_default("@reactionCount", "1"),
        me = "@reactionMe",
        burstCount = ops.nothing,
        meBurst = ops.nothing,
    },
    Poll = {
        expiresAt = iso_time("expiry"),
    },
    PollAnswer = {
        text = "poll_media.text",
        emoji = "poll_media.emoji",
    },
    PollAnswerCount = {
        answerId = "id",
    },

    MessageDelete = {
        message = "@old",
    },
    MessageDeleteBulk = {
        messages = "@old",
    },
    MessageReactionAdd = {
        reaction = object({ mapping = "ReactionAdded" }),
    },
    MessageReactionRemoveAll = {
        reactions = "@old.reactions",
    },
}
