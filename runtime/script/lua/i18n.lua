-- rookery.i18n: texts in several languages, from tables: of the script itself, or of modules like lang/de.lua.
local rookery, _, env = ...
local error, ipairs, pairs, tonumber, tostring, type = error, ipairs, pairs, tonumber, tostring, type

local i18n = { default = "en" }
local texts = {}

local function flatten(into, prefix, from, depth)
    if depth > 16 then error("rookery.i18n: nested deeper than 16 levels", 0) end
    for key, value in pairs(from) do
        local path = prefix .. tostring(key)
        local plural = type(value) == "table" and type(value.other) == "string"
        if type(value) == "string" or plural then
            into[path] = value
        elseif type(value) == "table" then
            flatten(into, path .. ".", value, depth + 1)
        else
            error(("rookery.i18n: %s must be a text or a table, got %s"):format(path, type(value)), 0)
        end
    end
end

function i18n.add(locale, table)
    if type(locale) ~= "string" or type(table) ~= "table" then
        error("rookery.i18n.add: expected a locale and a table of texts", 2)
    end
    texts[locale] = texts[locale] or {}
    flatten(texts[locale], "", table, 1)
end

-- The modules FOLDER.LOCALE, each of which returns a table of texts.
function i18n.load(folder, locales)
    if type(folder) ~= "string" or type(locales) ~= "table" then
        error("rookery.i18n.load: expected a folder and a list of locales", 2)
    end
    for _, locale in ipairs(locales) do i18n.add(locale, env.require(folder .. "." .. locale)) end
end

-- Which form a number takes, for whole numbers: by language, without the region.
local function slavic(n)
    local last, two = n % 10, n % 100
    if last == 1 and two ~= 11 then return "one" end
    if last >= 2 and last <= 4 and (two < 12 or two > 14) then return "few" end
    return "many"
end
local function none() return "other" end
local rules = {
    fr = function(n) return n < 2 and "one" or "other" end,
    ru = slavic, uk = slavic, hr = slavic,
    pl = function(n)
        if n == 1 then return "one" end
        local form = slavic(n)
        return form == "one" and "many" or form
    end,
    cs = function(n) return n == 1 and "one" or n >= 2 and n <= 4 and "few" or "other" end,
    lt = function(n)
        local last, two = n % 10, n % 100
        if last == 1 and two ~= 11 then return "one" end
        return last >= 2 and (two < 11 or two > 19) and "few" or "other"
    end,
    ro = function(n) return n == 1 and "one" or (n == 0 or n % 100 > 0 and n % 100 < 20) and "few" or "other" end,
    ja = none, ko = none, zh = none, th = none, vi = none, id = none,
}
rules.pt = rules.fr
local function english(n) return n == 1 and "one" or "other" end

local function language(locale) return locale:match("^[^-_]+") end

local function find(locale, key)
    for _, tried in ipairs({ locale, language(locale) or locale, i18n.default }) do
        local text = texts[tried] and texts[tried][key]
        if text then return text, tried end
    end
end

local told = {}
-- The text for the key in that locale, else in its language, else in the default one, else the key itself.
-- {name} is replaced by vars.name; of several forms, vars.count says which.
function i18n.t(locale, key, vars)
    if type(key) ~= "string" then error("rookery.i18n.t: the key must be a string, got " .. type(key), 2) end
    local text, found = find(type(locale) == "string" and locale or i18n.default, key)
    if not text then
        if not told[key] then
            told[key] = true
            rookery.log.warn("i18n: there is no text '" .. key:sub(1, 100) .. "'")
        end
        return key
    end
    if type(text) == "table" then
        local count = vars and tonumber(vars.count) or 0
        text = text[(rules[language(found)] or english)(count)] or text.other
    end
    if not vars then return text end
    return (text:gsub("{([%w_]+)}", function(name)
        local value = vars[name]
        return value ~= nil and tostring(value) or nil
    end))
end

return { i18n = i18n }
