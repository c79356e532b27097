#include "async/backoff.hpp"

#include <gtest/gtest.h>

namespace rookery::async {
namespace {

TEST(Backoff, doubles_up_to_its_cap) {
    Backoff backoff({Millis(1'000), Millis(60'000)}, [] { return 0.5; });
    EXPECT_EQ(backoff.next(), Millis(500));
    EXPECT_EQ(backoff.next(), Millis(1'000));
    EXPECT_EQ(backoff.next(), Millis(2'000));
    for (int i = 0; i < 100; ++i) {
        EXPECT_LE(backoff.next(), Millis(30'000));
    }
    EXPECT_EQ(backoff.next(), Millis(30'000));
}

TEST(Backoff, jitter_reaches_down_to_zero) {
    Backoff backoff({Millis(1'000), Millis(60'000)}, [] { return 0.0; });
    EXPECT_EQ(backoff.next(), Millis(0));
    EXPECT_EQ(backoff.next(), Millis(0));
}

TEST(Backoff, reset_begins_again) {
    Backoff backoff({Millis(1'000), Millis(60'000)}, [] { return 0.999; });
    static_cast<void>(backoff.next());
    static_cast<void>(backoff.next());
    EXPECT_EQ(backoff.attempts(), 2U);
    backoff.reset();
    EXPECT_EQ(backoff.next(), Millis(999));
}

TEST(Backoff, system_random_stays_in_range) {
    const auto random = system_random();
    for (int i = 0; i < 1'000; ++i) {
        const double value = random();
        ASSERT_GE(value, 0.0);
        ASSERT_LT(value, 1.0);
    }
}

}  // namespace
}  // namespace rookery::async
