-- Keys and values that outlive the process: the script's own, wherever it is called. Calls wait; a failure is
-- nil, message, kind. Keys are strings of 1 to 512 bytes; values are anything that JSON can hold, and strings of any
-- bytes, of at most 1 MiB. What is written for an event is written once: when its handler begins anew, after a crash or
-- in the next version, a call that was carried out gives what it gave then, and changes nothing. Since 1.2.

---@class rookery.kv
rookery.kv = {}

---The value; nil when the key is not there.
---@param key string
---@return any value
---@return string? message
---@return string? kind
function rookery.kv.get(key) end

---Sets a key, for good or for `ttl` seconds.
---@param key string
---@param value any
---@param options? {ttl: number}
---@return true? done
---@return string? message
---@return string? kind
function rookery.kv.set(key, value, options) end

---Removes a key; whether it was there.
---@param key string
---@return boolean? existed
---@return string? message
---@return string? kind
function rookery.kv.delete(key) end

---Adds a whole number (1 unless given) to the one that the key holds, from 0 when it is not there; the sum.
---@param key string
---@param amount? integer
---@return integer? sum
---@return string? message
---@return string? kind
function rookery.kv.incr(key, amount) end

---Sets the key to `new` if it holds `old`; nil stands for "not there". Whether it did.
---@param key string
---@param old any
---@param new any
---@param options? {ttl: number}
---@return boolean? done
---@return string? message
---@return string? kind
function rookery.kv.cas(key, old, new, options) end

---@class rookery.kv.Item
---@field key string
---@field value any

---@class rookery.kv.Page
---@field [integer] rookery.kv.Item
---@field more boolean There are keys after the last one.

---Keys that begin with `prefix`, in the order of their bytes: at most `limit` (100 unless given, 1000 at most) after
---the key `after`.
---@param prefix? string
---@param options? {after?: string, limit?: integer}
---@return rookery.kv.Page? items
---@return string? message
---@return string? kind
function rookery.kv.list(prefix, options) end

---@class rookery.kv.Transaction
---@field get fun(key: string): any
---@field set fun(key: string, value: any, options?: {ttl: number})
---@field delete fun(key: string)
---@field incr fun(key: string, amount?: number): number

---Reads and writes as one: what `run` writes is kept if nothing that it read has changed meanwhile; else it runs again,
---up to 20 times. It must do nothing else that shows. Its results are passed on; when the first is false, or it raises
---an error, nothing is written. When the event is handled again it does not run, and the results are those of then, if
---they can be stored and have at most 64 KiB; else `true`.
---@param run fun(tx: rookery.kv.Transaction): ...
---@return any ...
function rookery.kv.transaction(run) end
