#include "protocol/discord/identify_queue.hpp"

#include <algorithm>
#include <utility>

namespace rookery::protocol::discord {

IdentifyQueue::Ticket IdentifyQueue::enter(std::uint32_t shard) {
    places_.emplace(++last_, shard);
    return last_;
}

void IdentifyQueue::leave(Ticket ticket) { places_.erase(ticket); }

void IdentifyQueue::sent(Ticket ticket, SteadyTime now, WallTime wall) {
    const auto place = places_.find(ticket);
    if (place != places_.end()) {
        ledger_.record(place->second, now, wall);
        places_.erase(place);
    }
}

void IdentifyQueue::set_budget(const IdentifyLedger::Budget& budget, SteadyTime now) {
    max_concurrency_ = std::max(1U, budget.max_concurrency);
    ledger_.set_budget(budget, now);
}

/// Of those of its key: the lowest shard; of equal ones (two bots with one token) the oldest.
bool IdentifyQueue::first(Ticket ticket, std::uint32_t shard) const {
    return std::none_of(places_.begin(), places_.end(), [&](const auto& other) {
        return other.second % max_concurrency_ == shard % max_concurrency_ &&
               std::pair(other.second, other.first) < std::pair(shard, ticket);
    });
}

IdentifyQueue::Turn IdentifyQueue::turn(Ticket ticket, SteadyTime now, WallTime wall) {
    const auto place = places_.find(ticket);
    if (place == places_.end()) {
        return {Turn::Kind::gone, {}, {}};
    }
    if (!first(ticket, place->second)) {
        return {};
    }
    auto verdict = ledger_.check(place->second, now, wall);
    if (verdict.over_budget) {
        return {Turn::Kind::refused, verdict.wait, std::move(verdict.reason)};
    }
    return {verdict.wait > Millis{0} ? Turn::Kind::wait : Turn::Kind::go, verdict.wait, {}};
}

}  // namespace rookery::protocol::discord
