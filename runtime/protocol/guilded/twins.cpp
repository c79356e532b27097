#include "protocol/guilded/twins.hpp"

#include <algorithm>
#include <functional>

namespace rookery::protocol::guilded {

void Twins::forget(SteadyTime now) {
    while (!order_.empty()) {
        const auto oldest = entries_.find(order_.front());
        if (oldest->second.since + kWindow > now && entries_.size() <= kMost) {
            return;
        }
        entries_.erase(oldest);
        order_.pop_front();
    }
}

bool Twins::is_repeat(std::uint32_t source, std::string_view name, std::string_view payload,
                      SteadyTime now) {
    forget(now);
    const std::hash<std::string_view> hash;
    const std::uint64_t key = hash(name) * 0x9E3779B97F4A7C15ULL ^ hash(payload);
    const auto [entry, fresh] = entries_.try_emplace(key);
    if (fresh) {
        entry->second.since = now;
        order_.push_back(key);
    }
    auto& counts = entry->second.counts;
    auto own = std::find_if(counts.begin(), counts.end(),
                            [&](const Count& count) { return count.source == source; });
    if (own == counts.end()) {
        own = counts.insert(counts.end(), {source, 0});
    }
    const std::uint32_t times = ++own->times;
    return std::any_of(counts.begin(), counts.end(), [&](const Count& count) {
        return count.source != source && count.times >= times;
    });
}

}  // namespace rookery::protocol::guilded
