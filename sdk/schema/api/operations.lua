-- What operations take and give, and how to walk through their pages.

---What the platform said of a call that failed.
---@class rookery.Failure
---@field status integer Of the HTTP answer.
---@field code integer The platform's number for it; 0 without one.
---@field message string The platform's text.
---@field fields { path: string, code: string, message: string }[] What was wrong, field by field.

---A file to send.
---@class rookery.File
---@field path string? Below the bot's upload_dir.
---@field data string? Or its bytes,
---@field base64 string? or these as base64.
---@field name string? What it is called; the path's last part by default.
---@field description string?

---Goes through all pages of an operation that has a cursor: `for ban in rookery.each(rookery.bans.list, guild) do`.
---Raises an error when a page fails.
---@param operation function
---@param ... any The operation's parameters.
---@return fun(): any
function rookery.each(operation, ...) end

---What a bot's platform can do.
---@class rookery.Capabilities
---@field platform string "revolt"
---@field title string "Revolt and Stoat"
---@field operations table<string, true|string[]> By name: true, or the parameters that it serves where it refuses others.
---@field events table<string, true> The events that it may send.
---@field features table<string, boolean> threads, embeds, files, replies, edits, reactions, webhooks, ...

---What the platform of that bot can do; without a name, of the bot that received the event being handled.
---@param name string?
---@return rookery.Capabilities?
---@return string? failure
---@return string? kind
function rookery.capabilities(name) end

---The same operations, done by that bot: `rookery.bot("demo").messages.send(channel, "hello")`. Without it the bot acts
---that received the event being handled.
---@param name string
---@return rookery
function rookery.bot(name) end
