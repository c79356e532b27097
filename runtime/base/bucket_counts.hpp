#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rookery {

/// How long things took, as metrics show it: counts by fixed bounds from 10 us to 10 s, and the
/// sum. Small (168 bytes), where Histogram is exact. Any thread; recording is two relaxed
/// operations, reading while others record gives a moment's view.
class BucketCounts {
  public:
    using Duration = std::chrono::nanoseconds;

    static constexpr std::array<std::uint64_t, 19> kBounds = {
        10'000,        25'000,        50'000,        100'000,       250'000,
        500'000,       1'000'000,     2'500'000,     5'000'000,     10'000'000,
        25'000'000,    50'000'000,    100'000'000,   250'000'000,   500'000'000,
        1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};  ///< nanoseconds

    void record(Duration took) noexcept {
        const auto value =
            took.count() > 0 ? static_cast<std::uint64_t>(took.count()) : std::uint64_t{0};
        counts_[index_of(value)].fetch_add(1, std::memory_order_relaxed);
        sum_.fetch_add(value, std::memory_order_relaxed);
    }

    struct Counts {
        std::array<std::uint64_t, kBounds.size() + 1> of{};  ///< by bound, then beyond the last
        std::uint64_t total = 0;
        Duration sum{0};
    };
    [[nodiscard]] Counts counts() const noexcept {
        Counts out;
        for (std::size_t i = 0; i < out.of.size(); ++i) {
            out.of[i] = counts_[i].load(std::memory_order_relaxed);
            out.total += out.of[i];
        }
        out.sum = Duration(static_cast<std::int64_t>(sum_.load(std::memory_order_relaxed)));
        return out;
    }

    /// The bucket of a value in nanoseconds.
    static constexpr std::size_t index_of(std::uint64_t value) noexcept {
        std::size_t index = kFirst[static_cast<std::size_t>(std::bit_width(value))];
        while (index < kBounds.size() && value > kBounds[index]) {
            ++index;
        }
        return index;
    }

  private:
    /// By the width of a value: the first bucket that such a value can be in.
    static constexpr auto kFirst = [] {
        std::array<std::uint8_t, 65> first{};
        for (unsigned width = 1; width < first.size(); ++width) {
            const std::uint64_t least = std::uint64_t{1} << (width - 1);
            std::uint8_t index = 0;
            while (index < kBounds.size() && least > kBounds[index]) {
                ++index;
            }
            first[width] = index;
        }
        return first;
    }();

    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> counts_{};
    std::atomic<std::uint64_t> sum_{0};
};

}  // namespace rookery
