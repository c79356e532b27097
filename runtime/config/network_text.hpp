#pragma once

#include "base/clock.hpp"

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The small languages of [server]: addresses, origins, ids, times. Pure; any thread.
namespace rookery::config {

struct Endpoint {
    std::string address;  ///< of numbers, without brackets
    std::uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
};

/// "127.0.0.1:3000", "[::1]:3000"; "localhost" is 127.0.0.1.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);
/// "10.0.0.7", "10.0.0.0/8", "fd00::/8".
[[nodiscard]] bool is_network(std::string_view text);
/// "https://app.example.com:8443": what a browser puts into the header Origin.
[[nodiscard]] bool is_origin(std::string_view text);

/// What parse_time() takes, as a TOML date, time or string.
[[nodiscard]] std::optional<WallTime> time_of(const toml::node& node);

}  // namespace rookery::config
