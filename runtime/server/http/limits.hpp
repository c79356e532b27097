#pragma once

#include "base/clock.hpp"

#include <cstddef>

namespace rookery::server {

/// What a peer may take of the server, and for how long.
struct Limits {
    std::size_t head_bytes = std::size_t{16} << 10U;  ///< request line and fields
    std::size_t head_fields = 64;
    std::size_t target_bytes = std::size_t{8} << 10U;
    /// Of requests that come before the one at hand is answered.
    std::size_t pipelined_bytes = std::size_t{16} << 10U;
    Millis handshake{10'000};          ///< TLS
    Millis head{10'000};               ///< from its first byte, or from the connection's start
    Millis idle{65'000};               ///< between two requests
    Millis grace{20'000};              ///< for a body either way, on top of what `least_rate` gives
    std::size_t least_rate = 500;      ///< bytes a second
    Millis linger{2'000};              ///< for a refused request's rest, so that its answer arrives
    std::size_t connections = 12'000;  ///< at once, those after an upgrade left aside
    std::size_t connections_per_address = 1'500;
};

}  // namespace rookery::server
