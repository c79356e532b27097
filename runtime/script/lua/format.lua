-- rookery.format: texts as the platform shows them.
local rookery, host = ...
local error, type, tostring = error, type, tostring
local floor = math.floor

local format = {}

-- An id, or something that has one. Platforms write theirs as numbers, ULIDs, UUIDs and addresses.
local function id_of(name, what)
    if type(what) == "table" then what = what.id end
    if type(what) ~= "string" or #what > 128 or not what:match("^%w[%w@._:-]*$") then
        error(("rookery.format.%s: expected an id or an object that has one, got %s"):format(name, type(what)), 3)
    end
    return what
end

function format.user(user) return "<@" .. id_of("user", user) .. ">" end
function format.role(role) return "<@&" .. id_of("role", role) .. ">" end
function format.channel(channel) return "<#" .. id_of("channel", channel) .. ">" end
function format.command(name, id) return "</" .. tostring(name) .. ":" .. id_of("command", id) .. ">" end

-- An emoji of a guild: an object, or name and id.
function format.emoji(emoji, id, animated)
    local name = emoji
    if type(emoji) == "table" then name, id, animated = emoji.name, emoji.id, emoji.animated end
    if id == nil then return name end
    return ("<%s:%s:%s>"):format(animated and "a" or "", tostring(name), id_of("emoji", id))
end

-- A moment, shown in each reader's own time. Styles: t T d D f F R ("in 5 minutes").
function format.timestamp(moment, style)
    if type(moment) == "string" then
        local problem
        moment, problem = rookery.time.parse(moment)
        if not moment then error("rookery.format.timestamp: " .. problem, 2) end
    end
    if type(moment) ~= "number" then
        error("rookery.format.timestamp: expected seconds or an ISO time, got " .. type(moment), 2)
    end
    if style ~= nil and not (type(style) == "string" and style:match("^[tTdDfFR]$")) then
        error("rookery.format.timestamp: the style must be one of t T d D f F R", 2)
    end
    return ("<t:%d%s>"):format(floor(moment), style and ":" .. style or "")
end

local function wrap(mark)
    return function(text) return mark .. tostring(text) .. mark end
end
format.bold, format.italic, format.underline = wrap("**"), wrap("*"), wrap("__")
format.strike, format.spoiler = wrap("~~"), wrap("||")

-- Backticks within would end it.
function format.code(text)
    text = tostring(text)
    if not text:find("`", 1, true) then return "`" .. text .. "`" end
    return "``" .. text:gsub("``", "`\226\128\139`"):gsub("^`", " `"):gsub("`$", "` ") .. "``"
end
function format.block(text, language)
    return "```" .. (language or "") .. "\n" .. tostring(text):gsub("```", "`\226\128\139``") .. "\n```"
end
function format.quote(text) return "> " .. tostring(text):gsub("\n", "\n> ") end
function format.link(text, url) return ("[%s](%s)"):format(tostring(text), tostring(url)) end

-- How a command is written: "!remind <in> [what…]". Of what rookery.command takes or gives, or commands.all.
function format.usage(command, prefix, path)
    if type(command) ~= "table" then
        error("rookery.format.usage: expected a command, got " .. type(command), 2)
    end
    if type(command.usage) == "string" then return command.usage end
    if prefix ~= nil and type(prefix) ~= "string" then
        error("rookery.format.usage: the prefix must be a string, got " .. type(prefix), 2)
    end
    if not host.plain_command then local _ = rookery.command end
    return host.usage(host.plain_command(command.definition or command), prefix or "!", path)
end

-- So that it is shown as it is: no markup, and nobody is mentioned.
function format.escape(text)
    return (tostring(text):gsub("[\\*_`~|>#%[%]%(%)%-]", "\\%0"):gsub("@", "@\226\128\139"):gsub("<", "\\<"))
end

-- At most so many characters, with "..." (or another end) where something was left out. Never cuts a character.
function format.truncate(text, most, ending)
    text, ending = tostring(text), ending or "…"
    if type(most) ~= "number" or most < 0 then
        error("rookery.format.truncate: expected a number of characters, got " .. tostring(most), 2)
    end
    local function count(s) return #s:gsub("[\128-\191]", "") end
    if count(text) <= most then return text end
    local keep = most - count(ending)
    if keep < 0 then keep, ending = most, "" end
    local seen = 0
    for at in text:gmatch("()[^\128-\191]") do
        if seen == keep then return text:sub(1, at - 1) .. ending end
        seen = seen + 1
    end
    return text
end

return { format = format }
