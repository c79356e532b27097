-- Texts as the platform shows them.

---@class rookery.format
rookery.format = {}

---@param user string|table An id, or an object that has one.
---@return string mention
function rookery.format.user(user) end
---@param role string|table
---@return string mention
function rookery.format.role(role) end
---@param channel string|table
---@return string mention
function rookery.format.channel(channel) end
---@param name string
---@param id string
---@return string mention
function rookery.format.command(name, id) end
---An emoji, or name and id of one of a guild.
---@param emoji string|table
---@param id string?
---@param animated boolean?
---@return string
function rookery.format.emoji(emoji, id, animated) end

---A moment that each reader sees in their own time zone.
---@param moment number|string Seconds, or an ISO text.
---@param style? "t"|"T"|"d"|"D"|"f"|"F"|"R" "R": in five minutes.
---@return string
function rookery.format.timestamp(moment, style) end

---@param text any
---@return string
function rookery.format.bold(text) end
---@param text any
---@return string
function rookery.format.italic(text) end
---@param text any
---@return string
function rookery.format.underline(text) end
---@param text any
---@return string
function rookery.format.strike(text) end
---@param text any
---@return string
function rookery.format.spoiler(text) end
---@param text any
---@return string
function rookery.format.code(text) end
---@param text any
---@param language string?
---@return string
function rookery.format.block(text, language) end
---@param text any
---@return string
function rookery.format.quote(text) end
---@param text any
---@param url string
---@return string
function rookery.format.link(text, url) end

---How a command is written: "!remind <in> [what…]"; what is needed in <>.
---@param command rookery.Registration|rookery.CommandDefinition|table What `command` gave or takes, or one of `commands.all`.
---@param prefix string? "!" without it.
---@param path string? Of a subcommand: "todo add".
---@return string
function rookery.format.usage(command, prefix, path) end

---So that a text of somebody's is shown as it is: no markup, no mention.
---@param text any
---@return string
function rookery.format.escape(text) end

---At most so many characters; with the ending where something was left out.
---@param text any
---@param most integer
---@param ending string? "…" without it.
---@return string
function rookery.format.truncate(text, most, ending) end
