-- Channel: what was written in one.
local _, host = ...
local ipairs, math = ipairs, math
local concat = table.concat
local spec = host.spec
local look, escaped, message_of = spec.look, spec.escaped, spec.message_of
local Channel = spec.classes.Channel

function Channel:messages()
    local raw = look("/_sim/messages?channel=" .. escaped(self.name))
    local out = {}
    for i, message in ipairs(raw) do out[i] = message_of(message, self.name) end
    return out
end
-- Without what only one of them sees.
function Channel:public()
    local out = {}
    for _, message in ipairs(self:messages()) do
        if not spec.is_private(message.raw) then out[#out + 1] = message end
    end
    return out
end
function Channel:last()
    local all = self:public()
    return all[#all]
end
function Channel:exists()
    local answer, problem = host.ask("sim", { target = "/_sim/messages?channel=" .. escaped(self.name) })
    return answer ~= nil and problem == nil
end

local function transcript_of(name)
    local raw = host.ask("sim", { target = "/_sim/messages?channel=" .. escaped(name) })
    if not raw then return nil end
    local out = { (name:match("^@") and "direct messages with " .. name or "#" .. name) ..
        (#raw == 0 and ": nothing was written" or ":") }
    for i = math.max(1, #raw - 14), #raw do out[#out + 1] = "    " .. spec.shown(raw[i]) end
    return concat(out, "\n")
end
spec.transcript_of = transcript_of
function spec.transcript()
    local touched = spec.touched
    return #touched > 0 and spec.sim and transcript_of(touched[#touched]) or nil
end
