#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::net {

/// An absolute URL of one of the four schemes that Rookery speaks.
struct Url {
    std::string scheme;      ///< "http", "https", "ws" or "wss"
    std::string host;        ///< lower case; an IPv6 address without its brackets
    std::uint16_t port = 0;  ///< never 0 in a parsed URL
    std::string target;      ///< path and query as sent in a request line; begins with '/'

    [[nodiscard]] bool secure() const noexcept { return scheme == "https" || scheme == "wss"; }
    /// "host", "host:8080", "[::1]:8080": the value of a Host header.
    [[nodiscard]] std::string authority() const;
    /// "wss://host:port", for messages and as the key of a connection pool.
    [[nodiscard]] std::string origin() const;
    [[nodiscard]] std::string text() const;
    bool operator==(const Url&) const = default;
};

/// Error invalid with the reason: unknown scheme, no host, bad port, user info, fragment, control
/// characters or spaces, more than 2048 bytes.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

/// `text` with everything but unreserved characters percent-encoded, for one path segment or query
/// value.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace rookery::net
