-- `rookery eval`: runs what somebody at a terminal has typed, as a task of the script, and makes a
-- text of what it returns. The larger part is compiled at the first use: most scripts are never
-- looked into.
local _, host, env = ...
local tools = {
    metatable_of = debug.getmetatable, load = load, setfenv = setfenv, setmetatable = setmetatable, next = next,
    rawget = rawget, pcall = pcall, select = select, type = type, error = error, tostring = tostring, env = env,
    sort = table.sort, concat = table.concat, format = string.format, find = string.find, gsub = string.gsub,
    rep = string.rep, byte = string.byte, sub = string.sub,
    getinfo = debug.getinfo, print = host.evaluation_print, asked = host.evaluation,
}
local run
host.set_evaluator(function()
    if not run then run = tools.load(host.source("evaluator"), "=rookery/evaluator.lua", "bt")(tools) end
    return run()
end)
