#pragma once

#include "base/clock.hpp"
#include "protocol/discord/identify_ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace rookery::protocol::discord {

/// The line of shards that want to identify with one token. Shards whose `id % max_concurrency` is
/// the same share a key and go one after the other, the lowest id first; different keys do not wait
/// for each other. Times and budget are the ledger's. No I/O, no clock: one thread.
class IdentifyQueue {
  public:
    using Ticket = std::uint64_t;  ///< never 0
    struct Turn {
        enum class Kind : std::uint8_t {
            go,       ///< identify now, then call sent() or leave()
            wait,     ///< ask again after `wait`
            behind,   ///< another is first: ask again when somebody has left
            refused,  ///< the budget is spent: for `wait`, as `reason` says
            gone,     ///< the place was given up
        };
        Kind kind = Kind::behind;
        Millis wait{0};
        std::string reason;
    };

    explicit IdentifyQueue(IdentifyLedger ledger) : ledger_(std::move(ledger)) {}

    [[nodiscard]] Ticket enter(std::uint32_t shard);
    /// Gives the place up, and with it a turn that was not used. Nothing happens when the ticket is
    /// gone.
    void leave(Ticket ticket);
    /// Op 2 of that ticket is being sent; the place is free.
    void sent(Ticket ticket, SteadyTime now, WallTime wall);
    [[nodiscard]] Turn turn(Ticket ticket, SteadyTime now, WallTime wall);

    void set_budget(const IdentifyLedger::Budget& budget, SteadyTime now);

    [[nodiscard]] IdentifyLedger& ledger() noexcept { return ledger_; }
    [[nodiscard]] std::size_t waiting() const noexcept { return places_.size(); }

  private:
    [[nodiscard]] bool first(Ticket ticket, std::uint32_t shard) const;

    IdentifyLedger ledger_;
    std::uint32_t max_concurrency_ = 1;
    Ticket last_ = 0;
    std::map<Ticket, std::uint32_t> places_;  ///< ticket -> shard
};

}  // namespace rookery::protocol::discord
