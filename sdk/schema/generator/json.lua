-- JSON with its keys in the order in which they were given: an object is a list of { key, value } made by `object`.
local json = {}

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t" }

-- object({ "a", 1 }, { "b", 2 }); pairs whose value is nil are left out.
function json.object(...)
    local out = { kind = "object" }
    for i = 1, select("#", ...) do
        local pair = select(i, ...)
        if pair and pair[2] ~= nil then out[#out + 1] = pair end
    end
    return out
end

function json.add(object, key, value) object[#object + 1] = { key, value } end

json.null = { kind = "null" }

local function text(value)
    return '"' .. value:gsub('[%c"\\]', function(c) return escapes[c] or ("\\u%04x"):format(c:byte()) end) .. '"'
end

function json.write(value)
    if type(value) == "string" then return text(value) end
    if type(value) ~= "table" then
        return type(value) == "number" and value % 1 == 0 and ("%d"):format(value) or tostring(value)
    end
    if value.kind == "null" then return "null" end
    local out = {}
    for i, item in ipairs(value) do
        out[i] = value.kind == "object" and text(item[1]) .. ":" .. json.write(item[2]) or json.write(item)
    end
    local body = table.concat(out, ",")
    return value.kind == "object" and "{" .. body .. "}" or "[" .. body .. "]"
end

return json
