#pragma once

#include "base/clock.hpp"
#include "bus/intercept_stage.hpp"
#include "bus/interest.hpp"
#include "bus/lane.hpp"
#include "model/event.hpp"
#include "model/event_names.hpp"
#include "model/ports.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace rookery::bus {

/// Routes events from links to lanes. Subscribing is by (lane, type); a lane takes part only while
/// it is attached, and one lane can take another's place in one step. Any thread.
class EventBus {
  public:
    explicit EventBus(InterceptStage::Options options = {}, const Clock& clock = system_clock());

    /// Counted: the same pair may be subscribed more than once, and goes with the last unsubscribe.
    void subscribe(const std::shared_ptr<Lane>& lane, model::EventType type);
    void unsubscribe(const std::shared_ptr<Lane>& lane, model::EventType type);

    /// The lane's owner decides on events of that type before others get them. `tag` names the
    /// interception, uniquely for the lane: it is told to whoever takes the event from the lane. A
    /// lane of interceptions has a slot of its own and no subscriptions.
    void intercept(const std::shared_ptr<Lane>& lane, model::EventType type, std::int32_t priority,
                   std::uint64_t tag);
    void end_intercept(const std::shared_ptr<Lane>& lane, std::uint64_t tag);

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

    /// True while a lane with the policy `block`, or the stage of the interceptors, is full.
    [[nodiscard]] bool congested() const;

    /// Where events wait for interceptors.
    [[nodiscard]] InterceptStage& stage() noexcept { return stage_; }
    [[nodiscard]] const InterceptStage& stage() const noexcept { return stage_; }

  private:
    struct Interception {
        model::EventType type;
        std::int32_t priority;
        std::uint64_t tag;
    };
    struct Member {
        std::shared_ptr<Lane> lane;
        bool attached = false;
        std::map<model::EventType, unsigned> types;
        std::vector<Interception> intercepts;  ///< in order of registration
    };

    static const Clock& system_clock();
    Member& member(const std::shared_ptr<Lane>& lane);
    void rebuild();
    static void add_steps(Interest::Entry& entry, const Member& known, model::EventType type);

    mutable std::mutex mutex_;
    std::vector<Member> members_;
    std::map<model::EventType, std::shared_ptr<const Interest::Tap>> taps_;
    std::shared_ptr<const Interest> interest_;
    std::atomic<std::uint64_t> version_{0};
    InterceptStage stage_;
};

/// One link's way onto the bus: collects the events of one loop turn and pushes them lane by lane,
/// or hands them to the interceptors' stage. Belongs to one thread.
class Publisher {
  public:
    explicit Publisher(EventBus& bus);

    /// The interest that this turn's events are routed by.
    [[nodiscard]] const Interest& interest() const noexcept { return *interest_; }

    /// For the lanes of the event's type whose slot is in `slots`, and its observers.
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
    void add(const std::shared_ptr<Lane>& lane, const model::EventPtr& event);

    std::vector<Batch> batches_;
    std::vector<InterceptStage::Item> staged_;  ///< for the stage, later than all of batches_
};

}  // namespace rookery::bus
