#include "command/places.hpp"

#include <gtest/gtest.h>

namespace rookery::command {
namespace {

TEST(CommandPlaces, as_many_as_there_are_until_one_is_let_go) {
    const auto places = Places::make();
    auto one = places->take("k", 2, "1", 7);
    const auto two = places->take("k", 2, "2", 7);
    EXPECT_EQ(places->take("k", 2, "3", 7), nullptr);
    EXPECT_NE(places->take("other", 2, "3", 7), nullptr);
    one.reset();
    EXPECT_NE(places->take("k", 2, "3", 7), nullptr);
    EXPECT_EQ(places->taken("k"), 1U);
}

TEST(CommandPlaces, an_event_does_not_stand_in_its_own_way) {
    const auto places = Places::make();
    auto one = places->take("k", 1, "1", 7);
    auto again = places->take("k", 1, "1", 7);
    EXPECT_NE(again, nullptr);
    one.reset();
    EXPECT_EQ(places->take("k", 1, "2", 7), nullptr);
    again.reset();
    EXPECT_NE(places->take("k", 1, "2", 7), nullptr);
}

TEST(CommandPlaces, whoever_is_gone_has_none_even_if_it_holds_on) {
    const auto places = Places::make();
    auto held = places->take("k", 1, "1", 7);
    places->release(7);
    const auto next = places->take("k", 1, "1", 8);
    EXPECT_NE(next, nullptr);
    held.reset();
    EXPECT_EQ(places->taken("k"), 1U);
}

TEST(CommandPlaces, a_place_outlives_the_table) {
    auto places = Places::make();
    auto held = places->take("k", 1, "1", 7);
    places.reset();
    held.reset();
}

}  // namespace
}  // namespace rookery::command
