-- JSON.

---@class rookery.json
---@field null userdata Written as null, where nil would leave the key out.
rookery.json = {}
---@param value any
---@param options? { pretty: boolean? } With line breaks and indentation.
---@return string
function rookery.json.encode(value, options) end
---Marks a table as an object: an empty one is a list otherwise.
---@param table table?
---@return table
function rookery.json.object(table) end
---@param text string
---@return any
function rookery.json.decode(text) end
