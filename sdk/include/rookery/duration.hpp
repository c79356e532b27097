#pragma once

// The durations alone: all of <chrono> takes as long to compile as the rest of the SDK's headers.
#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif

#include <cstdint>

namespace rookery::detail {

/// Rounded up, so that nothing is ever too early; a negative duration is none.
template <class Duration>
[[nodiscard]] std::uint64_t millis_of(Duration duration) noexcept {
    const auto millis = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    return millis > 0 ? static_cast<std::uint64_t>(millis) : 0;
}

}  // namespace rookery::detail
