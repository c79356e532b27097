#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "hostapi/rest_budget.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>

namespace rookery::hostapi {

/// Requests of one extension that wait until its budget has room, in order; of a guild whose own
/// budget is used up others are not held back. One thread.
class RestLine {
  public:
    static constexpr std::size_t kMost = 1'000;

    struct Job {
        std::uint64_t guild = 0;  ///< 0: none
        SteadyTime deadline{};
        /// Called once: with nothing when it may go, else with an error of kind limit.
        std::function<void(std::optional<Error> refused)> run;
    };

    /// `wake` is told when run() is wanted; each time replaces the one before.
    RestLine(RestBudget& budget, std::function<void(SteadyTime)> wake)
        : budget_(budget), wake_(std::move(wake)) {}

    /// Runs it now, or refuses it, or keeps it until run().
    void add(Job job, SteadyTime now);
    /// Runs what may go and refuses what is too late.
    void run(SteadyTime now);
    /// Forgets what waits.
    void clear() { jobs_.clear(); }

    [[nodiscard]] std::size_t size() const noexcept { return jobs_.size(); }

  private:
    RestBudget& budget_;
    std::function<void(SteadyTime)> wake_;
    std::list<Job> jobs_;
};

}  // namespace rookery::hostapi
