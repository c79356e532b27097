#include "protocol/socketio/end_reason.hpp"

#include <array>

namespace rookery::protocol::socketio {

std::string_view to_string(EndReason reason) noexcept {
    constexpr std::array<std::string_view, 9> kNames{
        "transport close",
        "transport error",
        "ping timeout",
        "parse error",
        "forced close",
        "server shutting down",
        "slow consumer",
        "client namespace disconnect",
        "server namespace disconnect",
    };
    return kNames[static_cast<std::size_t>(reason)];
}

bool is_recoverable(EndReason reason) noexcept {
    switch (reason) {
        case EndReason::transport_close:
        case EndReason::transport_error:
        case EndReason::ping_timeout:
        case EndReason::forced_close:
        case EndReason::shutting_down:
        case EndReason::slow_consumer:
            return true;
        case EndReason::parse_error:
        case EndReason::client_disconnect:
        case EndReason::server_disconnect:
            return false;
    }
    return false;
}

}  // namespace rookery::protocol::socketio
