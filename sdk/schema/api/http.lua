-- Asking other services, over HTTP and HTTPS: the hosts that the script has been granted, in the configuration as
-- `[scripts.NAME] grant = ["http:api.example.com"]`. Calls wait; a failure is nil, message, kind. Since 1.2.

---@class rookery.http
rookery.http = {}

---@class rookery.http.Options
---@field url? string
---@field method? string "GET" unless given.
---@field headers? table<string, string>
---@field body? string
---@field json? any A body as JSON, with its content type.
---@field timeout? number Seconds, redirects included: 10 unless given, 60 at most.
---@field max_bytes? integer Of the answer's body, unpacked: 1 MiB unless given, 16 MiB at most.
---@field redirects? integer How many are followed: none unless given, 5 at most. Each must be granted.

---@class rookery.http.Answer
---@field status integer
---@field headers table<string, string> Names in lower case.
---@field body string
---@field url string That answered.
local answer

---The body as JSON; nil and the reason when it is none.
---@return any? value
---@return string? message
function answer:json() end

---An answer of any status. Failures: denied (a host that is not granted; a name that leads into a private network; a
---certificate), timeout, limit, unavailable, invalid, protocol, io.
---@param options rookery.http.Options
---@return rookery.http.Answer? answer
---@return string? message
---@return string? kind
function rookery.http.request(options) end

---@param url string
---@param options? rookery.http.Options
---@return rookery.http.Answer? answer
---@return string? message
---@return string? kind
function rookery.http.get(url, options) end

---@param url string
---@param options? rookery.http.Options|string A string is the body.
---@return rookery.http.Answer? answer
---@return string? message
---@return string? kind
function rookery.http.post(url, options) end
