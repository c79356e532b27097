#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <list>

namespace rookery::async {

/// Wakes coroutines of the same thread that wait for something to change. Carries no state: wait in
/// a loop over the condition. Must outlive its waiters.
class Signal {
  public:
    explicit Signal(Executor executor) : executor_(std::move(executor)) {}
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    /// Returns after the next notify that reaches this waiter.
    [[nodiscard]] Task<> wait();
    /// The same with a deadline; false when it passed.
    [[nodiscard]] Task<bool> wait_until(SteadyTime deadline);

    void notify_one();
    void notify_all();

  private:
    struct Waiter {
        boost::asio::steady_timer timer;
        bool notified = false;
    };

    Executor executor_;
    std::list<Waiter> waiters_;  ///< oldest first; notified ones until they have resumed
};

/// Returns after `duration`.
[[nodiscard]] Task<> sleep_for(Millis duration);

}  // namespace rookery::async
