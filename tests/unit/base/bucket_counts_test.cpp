#include "base/bucket_counts.hpp"

#include <gtest/gtest.h>

namespace rookery {
namespace {

TEST(BucketCounts, bounds_belong_to_their_own_bucket) {
    for (std::size_t i = 0; i < BucketCounts::kBounds.size(); ++i) {
        EXPECT_EQ(BucketCounts::index_of(BucketCounts::kBounds[i]), i);
        EXPECT_EQ(BucketCounts::index_of(BucketCounts::kBounds[i] + 1), i + 1);
    }
    EXPECT_EQ(BucketCounts::index_of(0), 0U);
    EXPECT_EQ(BucketCounts::index_of(~std::uint64_t{0}), BucketCounts::kBounds.size());
}

TEST(BucketCounts, counts_and_sums_what_is_recorded) {
    BucketCounts counts;
    counts.record(std::chrono::microseconds(5));
    counts.record(std::chrono::microseconds(30));
    counts.record(std::chrono::seconds(-1));
    const auto read = counts.counts();
    EXPECT_EQ(read.total, 3U);
    EXPECT_EQ(read.of[0], 2U);
    EXPECT_EQ(read.of[2], 1U);
    EXPECT_EQ(read.sum, std::chrono::microseconds(35));
}

}  // namespace
}  // namespace rookery
