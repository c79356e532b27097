#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "bus/event_bus.hpp"
#include "gateway/bot.hpp"
#include "model/event.hpp"
#include "model/event_names.hpp"
#include "store/state_dir.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::gateway {

/// One event that an arrival becomes.
struct Becoming {
    model::EventType type{};
    std::string_view payload{};  ///< JSON; empty: the arrival's own
    std::string_view context{};  ///< JSON object of what is known beside it; empty: nothing
};

/// One thing that happened, as a platform without sequence numbers told it.
struct Arrival {
    std::string_view raw_name;  ///< "MessageUpdate"
    std::string_view payload;   ///< JSON
    /// What tells this occurrence from every other of this bot: "message:01H...". One that has been
    /// taken before, be it by an earlier run, is dropped. Empty: it cannot come twice.
    std::string_view identity{};
    /// What it becomes. Empty: what the schema names first for the raw name, or it passes through.
    std::span<const Becoming> events{};
    bool late = false;  ///< it happened while the link was down and was fetched afterwards
};

/// Counters since the start of the process.
struct IntakeCounters {
    std::uint64_t arrivals = 0;
    std::uint64_t published = 0;                                  ///< events handed to somebody
    std::array<std::uint64_t, model::kEventCount + 1> by_type{};  ///< of these; the last: raw ones
    std::uint64_t repeated = 0;     ///< arrivals that had been taken before
    std::uint64_t redelivered = 0;  ///< events repeated after a restart, from the journal
    std::uint64_t late = 0;         ///< of those published, what was fetched after a gap
    std::uint64_t malformed = 0;    ///< arrivals given up because their payload is no JSON
    std::uint64_t unclaimed = 0;    ///< open before a restart, and could not be delivered after it
    /// Deliveries still open when the journal's ring came round: they go on, but a kill would lose
    /// them.
    std::uint64_t overwritten = 0;
};

/// Turns the arrivals of one link into events, once each: numbers them, journals them (a mapped
/// ring file that survives a kill -9), enters them in the delivery ledger, and hands them to those
/// who want them. What somebody had not finished when the process ended is delivered again from the
/// journal. An arrival that nobody wants costs the look-up of its name, and its identity is kept.
///
/// Order of stores: journal, ledger, bus. Killed behind the first: the next run takes it as new.
/// io thread.
class Intake {
  public:
    /// Opens or makes the bot's files ("NAME.ledger", "NAME.journal", "NAME.cursors").
    [[nodiscard]] static Result<std::unique_ptr<Intake>> open(const model::BotInfo& bot,
                                                              bus::EventBus& bus,
                                                              const store::StateDir& state,
                                                              log::Logger log);
    virtual ~Intake() = default;
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    /// Delivers again what an earlier run left open. Once, before the first arrival, when those who
    /// want events are there.
    virtual void replay(SteadyTime now) = 0;

    /// Start and end of a loop turn: who wants what is looked up anew; the turn's events are handed
    /// over.
    virtual void begin() = 0;
    virtual void flush() = 0;

    /// Who wants what a raw event may become.
    struct Want {
        bool any = false;         ///< somebody does, with or without a slot
        std::uint32_t reads = 0;  ///< bit set of model::ContextKey that the wanted ones read
    };
    [[nodiscard]] virtual Want want(std::string_view raw_name) const = 0;
    [[nodiscard]] virtual Want want(model::EventType type) const = 0;

    /// Whether an arrival of that identity has been taken.
    [[nodiscard]] virtual bool seen(std::string_view identity) const = 0;

    /// Between begin() and flush(). Error protocol: the payload is no JSON (counted; nothing is
    /// taken).
    [[nodiscard]] virtual Result<> take(const Arrival& arrival, SteadyTime now) = 0;

    /// Short texts that outlive the process ("channel:01H..." -> "01J..."), up to 96 bytes each
    /// way: where to go on after a gap. No system call for a change; a kill -9 keeps it.
    virtual void set_cursor(std::string_view name, std::string_view value) = 0;
    [[nodiscard]] virtual std::string cursor(std::string_view name) const = 0;

    /// The number of the latest arrival that was taken.
    [[nodiscard]] virtual std::uint64_t seq() const = 0;
    [[nodiscard]] virtual std::uint64_t open_deliveries() const = 0;
    [[nodiscard]] virtual const IntakeCounters& counters() const noexcept = 0;

  protected:
    Intake() = default;
};

/// Fills in what comes of the events: seq, published, redelivered, malformed, unclaimed, open, and
/// the same in the shard (Supervisor::describe has the rest).
void describe(const Intake& intake, BotStatus& status);

/// What BotMeasures::events wants.
[[nodiscard]] std::vector<std::uint64_t> event_counts(const Intake& intake);

}  // namespace rookery::gateway
