-- JSON.

---@class rookery.json
---@field null userdata Written as null, where nil would leave the key out.
rookery.json = {}
---@param value any
---@return string
function rookery.json.encode(value) end
---@param text string
---@return any
function rookery.json.decode(text) end
