#pragma once

#include "bus/lane.hpp"
#include "model/event.hpp"
#include "model/event_names.hpp"
#include "model/ports.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace rookery::bus {

/// Who wants what, at one moment. Immutable: a publisher walks it without a lock while the bus
/// prepares the next one.
class Interest {
  public:
    /// Sees an event that is about to be handed to those lanes.
    using Tap = std::function<void(const model::Event& event, std::span<const Lane* const> lanes)>;

    struct Entry {
        model::SlotMask slots;                     ///< union of the lanes' slots
        std::vector<std::shared_ptr<Lane>> lanes;  ///< in order of attachment
        std::shared_ptr<const Tap> tap;            ///< mostly null
    };

    /// Subscribers of that type, those of "*" included; null when there are none.
    [[nodiscard]] const Entry* of(model::EventType type) const noexcept {
        const auto index = static_cast<std::size_t>(type);
        const Entry& entry = index < by_type_.size() ? by_type_[index] : any_;
        return entry.lanes.empty() ? nullptr : &entry;
    }

    /// The types that somebody asked for by name.
    [[nodiscard]] const std::vector<model::EventType>& types() const noexcept { return types_; }
    [[nodiscard]] bool wants_any() const noexcept { return !any_.lanes.empty(); }

  private:
    friend class EventBus;
    std::vector<Entry> by_type_;
    Entry any_;
    std::vector<model::EventType> types_;
};

/// Routes events from links to lanes. Subscribing is by (lane, type); a lane takes part only while
/// it is attached, and one lane can take another's place in one step. Any thread.
class EventBus {
  public:
    EventBus();

    /// Counted: the same pair may be subscribed more than once, and goes with the last unsubscribe.
    void subscribe(const std::shared_ptr<Lane>& lane, model::EventType type);
    void unsubscribe(const std::shared_ptr<Lane>& lane, model::EventType type);

    void attach(const std::shared_ptr<Lane>& lane);
    void detach(const std::shared_ptr<Lane>& lane);

    /// `next` takes the place of `old` for every event published from now on, and gets what waits
    /// in `old`. Returns how many events moved.
    std::size_t replace(const std::shared_ptr<Lane>& old, const std::shared_ptr<Lane>& next);

    /// `tap` is called, on the publisher's thread, for each event of the type that somebody gets;
    /// it is no interest of its own. One for each type.
    void tap(model::EventType type, Interest::Tap tap);

    /// Forgets the lane and its subscriptions.
    void remove(const std::shared_ptr<Lane>& lane);

    [[nodiscard]] std::shared_ptr<const Interest> interest() const;
    /// Grows by one with each change of interest(); cheap to poll.
    [[nodiscard]] std::uint64_t version() const noexcept {
        return version_.load(std::memory_order_acquire);
    }

    /// The names of the lanes that want that type by name; for messages to users.
    [[nodiscard]] std::vector<std::string> who_wants(model::EventType type) const;

    /// True while a lane with the policy `block` is full.
    [[nodiscard]] bool congested() const;

  private:
    struct Member {
        std::shared_ptr<Lane> lane;
        bool attached = false;
        std::map<model::EventType, unsigned> types;
    };

    Member& member(const std::shared_ptr<Lane>& lane);
    void rebuild();

    mutable std::mutex mutex_;
    std::vector<Member> members_;
    std::map<model::EventType, std::shared_ptr<const Interest::Tap>> taps_;
    std::shared_ptr<const Interest> interest_;
    std::atomic<std::uint64_t> version_{0};
};

/// One link's way onto the bus: collects the events of one loop turn and pushes them lane by lane.
/// Belongs to one thread.
class Publisher {
  public:
    explicit Publisher(EventBus& bus);

    /// The interest that this turn's events are routed by.
    [[nodiscard]] const Interest& interest() const noexcept { return *interest_; }

    /// For the lanes of the event's type whose slot is in `slots`.
    void publish(const model::EventPtr& event, const model::SlotMask& slots);

    /// Takes up the newest interest. Call at the start of each turn, when nothing waits to be
    /// flushed.
    void begin();

    /// Hands the turn's events over. Call at the end of each turn.
    void flush();

  private:
    struct Batch {
        std::shared_ptr<Lane> lane;
        std::vector<model::EventPtr> events;
    };

    EventBus& bus_;
    std::shared_ptr<const Interest> interest_;
    std::uint64_t version_ = 0;
    std::vector<Batch> batches_;
};

}  // namespace rookery::bus
