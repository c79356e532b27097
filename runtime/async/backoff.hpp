#pragma once

#include "base/clock.hpp"

#include <functional>

namespace rookery::async {

/// Gives numbers in [0, 1). Any source: tests inject their own.
using Random = std::function<double()>;

/// Seeded from the machine; belongs to one thread.
[[nodiscard]] Random system_random();

/// Waiting times between attempts: full jitter, a number between 0 and min(cap, base * 2^n) for the
/// n-th attempt. Not thread-safe.
class Backoff {
  public:
    struct Limits {
        Millis base{1'000};
        Millis cap{60'000};
    };

    Backoff(Limits limits, Random random);

    /// How long to wait before the next attempt; counts it.
    [[nodiscard]] Millis next();
    void reset() noexcept { attempts_ = 0; }
    [[nodiscard]] unsigned attempts() const noexcept { return attempts_; }

  private:
    Limits limits_;
    Random random_;
    unsigned attempts_ = 0;
};

}  // namespace rookery::async
