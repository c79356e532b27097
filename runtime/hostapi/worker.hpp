#pragma once

#include "base/clock.hpp"
#include "base/virtual_time.hpp"
#include "bus/lane.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rookery::hostapi {

using TimerId = std::uint64_t;

/// The thread of one extension instance: runs posted tasks, due timers and the events of its lane,
/// one at a time, so that an extension never needs a lock and one that blocks costs only itself.
///
/// Shared: the thread holds a reference, so that a hung one can be abandoned without leaving it
/// dangling.
class Worker final : public VirtualTime::Sleeper, public std::enable_shared_from_this<Worker> {
  public:
    using Task = std::function<void()>;
    using EventTask = std::function<void(model::EventPtr)>;

    /// `name` is shown by the system's tools (cut to 15 characters). Timers are due by `time`,
    /// which outlives the worker; null: by the machine's clock.
    static std::shared_ptr<Worker> start(std::string name, VirtualTime* time = nullptr);
    ~Worker() override;

    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Runs `task` on the worker's thread, in order of posting. Any thread. False after stop().
    bool post(Task task);

    /// Runs `task` on the thread and waits for it until `deadline`; false when that passed (the
    /// task may still run later: it must own what it touches) or the worker has stopped. Not from
    /// the worker.
    bool run(Task task, Millis deadline);

    /// Timers: worker thread only. `after` fires once.
    TimerId after(Millis delay, Task task);
    bool cancel(TimerId id);
    /// The clock of the timers. Any thread.
    [[nodiscard]] SteadyTime now() const {
        return time_ == nullptr ? std::chrono::steady_clock::now() : time_->now();
    }
    [[nodiscard]] WallTime wall() const {
        return time_ == nullptr ? std::chrono::system_clock::now() : time_->wall();
    }
    /// Whether that clock is turned by hand: then nobody sets it while a timer waits.
    [[nodiscard]] bool is_virtual() const noexcept { return time_ != nullptr; }

    /// Feeds the lane's events to `handler`, unless held. Any thread.
    void serve(std::shared_ptr<bus::Lane> lane, EventTask handler) {
        serve(Feed::usual, std::move(lane), std::move(handler));
    }
    /// The same for a second lane, whose events go before those of the first.
    void serve_first(std::shared_ptr<bus::Lane> lane, EventTask handler) {
        serve(Feed::urgent, std::move(lane), std::move(handler));
    }
    /// While held, the lanes' events wait; tasks and timers go on. A worker starts held.
    void hold();
    void release();

    /// Asks the thread to end after the task at hand; nothing else runs. Any thread.
    void stop();
    /// Waits for the end; false when it did not come in time. Then abandon() lets the thread go.
    bool join(Millis deadline);
    void abandon();

    [[nodiscard]] bool on_thread() const noexcept;
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Worker thread: when the event at hand was begun; and, at its end, what time it is, so that
    /// the next one need not look at the clock.
    [[nodiscard]] SteadyTime moment() const noexcept { return moment_; }
    void set_moment(SteadyTime moment) noexcept { moment_ = moment; }
    /// Processor time that the thread has used; zero once it has ended. Any thread.
    [[nodiscard]] std::chrono::microseconds cpu_time() const noexcept;
    /// How long the task or handler at hand has been running; zero when idle. Any thread.
    [[nodiscard]] Millis busy_for() const noexcept;

    /// VirtualTime::Sleeper. An ended worker does nothing.
    [[nodiscard]] std::string busy() const override;
    [[nodiscard]] std::uint64_t activity() const override;
    [[nodiscard]] std::optional<SteadyTime> next_due() const override;
    void time_turned() override;

  private:
    enum class Feed : std::uint8_t { urgent, usual };
    struct Source {
        std::shared_ptr<bus::Lane> lane;
        EventTask handler;
        std::atomic<bool> ready{false};  ///< there may be events
    };

    Worker(std::string name, VirtualTime* time);
    void loop();
    void rest(std::unique_lock<std::mutex>& lock);
    void serve(Feed feed, std::shared_ptr<bus::Lane> lane, EventTask handler);
    [[nodiscard]] const Source* ready_source() const;
    void take_from(Source& source, std::vector<model::EventPtr>& events,
                   std::unique_lock<std::mutex>& lock);
    bool run_due(std::unique_lock<std::mutex>& lock);
    void run_one(const Task& task);
    void wake(Feed feed);

    const std::string name_;
    VirtualTime* const time_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;  ///< for the thread: there may be something to do
    std::condition_variable over_;     ///< for join(): the thread has ended
    std::vector<Task> tasks_;
    std::array<Source, 2> sources_;  ///< by Feed; a lane, once there, stays
    bool urgent_last_ = false;       ///< worker thread only
    std::atomic<bool> held_{true};
    std::atomic<bool> stopping_{false};
    bool ended_ = false;
    bool resting_ = false;     ///< the thread waits for something to do
    std::uint64_t rests_ = 0;  ///< how often it has
    // Of the worker thread, and of others while it rests: what is due when, and when each is due.
    std::map<std::pair<SteadyTime, TimerId>, Task> timers_;
    std::unordered_map<TimerId, SteadyTime> due_;
    TimerId next_timer_ = 1;
    std::atomic<std::int64_t> busy_since_{0};
    SteadyTime moment_{};  ///< worker thread only
    std::atomic<int> cpu_clock_{0};
    std::atomic<bool> has_cpu_clock_{false};
    std::thread thread_;
};

}  // namespace rookery::hostapi
