#pragma once

#include "base/clock.hpp"
#include "bus/interest.hpp"
#include "bus/lane.hpp"
#include "model/event.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rookery::bus {

class EventBus;

/// Counters of one interceptor, since it first intercepted.
struct InterceptStats {
    std::uint64_t given = 0;      ///< times an event was put before it
    std::uint64_t stopped = 0;    ///< events that it stopped
    std::uint64_t timed_out = 0;  ///< events that went on without its decision
    std::uint64_t skipped = 0;    ///< events that were not put before it, because it was hanging
    std::size_t waiting = 0;      ///< events that wait for it at this moment
};

/// Where events wait while interceptors decide, in front of the lanes of everybody else.
///
/// An event visits the interceptors of its type one after the other (Interest::Step's order); then
/// it goes to whoever else is to get it, or to nobody, when one has stopped it. Of the events with
/// the same key (a bot's channel, else its guild, else the bot itself) one is decided at a time,
/// and the others wait for it, whatever their type, so that none overtakes another; events of other
/// keys go on. An interceptor that does not decide in time is passed over, and left out for a
/// while.
///
/// Subscribers are known by their slots, and who they are is looked up when an event moves on: a
/// version that has been replaced meanwhile is never met. In the delivery ledger an event is
/// finished for an interceptor when it has let the event pass, before anybody behind it gets it;
/// and for a stopped event last, after all those who will not get it: killed in between, the event
/// is put before the interceptor once more, and nobody gets it twice.
///
/// Any thread.
class InterceptStage {
  public:
    struct Options {
        Millis timeout{1'000};        ///< for one decision
        std::size_t events = 10'000;  ///< beyond it full() says so
        std::size_t bytes = std::size_t{32} << 20U;
        bool own_timer = true;  ///< without it somebody calls expire()
    };
    static constexpr Millis kLongestPause{60'000};

    struct Item {
        model::EventPtr event;
        model::SlotMask slots;  ///< whoever is to get it, interceptors included
    };

    /// One visit of an event at an interceptor, as its worker got it.
    struct Visit {
        std::uint64_t tag = 0;     ///< which of its interceptions (EventBus::intercept)
        std::uint64_t number = 0;  ///< names the visit
        unsigned slot = 0;         ///< of the interceptor
    };

    /// `bus` tells who is where; both live as long.
    InterceptStage(const EventBus& bus, const Clock& clock, Options options);
    ~InterceptStage();

    InterceptStage(const InterceptStage&) = delete;
    InterceptStage& operator=(const InterceptStage&) = delete;

    void set_timeout(Millis timeout);

    /// Takes events over, in order.
    void submit(std::span<Item> items);

    /// An interceptor's worker has taken the event from its lane. Nothing when the event has gone
    /// on without it meanwhile, or belongs to another version of it.
    [[nodiscard]] std::optional<Visit> begin(const model::EventPtr& event, const Lane& lane);

    /// The interceptor has decided. A decision that comes too late changes nothing.
    enum class Decision : std::uint8_t { pass, stop };
    void decide(const model::Event& event, const Visit& visit, Decision decision);

    /// Nobody takes that lane any more: what waits for its interceptor goes on.
    void withdraw(const Lane& lane);

    /// The process ends: nothing moves any more, and what waits stays open in the ledger.
    void close();

    /// Passes over whoever has had its time; when to come again.
    std::optional<SteadyTime> expire(SteadyTime now);

    /// Events that are here.
    [[nodiscard]] std::size_t pending() const noexcept {
        return pending_.load(std::memory_order_acquire);
    }
    /// Links should read no further.
    [[nodiscard]] bool full() const noexcept;
    [[nodiscard]] InterceptStats stats(unsigned slot) const;

  private:
    struct Key {
        model::BotId bot;
        std::uint64_t id;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct Case {
        model::EventPtr event;
        model::SlotMask left;  ///< who has still to get it
        Key key{};
        std::optional<Interest::Place> at{};  ///< the step that decides, or the last that did
        unsigned slot = 0;                    ///< of that step
        std::uint64_t number = 0;             ///< of the visit
        SteadyTime since{};                   ///< given, or begun
        SteadyTime due{};                     ///< its entry in due_
        const Lane* begun_by = nullptr;       ///< the version that has it in hand
    };
    using CasePtr = std::unique_ptr<Case>;
    using Queue = std::deque<CasePtr>;
    struct Interceptor {
        InterceptStats stats;
        SteadyTime progress{};   ///< when it last began or decided something
        SteadyTime out_until{};  ///< until then nothing is put before it
        Millis pause{0};         ///< how long it was left out the last time
    };
    class Outbox;
    using Lock = std::scoped_lock<std::mutex>;

    [[nodiscard]] static Key key_of(const model::Event& event);
    void refresh();
    [[nodiscard]] const Interest::Entry* entry_of(const Case& one) const;
    [[nodiscard]] const Interest::Step* next_step(const Case& one) const;
    [[nodiscard]] const Interest::Step* this_step(const Case& one) const;
    [[nodiscard]] Case* find(const model::Event& event) const;
    void run(const Key& key, Outbox& outbox);
    [[nodiscard]] bool advance(Case& one, Outbox& outbox);
    [[nodiscard]] bool give(Case& one, const Interest::Step& step);
    void watch(Case& one, SteadyTime due);
    void take_back(Case& one);
    void leave(Case& one, unsigned slot) const;
    void release(Case& one, Outbox& outbox) const;
    void pass_by(Case& one, Outbox& outbox);
    void stop(Case& one, Outbox& outbox);
    void remove_first(Queue& queue, Outbox& outbox);
    void look_at(Case& one, SteadyTime now, Outbox& outbox);
    [[nodiscard]] std::optional<SteadyTime> expire_locked(SteadyTime now);
    void keep_time();

    const EventBus& bus_;
    const Clock& clock_;
    const Options options_;

    mutable std::mutex mutex_;
    Millis timeout_;
    std::shared_ptr<const Interest> interest_;
    std::uint64_t version_ = 0;
    std::unordered_map<Key, Queue, KeyHash> queues_;  ///< the first of each is being decided
    std::unordered_map<const model::Event*, Case*> deciding_;
    std::set<std::pair<SteadyTime, const model::Event*>> due_;  ///< looked at, at the latest
    std::unordered_map<unsigned, Interceptor> interceptors_;    ///< by slot
    std::uint64_t next_number_ = 1;
    std::atomic<std::size_t> pending_{0};
    std::atomic<std::size_t> bytes_{0};
    bool closed_ = false;

    std::condition_variable changed_;  ///< due_ has a new first entry, or the end has come
    std::thread timer_;
};

}  // namespace rookery::bus
