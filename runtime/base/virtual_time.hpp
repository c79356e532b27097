#pragma once

#include "base/clock.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace rookery {

/// Time that stands still until somebody turns it, for tests of extensions: what they see of time
/// is this, while sockets, heartbeats and requests live by the machine's. Knows who waits for a
/// moment of it. Any thread.
class VirtualTime final : public Clock {
  public:
    /// Somebody whose timers are due by this clock. Any thread, each of them.
    class Sleeper {
      public:
        Sleeper() = default;
        Sleeper(const Sleeper&) = delete;
        Sleeper& operator=(const Sleeper&) = delete;
        virtual ~Sleeper() = default;

        /// What it is doing, for people; empty while it waits for a later moment or for others.
        [[nodiscard]] virtual std::string busy() const = 0;
        /// Has grown whenever it did something.
        [[nodiscard]] virtual std::uint64_t activity() const = 0;
        /// The next moment at which it has something to do.
        [[nodiscard]] virtual std::optional<SteadyTime> next_due() const = 0;
        /// The time is another one now.
        virtual void time_turned() = 0;
    };

    /// Begins at that moment of the calendar.
    explicit VirtualTime(WallTime start) : start_(start) {}

    [[nodiscard]] SteadyTime now() const override { return SteadyTime{} + passed(); }
    [[nodiscard]] WallTime wall() const override {
        return start_ + std::chrono::duration_cast<WallTime::duration>(passed());
    }
    /// What has been turned so far.
    [[nodiscard]] SteadyTime::duration passed() const noexcept {
        return SteadyTime::duration(passed_.load(std::memory_order_acquire));
    }

    /// Is asked and told until it is gone.
    void add(std::weak_ptr<Sleeper> sleeper);
    /// Forwards only, and tells the sleepers.
    void turn_to(SteadyTime moment);
    /// The first moment at which a sleeper has something to do.
    [[nodiscard]] std::optional<SteadyTime> next_due() const;
    [[nodiscard]] std::vector<std::shared_ptr<Sleeper>> sleepers() const;

  private:
    const WallTime start_;
    std::atomic<SteadyTime::rep> passed_{0};
    mutable std::mutex mutex_;
    mutable std::vector<std::weak_ptr<Sleeper>> sleepers_;
};

}  // namespace rookery
