-- How names change between the languages.
local names = {}

-- channelId -> channel_id
function names.snake(camel)
    return (camel:gsub("%u", function(letter) return "_" .. letter:lower() end):gsub("^_", ""))
end

-- channelId -> CHANNEL_ID
function names.upper(camel) return names.snake(camel):upper() end

-- messageCreate -> MessageCreate
function names.class(camel) return camel:sub(1, 1):upper() .. camel:sub(2) end

local cpp_reserved = {
    old = "old_value", new = "new_value", default = "default_value", delete = "remove", inline = "is_inline",
}

-- The name of an accessor or function in C++.
function names.cpp(camel)
    local name = names.snake(camel)
    return cpp_reserved[name] or name
end

function names.quote(text) return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"' end

return names
