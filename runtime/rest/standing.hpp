#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <deque>
#include <string_view>

namespace rookery::rest {

/// What a service holds against this address: requests that it refused within ten minutes (it
/// blocks the address at some number of them), and the block itself. One for all bots of one
/// service. Sans-IO: time is passed in and must not run backwards. Belongs to the io thread.
class Standing {
  public:
    /// Counts a refused request; warns at every 500th within the window. `what` is for the log.
    void refused(SteadyTime now, std::string_view what, unsigned status);
    [[nodiscard]] std::size_t refused_lately(SteadyTime now);

    /// The address is blocked: for `wait`, but a minute at least, and longer each time in a row.
    void blocked(SteadyTime now, Millis wait);
    /// The service answers.
    void answered() noexcept { pause_ = Millis{0}; }
    /// Nothing is sent before.
    [[nodiscard]] SteadyTime open_at() const noexcept { return open_at_; }

  private:
    std::deque<SteadyTime> refused_;
    SteadyTime open_at_{};
    Millis pause_{0};
};

}  // namespace rookery::rest
