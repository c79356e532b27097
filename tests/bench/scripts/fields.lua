-- Reads as many fields of each message as `fields` in the settings says.
local rookery = require "rookery"

local seen = 0

local function none() end

local function one(ev)
    seen = seen + #ev.content
end

local function three(ev)
    seen = seen + #ev.content + #ev.author.username + #ev.channelId
end

local function twenty(ev)
    local author = ev.author
    local sum = #ev.content + #ev.id + #ev.channelId + #ev.createdAt + ev.type + ev.flags
        + #author.id + #author.username + #author.createdAt + #author.avatarUrl + #author.discriminator
    if ev.pinned then sum = sum + 1 end
    if ev.tts then sum = sum + 1 end
    if author.bot then sum = sum + 1 end
    if author.system then sum = sum + 1 end
    if ev.guildId then sum = sum + 1 end
    if ev.editedAt then sum = sum + 1 end
    if ev.webhookId then sum = sum + 1 end
    if ev.replyTo then sum = sum + 1 end
    if author.globalName then sum = sum + 1 end
    seen = seen + sum
end

rookery.on("messageCreate", ({ [0] = none, [1] = one, [3] = three, [20] = twenty })[rookery.config.fields])
