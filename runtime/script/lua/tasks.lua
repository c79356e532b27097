-- Functions beside one another.
local _, host = ...
local error, ipairs, pcall, select, setmetatable, tostring, type, unpack =
    error, ipairs, pcall, select, setmetatable, tostring, type, unpack
host.need("parks")
local park, signal = host.park, host.signal
local tasks = {}

-- Functions beside this one, by the token of what runs them.
local running = {}
local Task = {}
local task_meta = { __index = Task, __metatable = false, __tostring = function(task) return "task: " .. task.state end }

local function finish(task, state, ...)
    if task.state ~= "waiting" and task.state ~= "running" then return end
    task.state, task.count, task.results = state, select("#", ...), { ... }
    if task.token then running[task.token] = nil end
    for _, box in ipairs(task.waiters) do signal(box) end
    if task.tell then task.tell(task) end
end

-- Called by the host with every failure of a function (errors.lua).
function host.task_failed(token, message)
    if running[token] then finish(running[token], "failed", message) end
end

-- `caught`: its error is the business of whoever started it.
local function start(run, caught, tell, ...)
    local count, given = select("#", ...), { ... }
    local task = setmetatable({ state = "waiting", waiters = {}, tell = tell }, task_meta)
    local function finish_caught(ok, ...)
        if ok then return finish(task, "done", ...) end
        finish(task, "failed", tostring((...)))
    end
    task.timer = host.spawn(function()
        if task.state ~= "waiting" then return end
        task.token, task.state = host.running_task(), "running"
        running[task.token] = task
        if caught then return finish_caught(pcall(run, unpack(given, 1, count))) end
        finish(task, "done", run(unpack(given, 1, count)))
    end, run)
    return task
end

function tasks.spawn(run, ...)
    if type(run) ~= "function" then return host.spawn(run) end
    host.watch_failures()
    return start(run, false, nil, ...)
end

-- For calls without the colon.
local function check(task, name)
    if type(task) ~= "table" or not task.waiters then
        error(name .. ": call it with a colon, on what rookery.spawn gave", 3)
    end
end

function Task:status()
    check(self, "status")
    return self.state
end

function Task:cancel()
    check(self, "cancel")
    if self.state == "waiting" then
        host.cancel(self.timer)
    elseif self.state ~= "running" or not host.cancel_task(self.token) then
        return false
    end
    finish(self, "cancelled")
    return true
end

function Task:wait(seconds)
    check(self, "wait")
    if self.state == "waiting" or self.state == "running" then
        local box = {}
        self.waiters[#self.waiters + 1] = box
        park(box, seconds)
    end
    if self.state == "done" then return unpack(self.results, 1, self.count) end
    if self.state == "failed" then return nil, self.results[1], "failed" end
    if self.state == "cancelled" then return nil, "cancelled", "cancelled" end
    return nil, "timeout", "timeout"
end

-- Runs them beside one another until `enough` says so of one that has ended; the others are cancelled.
local function together(name, list, enough)
    if type(list) ~= "table" or #list == 0 then
        error(name .. ": expected a list of functions, got " .. (type(list) == "table" and "none" or type(list)), 3)
    end
    for i, run in ipairs(list) do
        if type(run) ~= "function" then error(("%s: [%d] must be a function, got %s"):format(name, i, type(run)), 3) end
    end
    local box, started, over, left = {}, {}, nil, #list
    local function tell(task)
        left = left - 1
        if not over and (enough(task) or left == 0) then
            over = task
            signal(box)
        end
    end
    for i, run in ipairs(list) do started[i] = start(run, true, tell) end
    local ok, problem = true, nil
    if not over then ok, problem = pcall(park, box) end
    over = over or true
    for _, task in ipairs(started) do task:cancel() end
    if not ok then error(problem, 0) end
    return over, started
end

function tasks.all(list)
    local over, started = together("rookery.all", list, function(task) return task.state == "failed" end)
    if over.state == "failed" then error(over.results[1], 0) end
    local results = { n = #started }
    for i, task in ipairs(started) do results[i] = task.results[1] end
    return results
end

function tasks.race(list)
    local over = together("rookery.race", list, function() return true end)
    if over.state == "failed" then error(over.results[1], 0) end
    return unpack(over.results, 1, over.count)
end

-- The next such event, or nil and "timeout".
function tasks.wait_for(name, filter, seconds)
    if type(filter) == "number" then filter, seconds = nil, filter end
    if filter ~= nil and type(filter) ~= "table" then
        error("rookery.wait_for: the filter must be a table, got " .. type(filter), 2)
    end
    local box, event = {}, nil
    local function take(given)
        event = given
        signal(box)
    end
    local subscription
    if filter ~= nil then
        subscription = host.once(name, filter, take)
    else
        subscription = host.once(name, take)
    end
    local ok, problem = pcall(park, box, seconds)
    if not event then host.off(subscription) end
    if not ok then error(problem, 0) end
    if event then return event end
    return nil, "timeout", "timeout"
end

return tasks
