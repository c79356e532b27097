-- Commands that are declared once, buttons, menus and forms, and what their handlers get.

---A choice of an option.
---@class rookery.CommandChoice
---@field name string
---@field value string|number
---@field localizations table<string, string>?

---An option of a command.
---@class rookery.CommandOption
---@field name string
---@field description string
---@field type "string"|"integer"|"number"|"boolean"|"user"|"member"|"role"|"channel"|"mentionable"|"attachment"|"duration"
---@field required boolean?
---@field default any What it is when nothing was given.
---@field choices (string|number|rookery.CommandChoice)[]?
---@field min number|string|nil Of numbers; of durations "10s".
---@field max number|string|nil
---@field min_length integer?
---@field max_length integer?
---@field channel_types string[]?
---@field rest boolean? In a message it takes all that is left; so does the last string option unless it is false.
---@field autocomplete? fun(ctx: rookery.Context, typed: string): (string|number|rookery.CommandChoice)[] What may follow what was typed; 25 are shown.
---@field localizations table<string, { name: string?, description: string? }>?

---@class rookery.CommandCooldown
---@field per "user"|"member"|"channel"|"guild"|"everyone"
---@field uses integer?
---@field time string|number "10s"

---@class rookery.CommandConcurrency
---@field per "user"|"member"|"channel"|"guild"|"everyone"
---@field limit integer?

---A command, or a subcommand, as it is declared. With `subcommands` it has no `run` and no options of its own.
---@class rookery.CommandDefinition
---@field name string
---@field description string? Of slash commands it is needed.
---@field run? fun(ctx: rookery.Context, options: table<string, any>): any A text or a table that is returned is the answer.
---@field type? "slash"|"user"|"message" "slash" unless said: for slash and prefix.
---@field aliases string[]? Of the prefix form.
---@field slash boolean? Whether it is a slash command; true unless said.
---@field prefix boolean? Whether it can be written as a message; true unless said.
---@field options rookery.CommandOption[]?
---@field subcommands rookery.CommandDefinition[]?
---@field member_permissions string[]? "ManageMessages"
---@field bot_permissions string[]?
---@field owner boolean? For the owners of the bot alone.
---@field where? "anywhere"|"guild"|"dm"
---@field nsfw boolean?
---@field cooldown rookery.CommandCooldown?
---@field concurrency rookery.CommandConcurrency?
---@field category string?
---@field hidden boolean? Not in the help.
---@field examples string[]?
---@field localizations table<string, { name: string?, description: string? }>?
---@field guilds string[]? The guilds that have it; all unless said.
---@field bots string[]? The bots that have it; all unless said.

---What `command` and `press` give.
---@class rookery.Registration
local Registration = {}
---Takes it away again.
---@return boolean removed false when it was gone already
function Registration:remove() end

---Declares a command: as a slash command where the platform has them, and as a message "!name ..." everywhere. An error
---names the place: `options[2].name: expected 1 to 32 characters, got 40`. Since 1.4.
---@param definition rookery.CommandDefinition
---@return rookery.Registration
function rookery.command(definition) end

---Calls the handler when a button or menu with that action is used, or a form is sent. Without an answer the press is
---taken note of. Since 1.4.
---@param action string
---@param handler fun(press: rookery.Press, state: any): any A text or a table that is returned is the answer.
---@return rookery.Registration
function rookery.press(action, handler) end

---Names what shows one page of something: `ctx:page` sends it with buttons to turn the pages, which go on working after a
---restart. Since 1.4.
---@param name string
---@param show fun(page: integer, state: any, ctx: rookery.Context): string|table, integer? The message, and which page is the last one, if known.
function rookery.pager(name, show) end

---The events of that name that come from now on: `for ev in rookery.collect("messageCreate", { channel = id }) do`.
---Ends after `time` seconds (60 unless said) or `max` events. Since 1.4.
---@param event string
---@param filter rookery.Filter?
---@param options { time: number|string|nil, max: integer? }?
---@return fun(): rookery.Event?
function rookery.collect(event, filter, options) end

---What the handler of a command gets: who asked for what, and how to answer. It is the same for slash commands, messages
---and commands of menus. Everything that answers waits until it is done.
---@class rookery.Context
---@field event rookery.InteractionCreate|rookery.MessageCreate The event that it came with.
---@field kind "command"|"autocomplete"|"press"
---@field command string "todo add"
---@field source "slash"|"prefix"|"user"|"message"
---@field options table<string, any> What was given, by name. A name that the command does not have is an error.
---@field target rookery.User|rookery.Message|nil Of commands for users and messages.
---@field locale string "en-US": of the user; with a message, which does not tell it, of the server.
---@field prefix string? "!"
---@field alias string? The name as it was written.
---@field user rookery.User
---@field member rookery.Member? Nil in direct messages. `permissions` are those in that channel; nil where nobody knows them.
---@field channel rookery.Channel|rookery.ChannelReference
---@field guild rookery.GuildReference? Nil in direct messages.
---@field userId string
---@field channelId string
---@field guildId string?
---@field messageId string? Of the message that was the command.
---@field bot string The bot's name.
local Context = {}

---Answers; after an answer it is one more message. `ephemeral = true`: only the user sees it.
---@param message string|rookery.interactions.reply.Params
---@return rookery.Message? answer nil when it failed
---@return string? failure
---@return string? kind
function Context:reply(message) end

---Shows that an answer is coming, which then may take up to 15 minutes.
---@param options { ephemeral: boolean? }?
---@return boolean? done nil when it failed
---@return string? failure
---@return string? kind
function Context:defer(options) end

---Changes the answer, or fills a deferred one in.
---@param message string|rookery.interactions.editReply.Params
---@return rookery.Message? answer nil when it failed
---@return string? failure
---@return string? kind
function Context:edit(message) end

---Deletes the answer.
---@return boolean? done nil when it failed
---@return string? failure
---@return string? kind
function Context:delete() end

---One more message.
---@param message string|rookery.interactions.followUp.Params
---@return rookery.Message? message nil when it failed
---@return string? failure
---@return string? kind
function Context:followUp(message) end

---Ends the handler with this answer, which only the user sees where that is possible. It is no error of the script.
---@param text string|rookery.interactions.reply.Params
function Context:fail(text) end

---The text of that key in the user's language: `rookery.i18n.t`.
---@param key string
---@param vars table?
---@return string
function Context:t(key, vars) end

---Asks the user, who answers by a button: true or false; nil when nobody has answered, and then the buttons are gone.
---@param text string
---@param options { yes: string?, no: string?, style: string?, timeout: number|string|nil }? 30 seconds unless said.
---@return boolean? answer
---@return string? failure
---@return string? kind "timeout"
function Context:confirm(text, options) end

---Lets the user choose from a menu: the value of the choice, or nil.
---@param text string
---@param choices (string|number|{ name: string, value: any, description: string?, emoji: any })[] At most 25.
---@param options { timeout: number|string|nil, placeholder: string? }? 60 seconds unless said.
---@return any value
---@return string? failure
---@return string? kind "timeout"
function Context:choose(text, choices, options) end

---Asks for a text: what the user writes next in the channel, commands excepted, and the event; or nil.
---@param text string|rookery.interactions.reply.Params
---@param options { timeout: number|string|nil }? 60 seconds unless said.
---@return string? answer
---@return rookery.MessageCreate|string|nil event The event; the problem, when there is no answer.
---@return string? kind "timeout"
function Context:ask(text, options) end

---A field of a form.
---@class rookery.FormField
---@field name string
---@field label string
---@field style? "short"|"paragraph"
---@field required boolean?
---@field min_length integer?
---@field max_length integer?
---@field value string?
---@field placeholder string?

---Shows a form; only as the first answer. With an `action` its `rookery.press` handler gets what was written; without one
---it is waited for: the fields by name, and the answers that follow are answers to the form.
---@param form { title: string, fields: rookery.FormField[], action: string?, state: any, timeout: number|string|nil } 240 seconds unless said.
---@return table<string, string>|boolean|nil fields nil when it failed or nobody has sent it
---@return rookery.Press|string|nil press
---@return string? kind
function Context:form(form) end

---What is pressed in the messages that were sent here: `for press in ctx:presses("vote", { time = 60 }) do`.
---@param action string
---@param options { time: number|string|nil, max: integer?, only: string|string[]|nil }? 60 seconds unless said.
---@return fun(): rookery.Press?
function Context:presses(action, options) end

---Sends a page of what `rookery.pager` has named, with buttons to the others.
---@param name string
---@param state any? Kept by the buttons.
---@param first integer? 1 unless said.
---@param options { only: string|string[]|nil, ephemeral: boolean? }? Who may turn the pages; everybody unless said.
---@return rookery.Message? message nil when it failed
---@return string? failure
---@return string? kind
function Context:page(name, state, first, options) end

---What the handler of a button, a menu or a form gets.
---@class rookery.Press: rookery.Context
---@field action string
---@field component "button"|"select"|"modal"|"text"|"message" "text": somebody wrote the number or the label; "message": what `writes` waits for.
---@field state any What the component was made with.
---@field values string[]? What was chosen in a menu.
---@field fields table<string, string>? What was written into a form.
---@field messageId string? The message that has the component.
local Press = {}

---Changes the message that has the component.
---@param message string|rookery.interactions.update.Params
---@return rookery.Message? message nil when it failed
---@return string? failure
---@return string? kind
function Press:update(message) end

---Takes note of it without showing anything.
---@return boolean? done nil when it failed
---@return string? failure
---@return string? kind
function Press:deferUpdate() end

---Changes the message for the last time: its buttons and menus are gone.
---@param message? string|rookery.interactions.update.Params
---@return rookery.Message? message nil when it failed
---@return string? failure
---@return string? kind
function Press:close(message) end
