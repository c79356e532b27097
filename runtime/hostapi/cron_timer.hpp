#pragma once

#include "base/clock.hpp"
#include "hostapi/cron.hpp"

namespace rookery::hostapi {

/// A cron on its way, for whoever has timers. Moments are of the calendar's clock, which somebody
/// may set while it waits: hence the short sleeps.
class CronTimer {
  public:
    static constexpr Millis kLongestSleep{60'000};

    /// Error invalid when it would never happen.
    [[nodiscard]] static Result<CronTimer> start(Cron cron, Millis now);

    /// How long until due() is to be asked again; `longest` where nobody can set the clock.
    [[nodiscard]] Millis sleep(Millis now, Millis longest = kLongestSleep) const noexcept;
    static constexpr Millis kNobodySetsTheClock{std::chrono::hours{24 * 366}};
    /// Whether its time has come; it then waits for the next one. What was missed meanwhile is not
    /// made up for.
    [[nodiscard]] bool due(Millis now);
    /// It will not happen again.
    [[nodiscard]] bool over() const noexcept { return !next_; }

    /// Since 1970.
    [[nodiscard]] static Millis moment(WallTime time) {
        return std::chrono::duration_cast<Millis>(time.time_since_epoch());
    }

  private:
    CronTimer(Cron cron, std::int64_t next) : cron_(std::move(cron)), next_(next) {}

    Cron cron_;
    std::optional<std::int64_t> next_;  ///< seconds since 1970
};

}  // namespace rookery::hostapi
