-- [settings]
-- A card for everybody who joins. /welcome #channel switches it on, /welcome off.
local rookery = require "rookery"

rookery.settings.declare {
    channel = { type = "id", doc = "Where newcomers are welcomed." },
}
-- [/settings]

-- [card]
local function card(user, picture)
    return {
        content = rookery.format.user(user.id),
        allowedMentions = { users = { user.id } },
        embeds = { {
            title = "Welcome!",
            description = "Good to have you, " .. rookery.format.escape(user.username) .. ".",
            color = 0x5865F2,
            thumbnail = { url = picture },
            fields = { { name = "Account made", value = rookery.format.timestamp(rookery.time.of_id(user.id), "D") } },
        } },
        components = { { button = "Say hello", action = "greet", state = user.id, style = "success" } },
    }
end

rookery.on("guildMemberAdd", function(ev)
    local channel = rookery.settings.get(ev.guildId).channel
    if not channel or ev.user.bot then return end
    local sent, problem = rookery.messages.send(channel, card(ev.user, ev.displayAvatarUrl))
    if not sent then rookery.log.warn("nobody was welcomed:", problem) end
end)
-- [/card]

-- [greet]
rookery.press("greet", function(press, newcomer)
    press:reply(rookery.format.user(press.userId) .. " says hello to " .. rookery.format.user(newcomer) .. "!")
end)
-- [/greet]

-- [command]
rookery.command {
    name = "welcome",
    description = "Where newcomers are welcomed",
    where = "guild",
    member_permissions = { "ManageGuild" },
    subcommands = {
        {
            name = "to",
            description = "Welcomes newcomers in that channel",
            options = { { name = "channel", type = "channel", description = "Where", required = true,
                          channel_types = { "text" } } },
            run = function(ctx, options)
                local done, problem = rookery.settings.set(ctx.guildId, "channel", options.channel.id)
                if not done then ctx:fail(problem) end
                return "Newcomers are welcomed in " .. rookery.format.channel(options.channel.id) .. "."
            end,
        },
        {
            name = "off",
            description = "Welcomes nobody any more",
            run = function(ctx)
                rookery.settings.reset(ctx.guildId, "channel")
                return "Nobody is welcomed any more."
            end,
        },
    },
}
-- [/command]
