#include "base/virtual_time.hpp"

#include <utility>

namespace rookery {

void VirtualTime::add(std::weak_ptr<Sleeper> sleeper) {
    const std::scoped_lock lock(mutex_);
    sleepers_.push_back(std::move(sleeper));
}

std::vector<std::shared_ptr<VirtualTime::Sleeper>> VirtualTime::sleepers() const {
    std::vector<std::shared_ptr<Sleeper>> alive;
    const std::scoped_lock lock(mutex_);
    std::erase_if(sleepers_, [](const auto& sleeper) { return sleeper.expired(); });
    for (const auto& weak : sleepers_) {
        if (auto sleeper = weak.lock()) {
            alive.push_back(std::move(sleeper));
        }
    }
    return alive;
}

void VirtualTime::turn_to(SteadyTime moment) {
    if (moment <= now()) {
        return;
    }
    passed_.store(moment.time_since_epoch().count(), std::memory_order_release);
    for (const auto& sleeper : sleepers()) {
        sleeper->time_turned();
    }
}

std::optional<SteadyTime> VirtualTime::next_due() const {
    std::optional<SteadyTime> first;
    for (const auto& sleeper : sleepers()) {
        const auto due = sleeper->next_due();
        if (due && (!first || *due < *first)) {
            first = due;
        }
    }
    return first;
}

}  // namespace rookery
