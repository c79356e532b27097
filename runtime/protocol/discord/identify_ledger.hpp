#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rookery::protocol::discord {

/// Counts a bot's identifies, since spending the daily budget gets the token reset. Keeps 24 hours
/// of them (storable, so that a crash loop over restarts is seen too), refuses at a share of the
/// budget, and spaces identifies of one key (`shard_id % max_concurrency`). No I/O, no clock: one
/// thread.
class IdentifyLedger {
  public:
    struct Options {
        double share = 0.8;  ///< of the budget that may be spent in 24 h, in (0, 1]
        Millis spacing{
            5'250};  ///< between identifies of one key; arrival counts there, so some slack
    };
    /// `session_start_limit` of GET /gateway/bot.
    struct Budget {
        std::uint32_t total = 1000;
        std::uint32_t remaining = 1000;
        Millis reset_after{0};
        std::uint32_t max_concurrency = 1;
    };
    struct Verdict {
        Millis wait{0};            ///< 0: identify now; else ask again after this
        bool over_budget = false;  ///< the wait is for the budget, not for the spacing
        std::string reason;        ///< one line for the log when over_budget
    };

    IdentifyLedger() : IdentifyLedger(Options{}, {}) {}
    /// `history`: times() of an earlier run; entries from the future count as made now.
    IdentifyLedger(Options options, std::vector<WallTime> history);

    /// Fresh numbers from the platform at `now`.
    void set_budget(const Budget& budget, SteadyTime now);

    /// May shard `shard_id` identify now?
    [[nodiscard]] Verdict check(std::uint32_t shard_id, SteadyTime now, WallTime wall);

    /// Op 2 is being sent. To be stored before it leaves.
    void record(std::uint32_t shard_id, SteadyTime now, WallTime wall);

    /// Identifies of the 24 hours before `wall`.
    [[nodiscard]] std::size_t used(WallTime wall);

    /// How many more check() allows in this window, the spacing aside.
    [[nodiscard]] std::size_t left(WallTime wall);

    /// What to store: the times of the last 24 hours, ascending.
    [[nodiscard]] std::vector<WallTime> times() const { return {times_.begin(), times_.end()}; }

  private:
    void expire(WallTime wall);
    [[nodiscard]] std::size_t allowed() const noexcept;
    [[nodiscard]] Verdict refuse(std::size_t used, Millis wait) const;

    Options options_;
    Budget budget_;
    SteadyTime budget_resets_{};
    std::deque<WallTime> times_;
    std::map<std::uint32_t, SteadyTime> last_by_key_;
};

}  // namespace rookery::protocol::discord
