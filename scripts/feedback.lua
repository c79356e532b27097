-- Feedback: `/feedback` shows a button, the button opens a form, and what was written goes to the channel of
-- [scripts.feedback] channel = "ID", or to the one where the command was used.
-- "Quote" in the menu of a message repeats it.
local rookery = require "rookery"

local topics = { "idea", "praise", "problem", "question" }

rookery.commands.declare{
    name = "feedback",
    description = "Tell us what you think",
    options = {
        { name = "topic", description = "What it is about", type = "string", autocomplete = true },
    },
}
rookery.commands.declare{ name = "Quote", type = "message" }

rookery.on_autocomplete("feedback", function(ev)
    local typed, found = (ev:option("topic") or ""):lower(), {}
    for _, topic in ipairs(topics) do
        if topic:find(typed, 1, true) == 1 then found[#found + 1] = topic end
    end
    ev:autocomplete(found)
end)

rookery.on_command("feedback", function(ev)
    local topic = (ev:option("topic") or "idea"):sub(1, 40)
    ev:reply{
        content = "Thank you for taking the time.",
        ephemeral = true,
        components = {
            { type = 1, components = {
                { type = 2, style = 1, label = "Write it down", custom_id = "feedback:" .. topic },
            } },
        },
    }
end)

rookery.on_component("feedback:*", function(ev)
    ev:showModal{
        customId = ev.customId,
        title = "Your feedback",
        components = {
            { type = 18, label = "What is on your mind?", component = {
                type = 4, custom_id = "text", style = 2, min_length = 3, max_length = 1000,
            } },
        },
    }
end)

rookery.on_modal("feedback:*", function(ev)
    -- Sending may take its time: the user sees at once that something happens.
    ev:defer{ ephemeral = true }
    local topic, text = ev.customId:match(":(.*)"), ev:field("text") or ""
    local sent, problem = rookery.messages.send(rookery.config.channel or ev.channelId, {
        content = ("**%s** from %s: %s"):format(topic, ev.user.username, text),
        allowedMentions = { parse = {} },
    })
    if not sent then rookery.log.warn("feedback is lost:", problem) end
    ev:reply(sent and "It has been passed on." or "That did not work, sorry. Please try again later.")
end)

rookery.on_command("Quote", function(ev)
    local data = ev.raw.data
    local message = data.resolved and data.resolved.messages and data.resolved.messages[data.target_id]
    if not message or message.content == "" then
        ev:reply{ content = "There is nothing to quote.", ephemeral = true }
        return
    end
    ev:reply{ content = "> " .. message.content:sub(1, 1900):gsub("\n", "\n> "), allowedMentions = { parse = {} } }
end)
