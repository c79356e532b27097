-- What handlers ask, for questions_spec.lua: the same from a slash command and from a message.
local rookery = require "rookery"

rookery.on("messageCreate", function(event)
    if event.content == "!sure" then rookery.kv.incr("sure") end
end)
rookery.command {
    name = "seen", description = "How often the question's message was seen",
    run = function() return "seen: " .. tostring(rookery.kv.get("sure")) end,
}
rookery.command {
    name = "sure", description = "Asks whether",
    run = function(ctx)
        return "sure: " .. tostring(ctx:confirm("Really?", { yes = "Delete", no = "Keep", timeout = 30 }))
    end,
}
rookery.command {
    name = "twice", description = "Asks after an answer",
    run = function(ctx)
        ctx:reply("Listen.")
        return "twice: " .. tostring(ctx:confirm("Really?", { timeout = 30 }))
    end,
}
rookery.command {
    name = "pick", description = "Asks which",
    run = function(ctx)
        return "picked: " .. tostring(ctx:choose("Which?", { "red", { name = "Blue", value = "b" } }))
    end,
}
rookery.command {
    name = "name", description = "Asks who",
    run = function(ctx)
        return "hello " .. tostring(ctx:ask("Your name?", { timeout = 10 }))
    end,
}
rookery.command {
    name = "order", description = "Asks twice",
    run = function(ctx)
        local drink = ctx:choose("Which drink?", { "tea", "coffee" }, { timeout = 60 })
        local sure = ctx:confirm("Really " .. tostring(drink) .. "?", { timeout = 60 })
        return ("ordered: %s %s"):format(drink, sure)
    end,
}
rookery.command {
    name = "who", description = "Asks for two texts",
    run = function(ctx)
        local name = ctx:ask("Your name?", { timeout = 60 })
        local age = ctx:ask("Your age?", { timeout = 60 })
        return ("hello %s of %s"):format(name, age)
    end,
}
rookery.command {
    name = "fill", description = "Shows a form",
    run = function(ctx)
        local fields = ctx:form{ title = "A form", fields = { { name = "text", label = "Text" } } }
        ctx:reply("wrote: " .. tostring(fields and fields.text))
    end,
}
rookery.command {
    name = "hands", description = "Collects",
    run = function(ctx)
        ctx:reply{ content = "Who is in?", components = { { button = "Me", action = "in" } } }
        local names = {}
        for press in ctx:presses("in", { time = 30 }) do
            names[#names + 1] = press.user.username
            press:update("In: " .. table.concat(names, ", "))
        end
        ctx:edit{ content = #names .. " are in.", components = {} }
    end,
}
rookery.pager("top", function(page, state) return ("Page %d of %s"):format(page, state.title), 3 end)
rookery.command {
    name = "top", description = "Shows pages",
    run = function(ctx) ctx:page("top", { title = "all" }) end,
}
rookery.command { name = "bad", description = "Fails", run = function() error("on purpose") end }
rookery.command { name = "long", description = "Says too much", run = function() return ("x"):rep(2001) end }
rookery.command { name = "silent", description = "Says nothing at all", run = function() return {} end }
rookery.command { name = "no", description = "Refuses", run = function(ctx) ctx:fail("not so") end }
