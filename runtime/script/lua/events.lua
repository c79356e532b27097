-- Methods of all events that are about a message.
local rookery, host = ...
local error = error

local function answer(operation, event, argument, what)
    local channel = host.channel_of(event)
    local message = event:get("messageId") or event:get("id") or event:get("new.id")
    if not channel or not message then
        error("ev:" .. what .. ": " .. event.event .. " is not about a message", 3)
    end
    return operation(channel, message, argument)
end
function host.methods_of_events.react(event, emoji)
    return answer(rookery.reactions.add, event, emoji, "react")
end
function host.methods_of_events.reply(event, content)
    if event.event == "interactionCreate" then return host.reply_to_interaction(event, content) end
    return answer(rookery.messages.reply, event, content, "reply")
end
