#pragma once

#include "base/clock.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::sim::discord {

using Id = std::uint64_t;

/// First millisecond of the platform's ids (2015-01-01).
inline constexpr std::int64_t kEpochMs = 1'420'070'400'000;

/// Makes ids that grow with the wall clock and never repeat.
class SnowflakeSource {
  public:
    Id next(WallTime now) {
        const auto ms = static_cast<Id>(now.time_since_epoch() / Millis{1} - kEpochMs);
        const Id base = ms << 22U;
        last_ = base > last_ ? base : last_ + 1;
        return last_;
    }

  private:
    Id last_ = 0;
};

/// A decimal id of 1 to 20 digits, or nothing.
inline std::optional<Id> parse_id(std::string_view text) {
    Id id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return id;
}

inline std::string id_text(Id id) { return std::to_string(id); }

/// "2024-05-01T12:00:00.123000+00:00".
std::string iso_time(WallTime time);

}  // namespace rookery::sim::discord
