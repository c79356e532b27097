-- One after the other: work that waits, in the order in which it was asked for.
--
--   turns.take("channel/" .. id, function() ... end)    gives what the function gives, raises what it raises
--
-- Handlers run at the same time as soon as they wait for something: what reads, waits and then writes needs a turn.

local rookery = require "rookery"

local turns = {}
local latest = {} -- by line: a task that ends when the latest work does
local longest = 240 -- seconds; then the next goes on without it

function turns.take(line, work)
    local before, mine = latest[line], rookery.spawn(rookery.sleep, longest)
    latest[line] = mine
    if before then before:wait() end
    local ok, result, problem = pcall(work)
    mine:cancel()
    if latest[line] == mine then latest[line] = nil end
    if not ok then error(result, 0) end
    return result, problem
end

return turns
