-- Handlers, timers, and functions beside one another.

---What on() gives and off() takes.
---@alias rookery.Subscription integer
---@alias rookery.Timer integer

---The same for the next such event only.
---@param event string
---@param handler fun(event: rookery.Event)
---@return rookery.Subscription
function rookery.once(event, handler) end

---@param subscription rookery.Subscription
---@return boolean found
function rookery.off(subscription) end

---Runs once, that many seconds from now.
---@param seconds number
---@param callback fun()
---@return rookery.Timer
function rookery.after(seconds, callback) end

---Runs every so many seconds.
---@param seconds number
---@param callback fun()
---@return rookery.Timer
function rookery.every(seconds, callback) end

---@param timer rookery.Timer
---@return boolean found
function rookery.cancel(timer) end

---Pauses this handler; others go on.
---@param seconds number
function rookery.sleep(seconds) end

---Runs a function beside this one.
---@param callback fun(...)
---@param ... any Its arguments.
function rookery.spawn(callback, ...) end
