#include "base/histogram.hpp"

#include <gtest/gtest.h>

namespace rookery {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

TEST(Histogram, nothing_recorded_is_zero) {
    const Histogram times;
    EXPECT_EQ(times.summary().count, 0U);
    EXPECT_EQ(times.summary().p99.count(), 0);
}

TEST(Histogram, percentiles_are_at_most_an_eighth_too_high) {
    Histogram times;
    for (int i = 1; i <= 1'000; ++i) {
        times.record(microseconds(i));
    }
    const auto all = times.summary();
    EXPECT_EQ(all.count, 1'000U);
    EXPECT_GE(all.p50, microseconds(500));
    EXPECT_LE(all.p50, microseconds(563));
    EXPECT_GE(all.p99, microseconds(990));
    EXPECT_LE(all.p99, microseconds(1'000));
    EXPECT_EQ(all.most, microseconds(1'000));
}

TEST(Histogram, the_extremes_have_a_place) {
    Histogram times;
    times.record(nanoseconds(-5));
    times.record(nanoseconds(7));
    times.record(std::chrono::hours(24));
    EXPECT_EQ(times.summary().count, 3U);
    EXPECT_EQ(times.summary().most, std::chrono::hours(24));
    EXPECT_LE(times.summary().p50, nanoseconds(8));
}

}  // namespace
}  // namespace rookery
