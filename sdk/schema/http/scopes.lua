-- Which scope of a key an operation needs, by the operation's own scope; the more precise name first.
local read_guilds, read_channels, write_channels = "read:guilds", "read:channels", "write:channels"
local read_members, write_members = "read:members", "write:members"
local read_messages, write_messages = "read:messages", "write:messages"

return {
    ["guilds:read"] = read_guilds, ["roles:read"] = read_guilds, ["emojis:read"] = read_guilds,
    ["stickers:read"] = read_guilds, ["scheduledEvents:read"] = read_guilds, ["autoModeration:read"] = read_guilds,
    ["commands:read"] = read_guilds, ["invites:read"] = read_guilds, ["soundboard:read"] = read_guilds,
    ["channels:read"] = read_channels, ["threads:read"] = read_channels, ["stages:read"] = read_channels,
    ["voice:read"] = read_channels,
    ["channels:write"] = write_channels, ["threads:write"] = write_channels, ["stages:write"] = write_channels,
    ["voice:write"] = write_channels, ["invites:write"] = write_channels,
    ["members:read"] = read_members, ["bans:read"] = read_members, ["users:read"] = read_members,
    ["members:write"] = write_members, ["bans:write"] = write_members,
    ["messages:read"] = read_messages, ["pins:read"] = read_messages, ["polls:read"] = read_messages,
    ["reactions:read"] = read_messages, ["interactions:read"] = read_messages,
    ["messages:write"] = write_messages, ["pins:write"] = write_messages, ["polls:write"] = write_messages,
    ["reactions:write"] = write_messages, ["interactions:write"] = write_messages, ["dms:write"] = write_messages,
    ["roles:write"] = "write:roles",
    -- Whatever else there is, secrets and the bot's own affairs among it, is for keys that may do everything.
    otherwise = "admin",
}
