-- The known name that comes nearest to a wrong one, for error messages.
local _, host = ...
local min, type = math.min, type

local function plain(name) return (name:gsub("_", ""):lower()) end

-- Letters to add, take away or replace.
local function distance(a, b)
    local row = {}
    for j = 0, #b do row[j] = j end
    for i = 1, #a do
        local before = row[0]
        row[0] = i
        for j = 1, #b do
            local cost = a:byte(i) == b:byte(j) and 0 or 1
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + cost)
        end
    end
    return row[#b]
end

local LONGEST = 40

-- `known`: a table with the names as its keys.
function host.nearest(name, known)
    if #name > LONGEST then return nil end
    local wrong = plain(name)
    local best, least = nil, #wrong < 5 and 2 or 3
    for candidate in pairs(known) do
        local far = type(candidate) == "string" and distance(wrong, plain(candidate)) or least
        if far < least or far == least and best and candidate < best then best, least = candidate, far end
    end
    return best
end
