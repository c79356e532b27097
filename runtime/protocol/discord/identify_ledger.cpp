#include "protocol/discord/identify_ledger.hpp"

#include <algorithm>
#include <cmath>

namespace rookery::protocol::discord {
namespace {

constexpr auto kWindow = std::chrono::hours(24);
constexpr std::size_t kMaxHistory = 16384;

/// Rounded up, so that asking again after it is never too early.
template <class Duration>
Millis millis(Duration duration) {
    return std::chrono::ceil<Millis>(duration);
}

}  // namespace

IdentifyLedger::IdentifyLedger(Options options, std::vector<WallTime> history) : options_(options) {
    std::ranges::sort(history);
    const auto kept = std::min(history.size(), kMaxHistory);
    times_.assign(history.end() - static_cast<std::ptrdiff_t>(kept), history.end());
}

void IdentifyLedger::set_budget(const Budget& budget, SteadyTime now) {
    budget_ = budget;
    budget_.max_concurrency = std::max(1u, budget.max_concurrency);
    budget_resets_ = now + budget.reset_after;
}

std::size_t IdentifyLedger::allowed() const noexcept {
    return std::max<std::size_t>(
        1, static_cast<std::size_t>(std::floor(budget_.total * options_.share)));
}

IdentifyLedger::Verdict IdentifyLedger::check(std::uint32_t shard_id, SteadyTime now,
                                              WallTime wall) {
    const auto most = allowed();
    if (used(wall) >= most) {
        const auto frees = times_[times_.size() - most];
        return refuse(times_.size(), millis(frees + kWindow - wall));
    }
    // The platform's own count also knows of identifies made elsewhere with this token.
    const auto spent = budget_.total - std::min(budget_.total, budget_.remaining);
    if (spent >= most && now < budget_resets_) {
        return refuse(spent, millis(budget_resets_ - now));
    }
    const auto last = last_by_key_.find(shard_id % budget_.max_concurrency);
    if (last != last_by_key_.end() && now < last->second + options_.spacing) {
        return {millis(last->second + options_.spacing - now), false, {}};
    }
    return {};
}

IdentifyLedger::Verdict IdentifyLedger::refuse(std::size_t used, Millis wait) const {
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(wait).count();
    return {wait, true,
            "identify budget: " + std::to_string(used) + " of " + std::to_string(budget_.total) +
                " identifies of 24 hours are spent and the limit is set to " +
                std::to_string(std::lround(options_.share * 100)) + " %; next try in " +
                std::to_string(minutes) + " min (spending all of them gets the token reset)"};
}

void IdentifyLedger::record(std::uint32_t shard_id, SteadyTime now, WallTime wall) {
    expire(wall);
    times_.push_back(wall);
    if (times_.size() > kMaxHistory) {
        times_.pop_front();
    }
    budget_.remaining -= std::min(1u, budget_.remaining);
    last_by_key_[shard_id % budget_.max_concurrency] = now;
}

std::size_t IdentifyLedger::used(WallTime wall) {
    expire(wall);
    return times_.size();
}

std::size_t IdentifyLedger::left(WallTime wall) {
    // The platform's own count also knows of identifies made elsewhere with this token.
    const std::size_t spent = std::max<std::size_t>(
        used(wall), budget_.total - std::min(budget_.total, budget_.remaining));
    return allowed() - std::min(allowed(), spent);
}

void IdentifyLedger::expire(WallTime wall) {
    while (!times_.empty() && wall - times_.front() >= kWindow) {
        times_.pop_front();
    }
    // A clock that was set back must not keep entries for longer than a day from here.
    for (auto time = times_.rbegin(); time != times_.rend() && *time > wall; ++time) {
        *time = wall;
    }
}

}  // namespace rookery::protocol::discord
