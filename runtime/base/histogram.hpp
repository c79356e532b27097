#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rookery {

/// How long things took: counts by duration, eight steps to each doubling, so that a percentile is
/// at most an eighth too high. Any thread; recording is three relaxed operations, reading while
/// others record gives a moment's view.
class Histogram {
  public:
    using Duration = std::chrono::nanoseconds;

    void record(Duration took) noexcept {
        const auto value =
            took.count() > 0 ? static_cast<std::uint64_t>(took.count()) : std::uint64_t{0};
        counts_[index_of(value)].fetch_add(1, std::memory_order_relaxed);
        std::uint64_t most = most_.load(std::memory_order_relaxed);
        while (value > most &&
               !most_.compare_exchange_weak(most, value, std::memory_order_relaxed)) {
        }
    }

    struct Summary {
        std::uint64_t count = 0;
        Duration p50{0}, p99{0}, most{0};
    };
    [[nodiscard]] Summary summary() const noexcept {
        std::array<std::uint64_t, kCounts> counts;
        Summary out;
        for (std::size_t i = 0; i < kCounts; ++i) {
            counts[i] = counts_[i].load(std::memory_order_relaxed);
            out.count += counts[i];
        }
        out.most = Duration(most_.load(std::memory_order_relaxed));
        out.p50 = std::min(below(counts, out.count - out.count / 2), out.most);
        out.p99 = std::min(below(counts, out.count - out.count / 100), out.most);
        return out;
    }

  private:
    static constexpr unsigned kSteps = 8;
    static constexpr unsigned kStepBits = 3;
    static constexpr unsigned kLargestBit = 40;  ///< 18 minutes; what takes longer counts as that
    static constexpr std::size_t kCounts = (kLargestBit - kStepBits + 2) * kSteps;

    static constexpr std::size_t index_of(std::uint64_t value) noexcept {
        if (value < kSteps) {
            return static_cast<std::size_t>(value);
        }
        const unsigned top = static_cast<unsigned>(std::bit_width(value)) - 1;
        const std::size_t index =
            (top - kStepBits + 1) * kSteps + (value >> (top - kStepBits) & (kSteps - 1));
        return index < kCounts ? index : kCounts - 1;
    }
    /// The upper end of the step in which the `rank`th of all lies.
    static Duration below(const std::array<std::uint64_t, kCounts>& counts,
                          std::uint64_t rank) noexcept {
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < kCounts && rank > 0; ++i) {
            seen += counts[i];
            if (seen >= rank) {
                const unsigned octave = static_cast<unsigned>(i / kSteps);
                return Duration(octave == 0 ? i + 1 : (i % kSteps + kSteps + 1) << (octave - 1));
            }
        }
        return Duration(0);
    }

    std::array<std::atomic<std::uint64_t>, kCounts> counts_{};
    std::atomic<std::uint64_t> most_{0};
};

}  // namespace rookery
