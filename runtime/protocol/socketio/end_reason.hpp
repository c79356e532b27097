#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::protocol::socketio {

/// Why a session, or one namespace of it, ended.
enum class EndReason : std::uint8_t {
    transport_close,    ///< the client closed it
    transport_error,    ///< the connection broke, or was used in a wrong way
    ping_timeout,       ///< no sign of life
    parse_error,        ///< what came is against the protocol
    forced_close,       ///< by the server's code
    shutting_down,      ///< the server stops
    slow_consumer,      ///< more waited for the client than may
    client_disconnect,  ///< it left the namespace
    server_disconnect,  ///< it was sent away from the namespace
};

/// The words of the reference: "transport close", "client namespace disconnect".
[[nodiscard]] std::string_view to_string(EndReason reason) noexcept;

/// Whether a client may take up again where it was.
[[nodiscard]] bool is_recoverable(EndReason reason) noexcept;

}  // namespace rookery::protocol::socketio
