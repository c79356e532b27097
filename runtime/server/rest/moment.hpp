#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::server::rest {

/// YYYY-MM-DDTHH:mm:ss.sssZ of milliseconds since 1970, not negative.
[[nodiscard]] std::string iso_time(std::int64_t millis);

/// Whether a text begins as YYYY-MM-DDTHH:mm does.
[[nodiscard]] bool looks_like_time(std::string_view text) noexcept;

}  // namespace rookery::server::rest
