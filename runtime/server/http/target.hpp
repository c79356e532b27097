#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::server {

/// A request's target, taken apart.
struct Target {
    std::string path;                   ///< decoded
    std::vector<std::string> segments;  ///< split before decoding; a trailing slash adds none
    std::vector<std::pair<std::string, std::string>> query;
};

/// Of "/path?query", or of the absolute form. Error invalid: another form; a percent sign without
/// two hexadecimal digits; text that is not UTF-8 once decoded, or has control characters; a
/// segment
/// "." or "..", however it is written.
[[nodiscard]] Result<Target> parse_target(std::string_view text);

/// The fields of "a=1&b=x%20y+z"; errors as above.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> parse_query(
    std::string_view text);

}  // namespace rookery::server
