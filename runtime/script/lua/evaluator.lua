-- Compiled at the first `rookery eval` of a script; `...` is what evaluate.lua has kept for it.
local tools = ...
local metatable_of, load, setfenv, next, rawget, pcall, select, sort, concat, type, env =
    tools.metatable_of, tools.load, tools.setfenv, tools.next, tools.rawget, tools.pcall, tools.select,
    tools.sort, tools.concat, tools.type, tools.env
local tostring, format, find, gsub, rep, byte, error, sub =
    tools.tostring, tools.format, tools.find, tools.gsub, tools.rep, tools.byte, tools.error, tools.sub

local DEPTH, ENTRIES, MOST = 5, 100, 2000 -- nesting, entries of one table, values altogether
local TEXT = 4000                         -- bytes of one text

local function quoted(text)
    local cut = #text > TEXT
    if cut then text = sub(text, 1, TEXT) end
    text = gsub(format("%q", text), "\\\n", "\\n")
    return (gsub(text, "%c", function(c) return format("\\%d", byte(c)) end)) .. (cut and "..." or "")
end

-- A text without running anything of the script's: no __tostring, no __index.
local function plain(value)
    local kind = type(value)
    if kind == "string" then return quoted(value) end
    if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
    if kind == "function" then
        local info = tools.getinfo(value, "S")
        if info.linedefined > 0 and not find(info.source, "^=rookery/") then
            return "<function " .. info.short_src .. ":" .. info.linedefined .. ">"
        end
    end
    return "<" .. kind .. ">"
end

local function before(a, b)
    local x, y = type(a), type(b)
    if x ~= y then return x < y end
    if x == "number" or x == "string" then return a < b end
    return false
end

local show

local function entries_of(value)
    local keys, count = {}, 0
    for key in next, value do
        count = count + 1
        if count > ENTRIES then break end
        keys[count] = key
    end
    if count > ENTRIES then keys[count] = nil end
    sort(keys, before)
    return keys, count > ENTRIES
end

local function show_table(value, depth, state)
    if state.seen[value] then return "<table: the same as above>" end
    if depth > DEPTH then return "{...}" end
    state.seen[value] = true
    local keys, more = entries_of(value)
    local parts, list = {}, 0
    for i = 1, #keys do
        state.left = state.left - 1
        if state.left < 0 then more = true; break end
        local key = keys[i]
        local text = show(rawget(value, key), depth + 1, state)
        if key == list + 1 then
            list = list + 1
        elseif type(key) == "string" and find(key, "^[%a_][%w_]*$") then
            text = key .. " = " .. text
        else
            text = "[" .. plain(key) .. "] = " .. text
        end
        parts[#parts + 1] = text
    end
    if more then parts[#parts + 1] = "..." end
    if #parts == 0 then return "{}" end
    local line = "{ " .. concat(parts, ", ") .. " }"
    if #line <= 80 and not find(line, "\n", 1, true) then return line end
    local indent = rep("  ", depth)
    return "{\n  " .. indent .. concat(parts, ",\n  " .. indent) .. "\n" .. indent .. "}"
end

-- Events and what is in them, and settings: shown as the tables that they stand for.
local function copy(walk, value)
    local made, count = {}, 0
    for key, field in walk(value) do
        made[key] = field
        count = count + 1
        if count > ENTRIES then break end
    end
    return made
end
local function as_table(value)
    local meta = metatable_of(value)
    local walk = type(meta) == "table" and rawget(meta, "__pairs")
    if not walk then return nil end
    local fine, made = pcall(copy, walk, value)
    return fine and made or nil
end

function show(value, depth, state)
    local kind = type(value)
    if kind == "table" or kind == "userdata" or kind == "cdata" then
        local made = as_table(value)
        if made or kind == "table" then return show_table(made or value, depth, state) end
    end
    return plain(value)
end

local function text_of(count, ...)
    if count == 0 then return "" end
    local first, second, third = ...
    if first == nil and count >= 2 and type(second) == "string" then
        -- The form in which everything fails.
        return "nil: " .. second .. (type(third) == "string" and " (" .. third .. ")" or "")
    end
    local parts, state = {}, { seen = {}, left = MOST }
    for i = 1, count do
        parts[i] = show((select(i, ...)), 0, state)
        state.seen = {}
    end
    return concat(parts, "\n")
end

local function values_of(...) return text_of(select("#", ...), ...) end

-- What is printed goes to whoever asked; globals are the script's own.
local function globals_of(number)
    local own = {
        print = function(...)
            local parts = { ... }
            for i = 1, select("#", ...) do parts[i] = tostring(parts[i]) end
            tools.print(number, concat(parts, "\t"))
        end,
    }
    return tools.setmetatable(own, { __index = env, __newindex = env, __metatable = false })
end

-- nil: the beginning of something longer.
return function()
    local number, code = tools.asked()
    code = gsub(code, "^%s*=", "")
    local chunk, problem = load("return " .. code, "=eval", "t")
    if not chunk then chunk, problem = load(code, "=eval", "t") end
    if not chunk then
        if find(problem, "'?<eof>'?$") then return nil end
        error(problem, 0)
    end
    return values_of(setfenv(chunk, globals_of(number))())
end
