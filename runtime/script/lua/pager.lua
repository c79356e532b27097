-- Messages of which one page is shown at a time. What the buttons need to know they carry themselves.
local rookery, host = ...
local error, ipairs, math_floor, pairs, tostring, type = error, ipairs, math.floor, pairs, tostring, type

local _ = rookery.press -- which has what handles presses
local Context, parts_of = host.context_methods, host.parts_of_context
local pagers = {}

local function message_at(name, page, state, ctx, only)
    local run = pagers[name]
    local message, last = run(page, state, ctx)
    if type(last) == "number" and page > last and page > 1 then
        page = last < 1 and 1 or math_floor(last)
        message, last = run(page, state, ctx)
    end
    if type(message) == "string" then message = { content = message } end
    if type(message) ~= "table" then
        error(("pager %s: expected a text or a table, got %s"):format(name, type(message)), 0)
    end
    if last ~= nil and type(last) ~= "number" then
        error(("pager %s: the last page must be a number, got %s"):format(name, type(last)), 0)
    end
    local params, components = {}, {}
    for key, value in pairs(message) do params[key] = value end
    for i, row in ipairs(message.components or {}) do components[i] = row end
    if page > 1 or last == nil or last > 1 then
        local function button(label, to, disabled)
            return {
                button = label, action = "~page", state = { n = name, p = to, s = state, o = only }, only = only,
                style = "secondary", disabled = disabled,
            }
        end
        components[#components + 1] = {
            button("◀", page - 1, page <= 1),
            button(last and ("%d/%d"):format(page, last) or tostring(page), page, true),
            button("▶", page + 1, last ~= nil and page >= last),
        }
    end
    params.components = components
    return params
end

host.waiting_presses["~page"] = function(press)
    local state = press.state
    if type(state) ~= "table" or not pagers[state.n] then return nil end
    return function()
        local sent, problem = press:update(message_at(state.n, state.p, state.s, press, state.o))
        if not sent then rookery.log.warn("pager " .. state.n .. ": " .. tostring(problem)) end
    end
end

local effect
local function pager(name, run)
    if type(name) ~= "string" then error("rookery.pager: the name must be a string, got " .. type(name), 2) end
    if type(run) ~= "function" then
        error("rookery.pager: the second argument must be a function, got " .. type(run), 2)
    end
    if not effect then
        host.watch_failures()
        effect = host.handle_press("~page", run)
    end
    pagers[name] = run
end

-- Sends a page, with buttons to the others; `only`: who may use them, `ephemeral` as for reply.
function Context:page(name, state, first, options)
    parts_of(self, "page")
    if not pagers[name] then error(("page: there is no pager '%s'"):format(tostring(name)), 2) end
    if options ~= nil and type(options) ~= "table" then
        error("page: the options must be a table, got " .. type(options), 2)
    end
    local params = message_at(name, first or 1, state, self, options and options.only)
    if options and options.ephemeral ~= nil then params.ephemeral = options.ephemeral end
    return self:reply(params)
end

return { pager = pager }
