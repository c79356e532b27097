-- Holds the texts of the shipped scripts together: what is said in English is said in German, with the same values in
-- braces and in all the forms that a number chooses among, and every key that a script names is there.
--
--   luajit script_texts.lua SOURCE_TREE

local root = assert(arg[1], "usage: script_texts.lua SOURCE_TREE")
local faults, count = {}, 0

local function fault(...) faults[#faults + 1] = string.format(...) end

-- Stands for everything that a script asks of the runtime while it is loaded.
local function anything()
    local it = {}
    return setmetatable(it, {
        __index = function() return it end, __call = function() return it end, __concat = function() return "" end,
        __unm = function() return 0 end, __mul = function() return 0 end, __sub = function() return 0 end,
    })
end

local function flat(into, prefix, texts)
    for key, value in pairs(texts) do
        if type(value) == "table" and value.other == nil then
            flat(into, prefix .. key .. ".", value)
        else
            into[prefix .. key] = value
        end
    end
end

-- Loads a script as the runtime does, and gives its texts by locale.
local function texts_of(path, folder)
    local texts, loaded = { en = {}, de = {} }, {}
    local rookery = anything()
    rawset(rookery, "config", {})
    rawset(rookery, "i18n", setmetatable({ add = function(locale, more) flat(texts[locale], "", more) end }, {
        __index = anything(),
    }))
    local function load(file)
        local chunk = assert(loadfile(file))
        setfenv(chunk, setmetatable({
            require = function(name)
                if name == "rookery" then return rookery end
                if loaded[name] == nil then
                    local own = folder .. "/" .. name .. ".lua"
                    local there = io.open(own)
                    if there then there:close() else own = root .. "/scripts/lib/" .. name .. ".lua" end
                    loaded[name] = load(own) or true
                end
                return loaded[name]
            end,
        }, { __index = _G }))
        return chunk()
    end
    load(path)
    return texts
end

local function values_in(text)
    local names = {}
    for name in text:gmatch("{(%w+)}") do names[#names + 1] = name end
    table.sort(names)
    for i = #names, 2, -1 do
        if names[i] == names[i - 1] then table.remove(names, i) end
    end
    return table.concat(names, " ")
end

local function forms_of(text) return type(text) == "table" and text or { other = text } end

local function compare(name, from, to, texts)
    for key, text in pairs(texts[from]) do
        local other = texts[to][key]
        count = count + 1
        if other == nil then
            fault("%s: %s is not said in %s", name, key, to)
        elseif type(text) ~= type(other) then
            fault("%s: %s has forms in one language alone", name, key)
        else
            for form, words in pairs(forms_of(text)) do
                local theirs = forms_of(other)[form]
                if theirs == nil then
                    fault("%s: %s has no form '%s' in %s", name, key, form, to)
                elseif values_in(words) ~= values_in(theirs) then
                    fault("%s: %s has {%s} in %s and {%s} in %s", name, key, values_in(words), from,
                        values_in(theirs), to)
                end
            end
        end
    end
end

local function check_keys(name, path, texts)
    local file = assert(io.open(path))
    for key in file:read("*a"):gmatch("[%a]+:t%(\"([%w_.]+)\"") do
        if texts.en[key] == nil then fault("%s: there is no text '%s'", name, key) end
    end
    file:close()
end

local scripts = { "polls", "reminders", "roles/init", "tickets/init", "starboard", "feed", "welcome_card" }
for _, name in ipairs(scripts) do
    local path = root .. "/scripts/" .. name .. ".lua"
    local texts = texts_of(path, path:match("^(.*)/"))
    compare(name, "en", "de", texts)
    compare(name, "de", "en", texts)
    check_keys(name, path, texts)
end

for _, text in ipairs(faults) do io.stderr:write(text, "\n") end
if #faults > 0 then os.exit(1) end
print(("%d texts of %d scripts are said in both languages"):format(count / 2, #scripts))
