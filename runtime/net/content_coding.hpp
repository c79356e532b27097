#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace rookery::net {

/// What a client that calls decode_content() may ask for.
inline constexpr std::string_view kAcceptEncoding = "gzip, deflate";

/// A body as it was before its Content-Encoding. Errors: protocol (not of that coding, cut, or of a
/// coding that nobody asked for), limit (more than `max` bytes).
[[nodiscard]] Result<std::string> decode_content(std::string_view coding, std::string body,
                                                 std::size_t max);

}  // namespace rookery::net
