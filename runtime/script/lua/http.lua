-- Asking other services.
local _, host = ...
local error, next, setmetatable, type = error, next, setmetatable, type
local result, decode, encode = host.result, host.json_decode, host.json_encode

local http = {}

local methods = {}
function methods.json(answer) return decode(answer.body) end
local answers = { __index = methods, __metatable = false }

local function has_header(headers, wanted)
    for name in next, headers do
        if type(name) == "string" and name:lower() == wanted then return true end
    end
end

-- A copy: what the caller gave stays as it is.
local function complete(options)
    local request = {}
    for key, value in next, options do request[key] = value end
    if request.json ~= nil then
        request.body, request.json = encode(request.json), nil
        local headers = {}
        for name, value in next, request.headers or {} do headers[name] = value end
        if not has_header(headers, "content-type") then headers["Content-Type"] = "application/json" end
        request.headers = headers
    end
    return request
end

function http.request(options)
    if type(options) ~= "table" then
        error("rookery.http.request: expected a table of options, got " .. type(options), 2)
    end
    host.begin_http(complete(options))
    local answer, message, kind = result()
    if not answer then return nil, message, kind end
    return setmetatable(answer, answers)
end

local function verb(name, method)
    http[name] = function(url, options)
        if type(url) ~= "string" then
            error("rookery.http." .. name .. ": url must be a string, got " .. type(url), 2)
        end
        if type(options) == "string" then options = { body = options } end
        local request = {}
        for key, value in next, options or {} do request[key] = value end
        request.url, request.method = url, method
        return http.request(request)
    end
end
verb("get", "GET")
verb("post", "POST")

return { http = http }
