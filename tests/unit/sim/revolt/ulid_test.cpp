#include "sim/revolt/ulid.hpp"

#include <gtest/gtest.h>

namespace rookery::sim::revolt {
namespace {

TEST(Ulid, order_of_text_is_order_of_making_within_a_millisecond) {
    UlidSource source(1);
    const WallTime now{std::chrono::seconds(1'750'000'000)};
    std::string last;
    for (int i = 0; i < 70'000; ++i) {
        const auto next = source.next(now);
        ASSERT_LT(last, next);
        last = next;
    }
}

TEST(Ulid, a_clock_that_goes_back_does_not_matter) {
    UlidSource source(1);
    const auto first = source.next(WallTime{std::chrono::seconds(1'750'000'000)});
    EXPECT_LT(first, source.next(WallTime{std::chrono::seconds(1'740'000'000)}));
}

TEST(Ulid, tells_its_time) {
    UlidSource source(7);
    const auto id = source.next(WallTime{std::chrono::milliseconds(1'750'000'000'123)});
    EXPECT_TRUE(is_ulid(id));
    EXPECT_EQ(ulid_time(id), 1'750'000'000'123);
}

TEST(Ulid, other_texts_are_none) {
    EXPECT_FALSE(is_ulid(""));
    EXPECT_FALSE(is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FA"));
    EXPECT_FALSE(is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAI"));
    EXPECT_FALSE(is_ulid("81ARZ3NDEKTSV4RRFFQ69G5FAV"));
    EXPECT_EQ(ulid_time("nonsense"), 0);
}

}  // namespace
}  // namespace rookery::sim::revolt
