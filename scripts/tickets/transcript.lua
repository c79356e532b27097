-- What was said in a ticket, as a text file: to the log channel, and to who had asked.

local rookery = require "rookery"
local guild_settings = require "guild_settings"
local quiet = require "quiet"

local transcript = {}

local most_messages = 2000
local most_bytes = 2 * 1024 * 1024

local function line(message)
    local parts = { ("[%s] %s: %s"):format(message.createdAt, message.author.username, message.content) }
    for _, file in ipairs(message.attachments) do
        parts[#parts + 1] = ("    file: %s <%s>"):format(file.name, file.url)
    end
    return table.concat(parts, "\n")
end

-- The newest messages come first, page by page; the text begins with the oldest.
local function text_of(ticket)
    local lines, bytes = {}, 0
    for message in rookery.each(rookery.messages.list, ticket.channel, { limit = 100 }) do
        local text = line(message)
        bytes = bytes + #text + 1
        if #lines >= most_messages or bytes > most_bytes then
            lines[#lines + 1] = "(there was more before)"
            break
        end
        lines[#lines + 1] = text
    end
    for i = 1, math.floor(#lines / 2) do lines[i], lines[#lines + 1 - i] = lines[#lines + 1 - i], lines[i] end
    return ("Ticket %d of %s\nReason: %s\nClosed by %s%s\n\n%s\n"):format(ticket.number, ticket.user, ticket.reason,
        ticket.closed_by, ticket.why and ": " .. ticket.why or "", table.concat(lines, "\n"))
end

--- Sends it where it belongs; true, or nil and why the log channel did not get it. That who had asked takes no direct
--- messages is no fault.
function transcript.send(ticket)
    local read, text = pcall(text_of, ticket)
    if not read then return nil, tostring(text) end
    local message = quiet {
        content = rookery.i18n.t(ticket.locale, "transcript",
            { number = ticket.number, user = rookery.format.user(ticket.user) }),
        files = { { name = ("ticket-%04d.txt"):format(ticket.number), data = text } },
    }
    local log = rookery.settings.get(ticket.guild, "log")
    if log then
        if not guild_settings.is_here(ticket.guild, "channel", log) then
            return nil, "the log is no channel of this server"
        end
        local sent, problem = rookery.messages.send(log, message)
        if not sent then return nil, problem end
    end
    local direct = rookery.dms.open(ticket.user)
    if direct then
        local sent, problem = rookery.messages.send(direct.id, message)
        if not sent then rookery.log.info("no transcript for", ticket.user .. ":", problem) end
    end
    return true
end

return transcript
