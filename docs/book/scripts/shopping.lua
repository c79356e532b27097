-- A shopping list for each channel: /shopping add milk, /shopping show, /shopping clear
local rookery = require "rookery"

local function list_of(ctx) return "list/" .. ctx.channelId end

-- [command]
rookery.command {
    name = "shopping",
    description = "The shopping list of this channel",
    subcommands = {
        {
            name = "add",
            description = "Puts something on the list",
            options = { { name = "what", type = "string", description = "What", required = true, max_length = 50 } },
            run = function(ctx, options)
                local count = rookery.kv.transaction(function(tx)
                    local items = tx.get(list_of(ctx)) or {}
                    for _, item in ipairs(items) do
                        if item == options.what then return #items end
                    end
                    items[#items + 1] = options.what
                    tx.set(list_of(ctx), items)
                    return #items
                end)
                return ("%s is on the list; %d in all."):format(options.what, count)
            end,
        },
        {
            name = "show",
            description = "Shows the list",
            run = function(ctx)
                local items = rookery.kv.get(list_of(ctx)) or {}
                return #items == 0 and "The list is empty." or "- " .. table.concat(items, "\n- ")
            end,
        },
        {
            name = "clear",
            description = "Empties the list",
            -- [confirm]
            run = function(ctx)
                if ctx:confirm("Throw the whole list away?", { yes = "Throw away", no = "Keep", timeout = 30 }) then
                    rookery.kv.delete(list_of(ctx))
                    ctx:edit("The list is empty.")
                else
                    ctx:edit("The list stays.")
                end
            end,
            -- [/confirm]
        },
    },
}
-- [/command]
