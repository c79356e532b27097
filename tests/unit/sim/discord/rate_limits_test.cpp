#include "sim/discord/rate_limits.hpp"

#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace rookery::sim::discord {
namespace {

constexpr BucketRule kRule{"test", 2, Millis{1'000}};

TEST(RateLimits, place_comes_back_when_the_window_has_slid) {
    rookery::testing::FakeClock clock;
    const Faults faults;
    RateLimits limits(clock, faults);
    EXPECT_TRUE(limits.take(kRule, "bot", "1", false).allowed);
    clock.advance(Millis{600});
    EXPECT_TRUE(limits.take(kRule, "bot", "1", false).allowed);
    EXPECT_FALSE(limits.take(kRule, "bot", "1", false).allowed);
    clock.advance(Millis{400});
    EXPECT_TRUE(limits.take(kRule, "bot", "1", false).allowed);
    EXPECT_FALSE(limits.take(kRule, "bot", "1", false).allowed);
}

TEST(RateLimits, refusal_says_when_to_come_back) {
    rookery::testing::FakeClock clock;
    const Faults faults;
    RateLimits limits(clock, faults);
    (void)limits.take(kRule, "bot", "1", false);
    (void)limits.take(kRule, "bot", "1", false);
    clock.advance(Millis{250});
    EXPECT_DOUBLE_EQ(limits.take(kRule, "bot", "1", false).retry_after, 0.75);
}

TEST(RateLimits, channels_do_not_share_a_bucket) {
    rookery::testing::FakeClock clock;
    const Faults faults;
    RateLimits limits(clock, faults);
    (void)limits.take(kRule, "bot", "1", false);
    (void)limits.take(kRule, "bot", "1", false);
    EXPECT_TRUE(limits.take(kRule, "bot", "2", false).allowed);
}

TEST(RateLimits, fifty_a_second_over_all) {
    rookery::testing::FakeClock clock;
    const Faults faults;
    RateLimits limits(clock, faults);
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(limits.take(kRule, "bot", std::to_string(i), false).allowed);
    }
    const auto refused = limits.take(kRule, "bot", "x", false);
    EXPECT_FALSE(refused.allowed);
    EXPECT_TRUE(refused.global);
    EXPECT_TRUE(limits.take(kRule, "bot", "x", true).allowed);
    EXPECT_TRUE(limits.take(kRule, "other bot", "x", false).allowed);
}

}  // namespace
}  // namespace rookery::sim::discord
