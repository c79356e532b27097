#pragma once

#include "model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rookery::script {

/// Names an event that a script can reach. Of an earlier generation: the event is gone.
struct EventRef {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
};

/// The events that a Lua state can still reach: held here and not in the state, so that they go at
/// once with it even when it was stopped in the middle. An event stays while it is in flight or a
/// view of it lives. One thread.
class EventSlots {
  public:
    /// A new entry with one holder.
    [[nodiscard]] EventRef add(model::EventPtr event);
    void hold(EventRef ref);
    void release(EventRef ref);

    /// Null when the event is gone.
    [[nodiscard]] const model::Event* get(EventRef ref) const noexcept;

    /// The event is no longer in flight: from now on what is left holds memory that Lua's collector
    /// does not see.
    void end_flight(EventRef ref);
    /// Bytes of such events.
    [[nodiscard]] std::size_t retained() const noexcept { return retained_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    void clear();

  private:
    struct Slot {
        model::EventPtr event;
        std::uint32_t generation = 1;
        std::uint32_t holders = 0;
        bool landed = false;
    };

    [[nodiscard]] Slot* find(EventRef ref) noexcept;

    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    std::size_t retained_ = 0;
    std::size_t size_ = 0;
};

}  // namespace rookery::script
