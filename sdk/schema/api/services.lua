-- Settings that each guild has of its own, and numbers about the script. Since 1.2.

---@class rookery.settings
rookery.settings = {}

---@class rookery.settings.Rule
---@field type "string"|"integer"|"number"|"boolean"|"choice"|"id"|"list"|"table"|"any"
---@field default? any
---@field min? number Of a number; bytes of a string; items of a list.
---@field max? number
---@field choices? string[] Of a choice.
---@field of? string Type of a list's items.
---@field doc? string

---Declares what a guild can set. Raises an error that names what is wrong.
---@param rules table<string, rookery.settings.Rule>
function rookery.settings.declare(rules) end

---What the guild has set, or the default: of one setting, or a table of all. Does not wait. Without a guild (in direct
---messages) the defaults. A failure is nil, message, kind.
---@param guild? string
---@param key? string
---@return any value
---@return string? message
---@return string? kind
function rookery.settings.get(guild, key) end

---Sets one, checked against what is declared. Waits until it is stored.
---@param guild string
---@param key string
---@param value any
---@return true? done
---@return string? message
---@return string? kind
function rookery.settings.set(guild, key, value) end

---Back to the default: one, or all that the guild has set.
---@param guild string
---@param key? string
---@return true? done
---@return string? message
---@return string? kind
function rookery.settings.reset(guild, key) end

---@class rookery.metrics
rookery.metrics = {}

---@class rookery.metrics.Options
---@field help? string One line.
---@field bounds? number[] Of a histogram: at most 20, rising; 0.005 to 10 unless given.

---@class rookery.metrics.Counter
local counter
---Adds, 1 unless given; never less than 0.
---@param amount? number
function counter:inc(amount) end

---@class rookery.metrics.Gauge
local gauge
---@param value number
function gauge:set(value) end
---@param amount? number
function gauge:inc(amount) end
---@param amount? number
function gauge:dec(amount) end

---@class rookery.metrics.Histogram
local histogram
---@param value number
function histogram:observe(value) end

---What only grows. Shown by `rookery metrics` as script_NAME_METRIC. The same name and labels are the same metric, after
---a reload too; at most 100 for a script.
---@param name string
---@param labels? table<string, string>
---@param options? rookery.metrics.Options
---@return rookery.metrics.Counter
function rookery.metrics.counter(name, labels, options) end

---What goes up and down.
---@param name string
---@param labels? table<string, string>
---@param options? rookery.metrics.Options
---@return rookery.metrics.Gauge
function rookery.metrics.gauge(name, labels, options) end

---How many values fell below each bound.
---@param name string
---@param labels? table<string, string>
---@param options? rookery.metrics.Options
---@return rookery.metrics.Histogram
function rookery.metrics.histogram(name, labels, options) end
