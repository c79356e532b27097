-- Feedback: `/feedback` shows a button, the button opens a form, and what was written goes to the channel of
-- [scripts.feedback] channel = "ID", or to the one where the command was used. `!feedback` does the same.
-- "Quote" in the menu of a message repeats it.
local rookery = require "rookery"

local topics = { "idea", "praise", "problem", "question" }

rookery.command {
    name = "feedback",
    description = "Tell us what you think",
    options = {
        { name = "topic", description = "What it is about", type = "string", max_length = 40, default = "idea",
            autocomplete = function(_, typed)
                local found = {}
                for _, topic in ipairs(topics) do
                    if topic:find(typed:lower(), 1, true) == 1 then found[#found + 1] = topic end
                end
                return found
            end },
    },
    run = function(_, options)
        return {
            content = "Thank you for taking the time.",
            ephemeral = true,
            components = { { button = "Write it down", action = "write", state = options.topic } },
        }
    end,
}

rookery.press("write", function(press, topic)
    press:form{
        title = "Your feedback", action = "written", state = topic,
        fields = {
            { name = "text", label = "What is on your mind?", style = "paragraph", min_length = 3, max_length = 1000 },
        },
    }
end)

rookery.press("written", function(press, topic)
    -- Sending may take its time: the user sees at once that something happens.
    press:defer{ ephemeral = true }
    local sent, problem = rookery.messages.send(rookery.config.channel or press.channelId, {
        content = ("**%s** from %s: %s"):format(topic, press.user.username, press.fields.text),
        allowedMentions = { parse = {} },
    })
    if sent then return "It has been passed on." end
    rookery.log.warn("feedback is lost:", problem)
    return "That did not work, sorry. Please try again later."
end)

rookery.command {
    name = "Quote",
    type = "message",
    run = function(ctx)
        local text = ctx.target.content or ""
        if text == "" then ctx:fail("There is nothing to quote.") end
        return { content = rookery.format.quote(rookery.format.truncate(text, 1900)), allowedMentions = { parse = {} } }
    end,
}
