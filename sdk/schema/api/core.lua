-- What a script is and has: its name, its settings, its log, its state across reloads.

---@class rookery
---@field name string The script's name.
---@field version string Version of the runtime.
---@field config table<string, any> The free keys of [scripts.NAME]; read-only.
---@field state_version integer Version of what save hands over; 1 unless set.

---What this version hands to the next one: a plain table. Called before a reload.
---@param callback fun(): table
function rookery.save(callback) end

---Takes what the version before handed over. Called before the first event.
---@param callback fun(state: table, version: integer)
function rookery.load(callback) end

---@class rookery.log
rookery.log = {}
---@param ... any
function rookery.log.debug(...) end
---@param ... any
function rookery.log.info(...) end
---@param ... any
function rookery.log.warn(...) end
---@param ... any
function rookery.log.error(...) end

---Version of what `save` writes, handed to `load`; 1 unless the script sets it.
---@type integer
rookery.state_version = 1
