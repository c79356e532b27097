-- [log]
-- Moderation: /mod warn, /mod warnings, /mod timeout, /mod purge, /mod log; "Warn" in the menu of a user.
local rookery = require "rookery"

rookery.settings.declare {
    log = { type = "id", doc = "The channel where every action is noted." },
    most = { type = "integer", default = 3, min = 1, max = 20, doc = "So many warnings make a timeout." },
}

local function note(ctx, text)
    local channel = rookery.settings.get(ctx.guildId).log
    if not channel then return end
    local sent, problem = rookery.messages.send(channel, {
        embeds = { {
            description = text, color = 0xED4245,
            footer = { text = "by " .. ctx.user.username },
        } },
        allowedMentions = { parse = {} },
    })
    if not sent then rookery.log.warn("the log has no entry:", problem) end
end
-- [/log]

-- [warn]
local function warn(ctx, user, reason)
    local key = ("warnings/%s/%s"):format(ctx.guildId, user.id)
    local count = rookery.kv.transaction(function(tx)
        local list = tx.get(key) or {}
        -- The event's id: handled once more after a crash, it is the same warning.
        for number, one in ipairs(list) do
            if one.id == ctx.event.id then return number end
        end
        list[#list + 1] = { id = ctx.event.id, reason = reason, by = ctx.userId, at = rookery.time.now() }
        tx.set(key, list)
        return #list
    end)
    local most = rookery.settings.get(ctx.guildId).most
    note(ctx, ("%s was warned (%d of %d): %s"):format(rookery.format.user(user.id), count, most, reason))
    if count % most == 0 then
        rookery.members.timeout(ctx.guildId, user.id, { time = 3600, reason = reason })
        return ("%s has %d warnings and an hour of silence."):format(rookery.format.user(user.id), count)
    end
    return ("%s is warned, %d of %d: %s"):format(rookery.format.user(user.id), count, most, reason)
end
-- [/warn]

-- [command]
local function said(text) return { content = text, allowedMentions = { parse = {} } } end

local user_option = { name = "user", type = "user", description = "Whom", required = true }
local reason_option = { name = "reason", type = "string", description = "Why", required = true, max_length = 200 }

rookery.command {
    name = "mod",
    description = "Moderation",
    category = "Moderation",
    where = "guild",
    member_permissions = { "ModerateMembers" },
    bot_permissions = { "ModerateMembers", "ManageMessages" },
    subcommands = {
        {
            name = "warn",
            description = "Warns somebody",
            options = { user_option, reason_option },
            run = function(ctx, options) return said(warn(ctx, options.user, options.reason)) end,
        },
        {
            name = "warnings",
            description = "What somebody was warned for",
            options = { user_option },
            run = function(ctx, options)
                ctx:page("warnings", { guild = ctx.guildId, user = options.user.id })
            end,
        },
        {
            name = "timeout",
            description = "Silences somebody",
            options = {
                user_option,
                { name = "time", type = "duration", description = "How long", required = true, max = "28d" },
                reason_option,
            },
            run = function(ctx, options)
                local done, problem = rookery.members.timeout(ctx.guildId, options.user.id,
                    { time = options.time, reason = options.reason })
                if not done then ctx:fail("That did not work: " .. problem) end
                local text = ("%s is silent for %s: %s"):format(rookery.format.user(options.user.id),
                    rookery.time.format_duration(options.time), options.reason)
                note(ctx, text)
                return said(text)
            end,
        },
        {
            name = "purge",
            description = "Deletes the newest messages of this channel",
            options = { { name = "count", type = "integer", description = "How many", required = true, min = 2,
                          max = 100 } },
            concurrency = { per = "channel", limit = 1 },
            run = function(ctx, options)
                local question = ("Delete %d messages?"):format(options.count)
                if not ctx:confirm(question, { yes = "Delete", no = "Keep", timeout = 30 }) then return end
                local messages = rookery.messages.list(ctx.channelId, { limit = options.count, before = ctx.event.id })
                local ids = {}
                for i, message in ipairs(messages or {}) do ids[i] = message.id end
                if #ids < 2 then ctx:fail("There is too little to delete.") end
                local done, problem = rookery.messages.bulkDelete(ctx.channelId, ids)
                if not done then ctx:fail("That did not work: " .. problem) end
                note(ctx, ("%d messages were deleted in %s"):format(#ids, rookery.format.channel(ctx.channelId)))
                ctx:edit(("%d messages are gone."):format(#ids))
            end,
        },
        {
            name = "log",
            description = "Where every action is noted",
            member_permissions = { "ManageGuild" },
            options = { { name = "channel", type = "channel", description = "Where", required = true,
                          channel_types = { "text" } } },
            run = function(ctx, options)
                local done, problem = rookery.settings.set(ctx.guildId, "log", options.channel.id)
                if not done then ctx:fail(problem) end
                return "Noted in " .. rookery.format.channel(options.channel.id) .. " from now on."
            end,
        },
    },
}
-- [/command]

-- [pages]
rookery.pager("warnings", function(page, state)
    local list = rookery.kv.get(("warnings/%s/%s"):format(state.guild, state.user)) or {}
    if #list == 0 then return said(rookery.format.user(state.user) .. " has no warnings."), 1 end
    local lines = {}
    for i = (page - 1) * 5 + 1, math.min(page * 5, #list) do
        lines[#lines + 1] = ("%d. %s (%s)"):format(i, list[i].reason, rookery.format.timestamp(list[i].at, "d"))
    end
    return said(table.concat(lines, "\n")), math.ceil(#list / 5)
end)
-- [/pages]

-- [menu]
rookery.command {
    name = "Warn",
    type = "user",
    where = "guild",
    member_permissions = { "ModerateMembers" },
    run = function(ctx)
        ctx:form {
            title = "Warn " .. ctx.target.username, action = "warn", state = ctx.target.id,
            fields = { { name = "reason", label = "Why?", required = true, max_length = 200 } },
        }
    end,
}

rookery.press("warn", function(press, user)
    press:reply(said(warn(press, { id = user }, press.fields.reason)))
end)
-- [/menu]
