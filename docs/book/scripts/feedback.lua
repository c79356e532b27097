-- [command]
-- Feedback: /feedback shows a button, the button opens a form, what is written goes to a channel.
--
--   [scripts.feedback]
--   channel = "ID"        where it goes (default: where the command was used)
local rookery = require "rookery"

rookery.command {
    name = "feedback",
    description = "Tell us what you think",
    options = {
        { name = "topic", type = "string", description = "What it is about",
          choices = { "idea", "praise", "problem" }, default = "idea" },
    },
    run = function(ctx, options)
        ctx:reply {
            content = "Thank you for taking the time.",
            ephemeral = true,
            components = {
                { button = "Write it down", action = "write", state = options.topic, style = "primary" },
                { link = "The rules", url = "https://example.com/rules" },
            },
        }
    end,
}
-- [/command]

-- [press]
rookery.press("write", function(press, topic)
    press:form {
        title = "Your feedback",
        action = "send",
        state = topic,
        fields = {
            { name = "text", label = "What is on your mind?", style = "paragraph", required = true, min_length = 3,
              max_length = 1000 },
        },
    }
end)
-- [/press]

-- [send]
rookery.press("send", function(press, topic)
    local sent, problem = rookery.messages.send(rookery.config.channel or press.channelId, {
        content = ("**%s** from %s: %s"):format(topic, rookery.format.user(press.userId), press.fields.text),
        allowedMentions = { parse = {} },
    })
    if not sent then press:fail("That did not work: " .. problem) end
    press:reply { content = "It has been passed on.", ephemeral = true }
end)
-- [/send]
