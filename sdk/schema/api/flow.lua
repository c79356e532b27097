-- Handlers, timers, and functions beside one another.

---What on() gives and off() takes.
---@alias rookery.Subscription integer
---@alias rookery.Timer integer

---Which events are meant; asked before the script is entered. All given keys have to hold; a list means any of it.
---Every field of the event is a key too, nested ones by dots: `["author.username"] = "alice"`.
---@class rookery.Filter
---@field guild string|string[]?
---@field channel string|string[]?
---@field user string|string[]? Who caused it.
---@field bot string|string[]|boolean? The name of one of our bots; or whether who caused it is a bot.
---@field platform string|string[]?
---@field startsWith string|string[]? Of the content.
---@field endsWith string|string[]?
---@field contains string|string[]?
---@field equals string|string[]?
---@field [string] any

---Decides on such events before anybody else gets them: of those that fit the options (a filter, and
---`priority`: the higher first, 0 unless given), the handler returns "stop", and nobody else gets the event, or
---nothing, and it goes on. Until then the events of its channel wait, at most for `intercept_timeout` of the
---configuration.
---@param event string
---@param options table<string, any>
---@param handler fun(event: rookery.Event): "stop"|nil
---@return rookery.Subscription
---@overload fun(event: string, handler: fun(event: rookery.Event): "stop"|nil): rookery.Subscription
function rookery.intercept(event, options, handler) end

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

---Runs at the times that cron would, "minute hour day month weekday" or @daily and the like, by the clocks of a time zone.
---An hour that the clocks leave out happens right after the gap, one that they show twice happens once; what is due while
---the runtime is down is not made up for.
---@param when string "0 9 * * 1-5": at nine on working days.
---@param options { tz: string? } "Europe/Berlin"; UTC without it.
---@param callback fun()
---@return rookery.Timer
---@overload fun(when: string, callback: fun()): rookery.Timer
function rookery.cron(when, options, callback) end

---Ends a timer, or a task of `spawn`.
---@param timer rookery.Timer|rookery.Task
---@return boolean found
function rookery.cancel(timer) end

---Pauses this handler; others go on.
---@param seconds number
function rookery.sleep(seconds) end

---A function that runs beside others.
---@class rookery.Task
local Task = {}

---@return "waiting"|"running"|"done"|"failed"|"cancelled"
function Task:status() end

---What it waits for fails with "cancelled", and it cannot wait again. Not an error of the script.
---@return boolean cancelled false when it is over already
function Task:cancel() end

---Waits until it is over, for so many seconds or without end.
---@param seconds number?
---@return any ... What the function returned; or nil, a text, and "failed", "cancelled" or "timeout".
function Task:wait(seconds) end

---Runs a function beside this one.
---@param callback fun(...)
---@param ... any Its arguments.
---@return rookery.Task
function rookery.spawn(callback, ...) end

---Runs the functions beside one another and waits for all. When one fails the others are cancelled, and its error is
---raised here.
---@param functions (fun(): any)[]
---@return any[] results The first result of each, in their order; `n` says how many.
function rookery.all(functions) end

---Runs the functions beside one another until the first has ended, and cancels the others.
---@param functions (fun(): ...)[]
---@return any ... What that one returned.
function rookery.race(functions) end
