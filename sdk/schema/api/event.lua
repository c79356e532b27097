-- An event: what it is besides its fields.

---An event as a handler gets it. Its fields are read when they are asked for; what a script keeps beyond the
---handler it should copy with table(). Ids are strings. Null and missing fields are nil.
---@class rookery.Event
---@field event string "messageCreate"
---@field bot string Name of the bot that received it.
---@field platform string "discord"
---@field late boolean It happened while the link was down and was fetched afterwards.
---@field raw table The platform's own payload, as a plain table.
---@field guild rookery.GuildReference? The guild that the event is about, where it is about one.
---@field channel rookery.ChannelReference? The same for a channel, where the event has no `channel` of its own,
---@field message rookery.MessageReference|rookery.Message? a message (the event itself, for messageCreate),
---@field user rookery.UserReference? and a user, by `userId`.
local Event = {}

---Answers the message that the event is about, or the interaction. Waits until it is sent.
---@param message string|rookery.messages.reply.Params|rookery.interactions.reply.Params
---@return rookery.Message? answer nil when it failed
---@return string? failure
---@return string? kind
function Event:reply(message) end

---Reacts to the message that the event is about.
---@param emoji string The character, or "name:id".
---@return boolean? done nil when it failed
---@return string? failure
---@return string? kind
function Event:react(emoji) end

---A field by its path: `ev:get("author.username")`, `ev:get("embeds.1.title")`. Nil where a part has no value, and also
---where it has no such field, which by `ev.name` is an error.
---@param path string
---@return any
function Event:get(path) end

---A copy as a plain table.
---@return table
function Event:table() end

---The whole event as JSON.
---@return string
function Event:json() end

---The names of its fields.
---@return string[]
function Event:fields() end

---A guild of which only the id is known; `fetch` asks for the rest.
---@class rookery.GuildReference: rookery.GuildMethods
---@field id string

---The same for a channel,
---@class rookery.ChannelReference: rookery.ChannelMethods
---@field id string
---@field guildId string?

---a message,
---@class rookery.MessageReference: rookery.MessageMethods
---@field id string
---@field channelId string
---@field guildId string?

---and a user.
---@class rookery.UserReference: rookery.UserMethods
---@field id string

---Sends a direct message; opens its channel first.
---@param content string|rookery.messages.send.Params
---@return rookery.Message? message nil when it failed
---@return string? failure
---@return string? kind
function UserMethods:send(content) end

---Sends a direct message; opens its channel first.
---@param content string|rookery.messages.send.Params
---@return rookery.Message? message nil when it failed
---@return string? failure
---@return string? kind
function MemberMethods:send(content) end

---Sends a direct message; opens its channel first.
---@param content string|rookery.messages.send.Params
---@return rookery.Message? message nil when it failed
---@return string? failure
---@return string? kind
function MessageMemberMethods:send(content) end
