#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace rookery::sim::revolt {

/// Makes ids whose text order is the order in which they were made, also within a millisecond.
class UlidSource {
  public:
    explicit UlidSource(std::uint64_t seed) : random_(seed) {}

    /// At least as late as the last one; `now` going back does not matter.
    [[nodiscard]] std::string next(WallTime now);

  private:
    std::mt19937_64 random_;
    std::uint64_t ms_ = 0;
    std::array<std::uint16_t, 5> chance_{};  ///< 80 bits, the most significant first
};

/// 26 letters of Crockford's base32 that stand for at most 128 bits.
[[nodiscard]] bool is_ulid(std::string_view text);
/// The time in such an id, in ms since 1970; 0 for another text.
[[nodiscard]] std::int64_t ulid_time(std::string_view id);

}  // namespace rookery::sim::revolt
