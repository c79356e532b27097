-- An echo service over bare Engine.IO, at a path of its own: what a client sends comes back, text as text, bytes as
-- bytes.
local rookery = require "rookery"

rookery.server.engine("/echo.io/", {
    on_message = function(session, data, binary)
        if binary then session:send_binary(data) else session:send(data) end
    end,
})
