#include "hostapi/rest_budget.hpp"

#include <algorithm>

namespace rookery::hostapi {
namespace {

using Nanos = std::chrono::nanoseconds;

Nanos interval_of(const RestRate& rate) { return Nanos(rate.per) / rate.count; }

}  // namespace

void RestBudget::set_rates(RestRate all, RestRate guild) {
    const std::scoped_lock lock(mutex_);
    all_ = all;
    guild_ = guild;
}

/// A bucket of `count` has room as long as it is less than `per` minus one interval from full.
std::optional<SteadyTime> RestBudget::wait_of(const RestRate& rate, Full full, SteadyTime now) {
    if (rate.count == 0) {
        return std::nullopt;
    }
    const SteadyTime room = full - (Nanos(rate.per) - interval_of(rate));
    return room > now ? std::optional(room) : std::nullopt;
}

void RestBudget::use(const RestRate& rate, Full& full, SteadyTime now) {
    if (rate.count != 0) {
        full = std::max(full, now) + interval_of(rate);
    }
}

RestBudget::Full& RestBudget::guild_of(std::uint64_t id) {
    if (const auto known = by_id_.find(id); known != by_id_.end()) {
        guilds_.splice(guilds_.begin(), guilds_, known->second);
        return guilds_.front().full;
    }
    if (guilds_.size() >= kMostGuilds) {
        by_id_.erase(guilds_.back().id);
        guilds_.pop_back();
    }
    guilds_.push_front({id, {}});
    by_id_.emplace(id, guilds_.begin());
    return guilds_.front().full;
}

std::optional<SteadyTime> RestBudget::take(std::uint64_t guild, SteadyTime now) {
    const std::scoped_lock lock(mutex_);
    Full* const of_guild = guild != 0 && guild_.count != 0 ? &guild_of(guild) : nullptr;
    const auto all = wait_of(all_, full_, now);
    const auto one = of_guild != nullptr ? wait_of(guild_, *of_guild, now) : std::nullopt;
    if (all || one) {
        return std::max(all.value_or(now), one.value_or(now));
    }
    use(all_, full_, now);
    if (of_guild != nullptr) {
        use(guild_, *of_guild, now);
    }
    return std::nullopt;
}

}  // namespace rookery::hostapi
