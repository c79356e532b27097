#include "hostapi/interaction_past.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

PastAnswers::Call call(std::uint32_t number, std::string_view extension = "script a",
                       std::string_view verb = "reply") {
    return {extension, number, verb};
}

json answer(std::size_t size) { return {{"id", "1"}, {"content", std::string(size, 'x')}}; }

TEST(PastAnswersTest, a_call_that_is_made_again_gets_what_came_of_it) {
    PastAnswers past;
    EXPECT_FALSE(past.find(1, call(0)));
    past.remember(1, call(0), answer(3));
    past.remember(1, call(0), answer(5));  // the first one stays
    ASSERT_TRUE(past.find(1, call(0)));
    EXPECT_EQ(**past.find(1, call(0)), answer(3));
    EXPECT_FALSE(past.find(2, call(0)));
    EXPECT_FALSE(past.find(1, call(1)));
    EXPECT_FALSE(past.find(1, call(0, "script b")));
    EXPECT_FALSE(past.find(1, call(0, "script a", "followUp")));
}

TEST(PastAnswersTest, what_is_forgotten_is_refused_and_not_taken_for_new) {
    PastAnswers past(10'000);
    for (std::uint64_t i = 1; i <= 100; ++i) {
        past.remember(i, call(0), answer(900));
        EXPECT_LE(past.bytes(), 10'000U + 100 * sizeof(std::uint64_t));
    }
    const auto oldest = past.find(1, call(0));
    ASSERT_TRUE(oldest);
    ASSERT_FALSE(oldest->has_value());
    EXPECT_EQ(oldest->error().kind(), ErrorKind::exists);
    EXPECT_TRUE(past.find(100, call(0))->has_value());
    EXPECT_FALSE(past.find(1, call(1)));
}

TEST(PastAnswersTest, of_one_interaction_a_hundred_are_kept_and_more_are_known) {
    PastAnswers past;
    for (std::uint32_t i = 0; i < 150; ++i) {
        past.remember(1, call(i), answer(3));
    }
    EXPECT_TRUE(past.find(1, call(99))->has_value());
    EXPECT_EQ(past.find(1, call(149))->error().kind(), ErrorKind::exists);
}

TEST(PastAnswersTest, one_larger_than_all_that_may_be_kept_is_kept_until_the_next) {
    PastAnswers past(1'000);
    past.remember(1, call(0), answer(5'000));
    EXPECT_TRUE(past.find(1, call(0))->has_value());
    past.remember(2, call(0), answer(5));
    EXPECT_FALSE(past.find(1, call(0))->has_value());
}

TEST(PastAnswersTest, nothing_is_left_of_what_cannot_be_answered_any_more) {
    PastAnswers past(10'000);
    for (std::uint64_t i = 1; i <= 100; ++i) {
        past.remember(i, call(0), answer(900));
    }
    for (std::uint64_t i = 1; i <= 100; ++i) {
        past.forget(i);
    }
    EXPECT_EQ(past.bytes(), 0U);
    EXPECT_FALSE(past.find(100, call(0)));
}

/// What the guide says of it.
TEST(PastAnswersTest, fifty_thousand_answered_interactions_stay_within_the_bound) {
    PastAnswers past;
    for (std::uint64_t i = 1; i <= 50'000; ++i) {
        past.remember(i, call(0), answer(1'800));
    }
    EXPECT_LE(past.bytes(), PastAnswers::kBudget + 50'000 * sizeof(std::uint64_t));
    EXPECT_FALSE(past.find(1, call(0))->has_value());
    EXPECT_TRUE(past.find(50'000, call(0))->has_value());
}

}  // namespace
}  // namespace rookery::hostapi
