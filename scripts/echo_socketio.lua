-- An echo service over Socket.IO: whatever a client sends to the namespace /echo comes back, binary data too, and an
-- acknowledgement, where the client asks for one, carries the same.
local rookery = require "rookery"

local echo = rookery.server.namespace("/echo", { auth = "none" })

echo:on_any(function(socket, event, ...)
    socket:emit(event, ...)
    return ...
end)
