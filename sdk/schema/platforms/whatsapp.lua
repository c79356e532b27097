-- WhatsApp through an HTTP bridge around Baileys. A bridge's objects have the same thing in several forms (numbers as
-- digits, people by telephone or hidden number, messages in wrappers), and lists of many at once: the adapter takes them
-- apart and gives each event, beside its part of the payload, `whatsapp` as its context, where the normalised fields
-- stand under their own names, ids canonical, times in milliseconds (runtime/platform/whatsapp/digest.hpp). The answers
-- of operations have the same form.

local ops = require "platforms.ops"
local mappings = require "platforms.whatsapp.mappings"

local place = { at = "@whatsapp", guild = "@whatsapp.guildId", channel = "@whatsapp.channelId" }

local function event(name, more)
    return ops.with(place, ops.with({ event = name }, more or {}))
end
local guild = { guild = "@whatsapp.id", channel = "-" }
local channel = { channel = "@whatsapp.id" }
local member = { channel = "-" }
local person = { guild = "-", channel = "-" }

local events = {
    ["connection.update"] = event("ready", person),
    ["messages.upsert"] = event("messageCreate", { main = true, dedupe = { "@whatsapp.channelId", "@whatsapp.id" } }),
    ["messages.update"] = event("messageUpdate"),
    ["messages.delete"] = event("messageDelete", { main = true }),
    ["messages.reaction"] = event("messageReactionAdd"),
    ["chats.upsert"] = event("channelCreate", channel),
    ["chats.update"] = event("channelUpdate", ops.with(channel, { main = true })),
    ["chats.lock"] = event("channelUpdate", channel),
    ["chats.delete"] = event("channelDelete", channel),
    ["groups.upsert"] = event("guildCreate", ops.with(guild, { main = true })),
    ["groups.update"] = event("guildUpdate", guild),
    ["group-participants.update"] = event("guildMemberAdd", member),
    ["group.member-tag.update"] = event("guildMemberUpdate", ops.with(member, { main = true })),
    ["contacts.upsert"] = event("userUpdate", ops.with(person, { main = true })),
    ["contacts.update"] = event("userUpdate", person),
    ["presence.update"] = event("presenceUpdate", { channel = "-" }),
}

-- What else these become, by what they say.
local derived = {
    ops.with(event("messageDelete"), { from = { "messages.update" } }),
    ops.with(event("messageCreate", { dedupe = { "@whatsapp.channelId", "@whatsapp.id" } }),
        { from = { "messages.update" } }),
    messageDeleteBulk = ops.with(event("messageDeleteBulk"), { from = { "messages.delete" } }),
    messageReactionRemove = ops.with(event("messageReactionRemove"), { from = { "messages.reaction" } }),
    guildMemberRemove = ops.with(event("guildMemberRemove", member), { from = { "group-participants.update" } }),
    ops.with(event("guildMemberUpdate", member), { from = { "group-participants.update" } }),
    ops.with(event("guildCreate", guild), { from = { "group-participants.update" } }),
    guildDelete = ops.with(event("guildDelete", guild), { from = { "group-participants.update" } }),
    typingStart = ops.with(event("typingStart"), { from = { "presence.update" } }),
}

return {
    name = "whatsapp",
    title = "WhatsApp through a bridge",
    implied = false,
    ids = "text",
    context = { "whatsapp" },
    mappings = mappings,
    events = events,
    derived = derived,
    passed_through = {
        [""] = {
            -- Codes to pair the account with; of `creds.update` nothing but who the account is.
            "auth.qr", "auth.pairing-code", "creds.update",
            "call", "message-receipt.update", "messages.media-update", "messaging-history.set",
            "messaging-history.status", "chats.phoneNumberShare", "lid-mapping.update", "group.join-request",
            "blocklist.set", "blocklist.update", "labels.edit", "labels.association", "newsletter.reaction",
            "newsletter.view", "newsletter-participants.update", "newsletter-settings.update",
            "message-capping.update", "settings.update",
            -- Those of a name that usually becomes something, and now does not: technical messages and notices
            -- of groups, states of delivery, states of the connection, chats that were cleared.
            "messages.upsert.other", "messages.update.other", "messages.delete.other", "messages.reaction.other",
            "connection.update.other", "chats.upsert.other", "chats.update.other", "chats.delete.other",
            "chats.lock.other", "groups.upsert.other", "groups.update.other", "group-participants.update.other",
            "group.member-tag.update.other", "contacts.upsert.other", "contacts.update.other", "presence.update.other",
        },
    },
    operations = require "platforms.whatsapp.operations",
}
