-- A list that people leaf through, ten lines a page. A page knows all that it needs, so its buttons outlive a restart.
--
--   pages.declare("top", function(state, ctx)
--       return "The most stars", #entries, function(i) return entries[i].text end
--   end)
--   ctx:page("top", { guild = ctx.guildId })

local rookery = require "rookery"
local quiet = require "quiet"

local pages = {}
local most = 10 -- lines of a page

--- `read` gives what stands above, how many lines there are, and a function that makes one of them.
function pages.declare(name, read)
    rookery.pager(name, function(page, state, ctx)
        local heading, count, line_of = read(state, ctx)
        local lines = { heading }
        for i = (page - 1) * most + 1, math.min(count, page * most) do lines[#lines + 1] = line_of(i) end
        local text = rookery.format.truncate(table.concat(lines, "\n"), 2000)
        return quiet(text), math.max(1, math.ceil(count / most))
    end)
end

return pages
