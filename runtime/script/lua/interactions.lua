-- Methods of events about commands, buttons, menus and forms.
local _, host = ...
local error, ipairs, pairs, type = error, ipairs, pairs, type

-- One parameter is meant when something else than a table of them is given.
local function verb(name, meant)
    local operation = host.function_of("interactions", name)
    return function(event, given)
        if event.event ~= "interactionCreate" then
            error("ev:" .. name .. ": " .. event.event .. " is no interaction", 2)
        end
        local params = { interactionId = event.id }
        if type(given) == "table" and (name ~= "autocomplete" or given.choices) then
            for key, value in pairs(given) do params[key] = value end
        elseif given ~= nil then
            if not meant then error("ev:" .. name .. ": expected a table of parameters, got " .. type(given), 2) end
            params[meant] = given
        end
        return operation(params)
    end
end
for name, meant in pairs({
    update = "content", editReply = "content", followUp = "content", autocomplete = "choices",
    defer = false, deferUpdate = false, showModal = false, deleteReply = false, fetchReply = false,
}) do
    host.methods_of_events[name] = verb(name, meant)
end
host.reply_to_interaction = verb("reply", "content")

-- What was given for an option, however deep it lies; `nil` when it was left out.
local function find_option(options, name)
    for _, option in ipairs(options or {}) do
        if option.name == name and option.value ~= nil then return option.value end
        local found = find_option(option.options, name)
        if found ~= nil then return found end
    end
end
function host.methods_of_events.option(event, name)
    return (find_option(event.raw.data and event.raw.data.options, name))
end

-- What was filled into a form's field: a text, or a list of what was chosen.
local function find_field(components, id)
    for _, one in ipairs(components or {}) do
        if one.custom_id == id then
            if one.values ~= nil then return one.values end
            return one.value
        end
        local found = find_field(one.components or { one.component }, id)
        if found ~= nil then return found end
    end
end
function host.methods_of_events.field(event, id)
    return (find_field(event.raw.data and event.raw.data.components, id))
end
