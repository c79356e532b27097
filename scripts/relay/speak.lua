-- Says, changes and takes back what somebody else said, in the way that comes nearest on each platform: a webhook, a
-- masquerade, or the name in front of the text.

local rookery = require "rookery"

local speak = { own = {} } -- by bot: as whom it speaks, where that is known from what it said
local hooks = {} -- "bot/channel" -> { id =, token = }, or false: none can be had
local plain = {} -- by bot: true where masquerades were refused
local hook_name = "Rookery relay"
local longest = 1900 -- bytes of a text: every platform takes that many

local function supports(bot, operation)
    local able = rookery.capabilities(bot)
    return able and able.operations[operation] ~= nil
end

local function find_hook(place)
    local webhooks = rookery.bot(place.bot).webhooks
    for _, hook in ipairs(webhooks.listChannel(place.channel) or {}) do
        if hook.name == hook_name and hook.token then return { id = hook.id, token = hook.token } end
    end
    local made, problem = webhooks.create(place.channel, hook_name)
    if made and made.token then return { id = made.id, token = made.token } end
    local why = problem or "no token"
    rookery.log.info(("%s/%s has no webhook, names stand in the text: %s"):format(place.bot, place.channel, why))
    return false
end

local function hook_of(place)
    local at = place.bot .. "/" .. place.channel
    if hooks[at] == nil then hooks[at] = supports(place.bot, "webhooks.execute") and find_hook(place) end
    return hooks[at]
end

local function clipped(text)
    if #text <= longest then return text end
    local cut = longest
    while cut > 0 and text:byte(cut + 1) >= 0x80 and text:byte(cut + 1) < 0xC0 do cut = cut - 1 end
    return text:sub(1, cut) .. "…"
end

-- What is passed on of a message: text, links to its files, and who says it.
function speak.form(message)
    local lines = { message.content ~= "" and message.content or nil }
    for _, file in ipairs(message.attachments) do lines[#lines + 1] = ("%s: %s"):format(file.name, file.url) end
    for _, sticker in ipairs(message.stickers) do lines[#lines + 1] = (":%s:"):format(sticker.name) end
    local author, member = message.author, message.member
    return {
        content = clipped(table.concat(lines, "\n")),
        name = member and member.displayName or author.globalName or author.username,
        avatar = author.avatarUrl ~= "" and author.avatarUrl or nil,
    }
end

local function named(form) return clipped(("**%s**: %s"):format(rookery.format.escape(form.name), form.content)) end
local nobody = { parse = {} } -- is pinged by a copy

local function masquerades(bot)
    local able = rookery.capabilities(bot)
    return able ~= nil and able.features.masquerade and not plain[bot]
end

local function send(place, form, answered, masquerade)
    return rookery.bot(place.bot).messages.send(place.channel, {
        content = masquerade and form.content or named(form),
        masquerade = masquerade and { name = form.name:sub(1, 32), avatarUrl = form.avatar } or nil,
        replyTo = answered and answered.id, allowedMentions = nobody,
    })
end

-- { id =, hook = } of the copy, or nil and a text. `answered`: the message of that place that is answered.
function speak.say(place, form, answered)
    if form.content == "" then return nil, "nothing that could be written" end
    local bot, hook = rookery.bot(place.bot), hook_of(place)
    if hook and not answered then
        local copy, problem = bot.webhooks.execute(hook.id, hook.token, {
            content = form.content, username = form.name:sub(1, 80), avatarUrl = form.avatar, allowedMentions = nobody,
        })
        if copy then return { id = copy.id, hook = hook } end
        hooks[place.bot .. "/" .. place.channel] = nil -- somebody may have removed it
        rookery.log.warn(("%s/%s: the webhook failed: %s"):format(place.bot, place.channel, problem))
    end
    local masquerade = masquerades(place.bot)
    local copy, problem, kind = send(place, form, answered, masquerade)
    if not copy and masquerade and kind == "unsupported" then -- by this server, though its platform has them
        plain[place.bot], masquerade = true, false
        copy, problem = send(place, form, answered, false)
    end
    if not copy then return nil, problem end
    speak.own[place.bot] = copy.author.id
    return { id = copy.id, masquerade = masquerade }
end

local function report(place, what, ok, problem)
    if ok == nil and problem then
        rookery.log.warn(("%s/%s: %s: %s"):format(place.bot, place.channel, what, problem))
    end
end

function speak.edit(place, copy, form)
    local bot = rookery.bot(place.bot)
    if copy.hook then
        return report(place, "edit", bot.webhooks.editMessage(copy.hook.id, copy.hook.token, copy.id,
            { content = form.content, allowedMentions = nobody }))
    end
    if not supports(place.bot, "messages.edit") then return end
    local content = copy.masquerade and form.content or named(form)
    report(place, "edit", bot.messages.edit(place.channel, copy.id, { content = content, allowedMentions = nobody }))
end

function speak.delete(place, copy)
    local bot = rookery.bot(place.bot)
    if copy.hook then
        return report(place, "delete", bot.webhooks.deleteMessage(copy.hook.id, copy.hook.token, copy.id))
    end
    if supports(place.bot, "messages.delete") then
        report(place, "delete", bot.messages.delete(place.channel, copy.id))
    end
end

-- Emoji that a community made itself are its own: elsewhere only characters can be shown.
function speak.react(place, member, emoji, add)
    local operation = add and "add" or "remove"
    if emoji.id or not supports(place.bot, "reactions." .. operation) then return end
    report(place, "reaction", rookery.bot(place.bot).reactions[operation](place.channel, member.id, emoji.name))
end

return speak
