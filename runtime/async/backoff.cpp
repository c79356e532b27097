#include "async/backoff.hpp"

#include "async/at_once.hpp"

#include <algorithm>
#include <atomic>
#include <random>

namespace rookery::async {
namespace {

std::atomic<bool> at_once{false};

}  // namespace

void try_again_at_once() noexcept { at_once = true; }

Random system_random() {
    return [engine = std::minstd_rand(std::random_device{}())]() mutable {
        if (at_once.load(std::memory_order_relaxed)) {
            return 0.0;
        }
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
