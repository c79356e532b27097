#pragma once

#include <chrono>

namespace rookery {

using Millis = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

/// Where time comes from. Code that decides by time takes a Clock (or a `now` argument), so that
/// tests can turn it by hand (tests/support/fake_clock.hpp). Any thread.
class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    [[nodiscard]] virtual SteadyTime now() const = 0;  ///< monotonic, for intervals and deadlines
    [[nodiscard]] virtual WallTime wall()
        const = 0;  ///< calendar time, for what is shown or stored
};

/// The machine's clocks.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] SteadyTime now() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace rookery
