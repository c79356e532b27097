#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace rookery::rest {

/// JSON from outside: lone surrogates become U+FFFD. A discarded value for what cannot be read, is
/// nested deeper than model::JsonIndex::kMaxDepth or longer than its kMaxText: what is given may be
/// copied and written by recursion. Any thread.
[[nodiscard]] nlohmann::json parse_json(std::string_view text);

}  // namespace rookery::rest
