#include "async/backoff.hpp"

#include <algorithm>
#include <random>

namespace rookery::async {

Random system_random() {
    return [engine = std::minstd_rand(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
    };
}

Backoff::Backoff(Limits limits, Random random) : limits_(limits), random_(std::move(random)) {}

Millis Backoff::next() {
    constexpr unsigned kMostDoublings = 30;
    const auto doubled = limits_.base * (std::int64_t{1} << std::min(attempts_, kMostDoublings));
    ++attempts_;
    const auto bound = std::min(limits_.cap, doubled);
    return Millis(static_cast<Millis::rep>(static_cast<double>(bound.count()) * random_()));
}

}  // namespace rookery::async
