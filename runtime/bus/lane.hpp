#pragma once

#include "bus/spill_file.hpp"
#include "model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace rookery::bus {

/// What a lane does with an event that finds it full.
enum class FullPolicy : std::uint8_t {
    spill,        ///< the payload goes to a file, in order, and comes back later (the default)
    drop_oldest,  ///< the oldest waiting event is given up and counted
    block,        ///< the links stop reading until there is room; heartbeats go on
};

[[nodiscard]] std::string_view to_string(FullPolicy policy) noexcept;

struct LaneLimits {
    std::size_t events = 65'536;
    std::size_t bytes = std::size_t{64} << 20U;
    FullPolicy policy = FullPolicy::spill;
    std::filesystem::path spill_dir;                  ///< empty: spill behaves as drop_oldest
    std::size_t spill_bytes = std::size_t{4} << 30U;  ///< beyond it the oldest is dropped
};

/// Counters since the lane was made; `queued` and `queued_bytes` are of this moment.
struct LaneStats {
    std::uint64_t received = 0;
    std::uint64_t taken = 0;
    std::uint64_t dropped = 0;
    std::uint64_t spilled = 0;
    std::size_t queued = 0;
    std::size_t queued_bytes = 0;
};

/// The bounded, ordered queue between the bus and one extension instance.
///
/// Any thread may push; one consumer takes. Events leave in the order in which they came, spilled
/// or not. When an instance is replaced, hand_over() moves what waits to the successor's lane and
/// forwards whatever a publisher still pushes here, so that no event falls between two versions.
class Lane {
  public:
    /// The slot of an observer: its lane is no business of the ledgers, which neither wait for it
    /// nor deliver to it again.
    static constexpr unsigned kNoSlot = model::kMaxSlots;

    /// `slot` names the subscriber in delivery ledgers: two versions of one extension share it.
    Lane(std::string owner, unsigned slot, LaneLimits limits);

    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    [[nodiscard]] const std::string& owner() const noexcept { return owner_; }
    [[nodiscard]] unsigned slot() const noexcept { return slot_; }
    [[nodiscard]] bool observes() const noexcept { return slot_ == kNoSlot; }
    [[nodiscard]] const LaneLimits& limits() const noexcept { return limits_; }

    /// Appends in order. An event that is given up counts as dropped and as finished for its
    /// ledger.
    void push(std::span<const model::EventPtr> events);

    /// Moves up to `max` events to the end of `out`; false when there were none.
    bool take(std::vector<model::EventPtr>& out, std::size_t max);

    /// Gives back events that were taken and not begun, in order: they are the next to be taken,
    /// here or, after a hand_over(), from the successor.
    void put_back(std::span<const model::EventPtr> events);

    /// Called, on the pushing thread and outside the lane's lock, after a push to an empty lane.
    void on_ready(std::function<void()> wake);

    /// Everything that waits goes to the front of `successor`; later pushes go to its end. Returns
    /// how many events moved. Undone by calling it the other way round.
    std::size_t hand_over(Lane& successor);

    /// Nobody will take any more: what waits, and whatever is still pushed, is dropped, counted and
    /// finished for its ledger (`finish`), or left open there to be delivered again after a
    /// restart.
    enum class Rest : std::uint8_t { finish, leave_open };
    void close(Rest rest);

    [[nodiscard]] bool full() const;
    [[nodiscard]] LaneStats stats() const;

  private:
    void append(const model::EventPtr& event);
    void prepend(std::span<const model::EventPtr> events, std::function<void()>& wake);
    void receive_first(std::span<const model::EventPtr> events);
    void refill();
    [[nodiscard]] bool over_limit(std::size_t more_bytes) const noexcept;
    void drop(const model::Event& event);

    const std::string owner_;
    const unsigned slot_;
    const LaneLimits limits_;

    mutable std::mutex mutex_;
    std::deque<model::EventPtr> queue_;
    std::size_t queue_bytes_ = 0;
    std::unique_ptr<SpillFile> spill_;  ///< holds only events later than those in queue_
    LaneStats stats_;
    std::function<void()> wake_;
    Lane* successor_ = nullptr;
    bool closed_ = false;
    Rest rest_ = Rest::finish;
};

}  // namespace rookery::bus
