---@meta
-- What a spec (`*_spec.lua`) sees under `rookery test`. For editors; never run. Since 1.4.
-- docs/guide/testing.md tells it in full.

---@class rookery.test.World
---@field script? string Which script runs, from the folder of the spec.
---@field scripts? table Several: names, or settings by name.
---@field plugin? string Which plugin runs.
---@field plugins? table Several: names, or settings by name.
---@field settings? table The extension's section of the configuration.
---@field platform? "discord"|"revolt"|"guilded"|"holobridge"|"whatsapp"
---@field grants? string[] Capabilities; default: all.
---@field config? string TOML that the world begins with.
---@field limit? number Seconds of real time that a case may take; default 10.

---A group of cases.
---@param name string
---@param body fun()
function describe(name, body) end

---A case: runs in a world of its own.
---@param name string
---@param body fun(sim: rookery.test.Sim)
function it(name, body) end

---@param body fun(sim: rookery.test.Sim)
function before_each(body) end

---Runs also when the case has failed.
---@param body fun(sim: rookery.test.Sim)
function after_each(body) end

---What the worlds of the group are made of.
---@param options rookery.test.World
function world(options) end

---Begins an expectation about a channel, a message, an answer or any value.
---@param x any
---@return rookery.test.Expect
function expect(x) end

---@class rookery.test.Sim
---@field platform string
---@field bot rookery.test.User
local Sim = {}

---Somebody; joins when there is no such member.
---@param name string
---@param options? { roles?: string[], permissions?: string[] }
---@return rookery.test.User
function Sim:user(name, options) end

---@param name string With or without "#".
---@return rookery.test.Channel
function Sim:channel(name) end

---What the bot and somebody wrote to one another.
---@param user rookery.test.User|string
---@return rookery.test.Channel
function Sim:dm(user) end

---@param what string|{ name: string, permissions?: string[], position?: integer }
---@return table? role
function Sim:role(what) end

---Turns the time, from due moment to due moment.
---@param duration string|number "2h 30m", or seconds.
function Sim:advance(duration) end

---@return number seconds since 1970, of the time that is turned
function Sim:now() end

---Waits until everything is at rest; every act does so by itself.
function Sim:rest() end

---What extensions get from that address.
---@param url string
---@param answer string|table|fun(request: table): string|table
function Sim:http(url, answer) end

---@return table[] requests { id, method, url, headers, body }
function Sim:requests() end

---What the bot asked the platform for, oldest first.
---@param text? string Only those that have it.
---@return { method: string, path: string, status: integer, text: string }[]
function Sim:calls(text) end

---@param text? string
---@return string[]
function Sim:log(text) end

---The runtime ends in order, and begins again with what it stored.
function Sim:restart() end
---The same, with what its files held when it was killed.
function Sim:crash() end
---@param name? string Default: what changed.
---@return string[] lines What was done.
function Sim:reload(name) end

---`rookery sim act`.
---@param what string
---@param with? table
function Sim:act(what, with) end
---`rookery sim fault`.
---@param kind string
---@param with? table
function Sim:fault(kind, with) end

---@class rookery.test.User
---@field name string
---@field id string
local User = {}

---@param text string Or the channel, and then the text.
---@param options? string|{ channel?: string, reply_to?: rookery.test.Message, extra?: table }
---@return rookery.test.Message
function User:say(text, options) end
---@param text string
---@return rookery.test.Message
function User:dm(text) end
---A slash, user or message command.
---@param command string "todo add"
---@param options? table<string, any>
---@param more? { channel?: string, target?: rookery.test.User|rookery.test.Message }
---@return rookery.test.Message answer
function User:slash(command, options, more) end
---Sends the form that is shown to this user.
---@param form string|table<string, string> Its title; or the fields, when it does not matter which form that is.
---@param fields? table<string, string> By name, or by what is written beside them.
---@return rookery.test.Message answer
function User:submit(form, fields) end
---@param command string
---@param option string
---@param typed string
---@param options? table<string, any> Those that are given already.
---@return { name: string, value: any }[]
function User:complete(command, option, typed, options) end
---@param message rookery.test.Message
---@param emoji string
function User:react(message, emoji) end
---@param message rookery.test.Message
---@param emoji string
function User:unreact(message, emoji) end
---@param message rookery.test.Message
---@param text string
function User:edit(message, text) end
---@param message rookery.test.Message
function User:delete(message) end
function User:join() end
function User:leave() end
---@param name string
function User:nick(name) end
---@param role string
function User:add_role(role) end
---@param role string
function User:remove_role(role) end
---@param role string
---@return boolean
function User:has_role(role) end
---@return table? member
function User:member() end

---@class rookery.test.Channel
---@field name string
local Channel = {}
---@return rookery.test.Message[]
function Channel:messages() end

---Those that everybody sees: without private answers.
---@return rookery.test.Message[]
function Channel:public() end
---@return rookery.test.Message?
function Channel:last() end
---@return boolean
function Channel:exists() end

---A message, or the answer to an interaction.
---@class rookery.test.Message
---@field id string
---@field content string
---@field text string With what embeds say.
---@field raw table As the platform shows it.
---@field answered? boolean Of an answer.
---@field deferred? boolean Of an answer.
---@field choices? table[] Of an answer.
---@field modal? table Of an answer.
local Message = {}
---@param what string Label, action or emoji of a button.
---@param options? { user?: rookery.test.User }
---@return rookery.test.Message answer
function Message:click(what, options) end
---@param what string Label or action of a select.
---@param values any
---@param options? { user?: rookery.test.User }
---@return rookery.test.Message answer
function Message:select(what, values, options) end
---Sends the form that this answer has opened.
---@param fields table<string, string>
---@return rookery.test.Message answer
function Message:submit(fields) end
---What the bot wrote after it in its channel.
---@return rookery.test.Message?
function Message:answer() end
---The first answer to an interaction, and what followed.
---@return rookery.test.Message[]
function Message:answers() end
---As it is now; nil when it is gone.
---@return rookery.test.Message?
function Message:now() end

---@class rookery.test.Expect
local Expect = {}
---@param back? integer 2: the one before the newest.
---@return rookery.test.Expect
function Expect:last(back) end
---@return rookery.test.Expect
function Expect:first() end
---The newest one by the bot.
---@return rookery.test.Expect
function Expect:bot() end
---What follows is turned around.
---@return rookery.test.Expect
function Expect:no() end
---@return rookery.test.Expect
function Expect:never() end
---@param what any
---@return rookery.test.Expect
function Expect:contains(what) end
---@param what any
---@return rookery.test.Expect
function Expect:equals(what) end
---@param what any
---@return rookery.test.Expect
function Expect:is(what) end
---@param pattern string
---@return rookery.test.Expect
function Expect:matches(pattern) end
---@param user rookery.test.User
---@return rookery.test.Expect
function Expect:mentions(user) end
---@param user rookery.test.User|string "bot": whichever bot.
---@return rookery.test.Expect
function Expect:by(user) end
---@param message rookery.test.Message
---@return rookery.test.Expect
function Expect:replies_to(message) end
---@return rookery.test.Expect
function Expect:is_private() end
---@param label string
---@return rookery.test.Expect
function Expect:has_button(label) end
---@param label string
---@return rookery.test.Expect
function Expect:has_select(label) end
---@param label string
---@return rookery.test.Expect
function Expect:is_disabled(label) end
---@param what? string|table
---@return rookery.test.Expect
function Expect:has_embed(what) end
---@param name? string
---@return rookery.test.Expect
function Expect:has_file(name) end
---@param emoji string
---@return rookery.test.Expect
function Expect:has_reaction(emoji) end
---@param title? string
---@return rookery.test.Expect
function Expect:opens_form(title) end
---@param n integer
---@return rookery.test.Expect
function Expect:count(n) end
---@return rookery.test.Expect
function Expect:is_empty() end
---@return rookery.test.Expect
function Expect:exists() end
---@return rookery.test.Expect
function Expect:is_true() end
---@return rookery.test.Expect
function Expect:is_false() end
---@return rookery.test.Expect
function Expect:is_nil() end
---@param n number
---@return rookery.test.Expect
function Expect:is_above(n) end
---@param n number
---@return rookery.test.Expect
function Expect:is_below(n) end
