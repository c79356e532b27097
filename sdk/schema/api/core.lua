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

---A function of the script that has failed.
---@class rookery.Error
---@field message string With file and line: "karma.lua:12: attempt to index a nil value".
---@field traceback string The script's frames, innermost first, each on a line of its own.
---@field handler string "handler of messageCreate (karma.lua:10)"
---@field event rookery.Event? The event that was being handled.

---Calls the function with each error of the script, besides the log, which has equal ones only now and then. An error
---of the function itself is only logged.
---@param callback fun(failure: rookery.Error)
function rookery.on_error(callback) end
