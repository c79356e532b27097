-- Commands, buttons, menus and forms. The methods that are operations are generated.

---What was given for an option of the command; nil when it was left out.
---@param name string
---@return string|number|boolean|nil
function Interaction:option(name) end

---What was filled into a field of the form: a text, or a list of what was chosen.
---@param customId string
---@return any
function Interaction:field(customId) end

---Calls the handler when the command is used: "remind", or with group and subcommand "todo add". Of several handlers
---that fit the most exact one is called.
---@param name string
---@param handler fun(event: rookery.InteractionCreate)
---@return rookery.Subscription
function rookery.on_command(name, handler) end

---The same for the button or menu of that custom id, or of all that begin so: "vote:*".
---@param customId string
---@param handler fun(event: rookery.InteractionCreate)
---@return rookery.Subscription
function rookery.on_component(customId, handler) end

---The same for a form that was sent.
---@param customId string
---@param handler fun(event: rookery.InteractionCreate)
---@return rookery.Subscription
function rookery.on_modal(customId, handler) end

---The same while an option of the command is being typed.
---@param name string
---@param handler fun(event: rookery.InteractionCreate)
---@return rookery.Subscription
function rookery.on_autocomplete(name, handler) end

---Declares an application command, in the platform's form; `guilds` and `bots` say where it is not for all.
---@param command table
---@return integer declaration
function rookery.commands.declare(command) end

---@param declaration integer
---@return boolean found
function rookery.commands.withdraw(declaration) end
