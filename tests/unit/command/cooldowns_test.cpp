#include "command/cooldowns.hpp"

#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace rookery::command {
namespace {

class CooldownsTest : public ::testing::Test {
  protected:
    bool use(const std::string& event, const std::string& key = "k") {
        return cooldowns_.use(key, rule_, event, clock_.wall()).allowed;
    }
    Cooldowns::Rule rule_{2, Millis{10'000}};
    testing::FakeClock clock_;
    Cooldowns cooldowns_;
};

TEST_F(CooldownsTest, so_many_uses_in_so_long_a_time) {
    EXPECT_TRUE(use("1"));
    clock_.advance(Millis{4'000});
    EXPECT_TRUE(use("2"));
    EXPECT_FALSE(use("3"));
    EXPECT_EQ(cooldowns_.use("k", rule_, "3", clock_.wall()).wait, Millis{6'000});
    EXPECT_TRUE(use("3", "another key"));
    clock_.advance(Millis{6'000});
    EXPECT_TRUE(use("3"));
    EXPECT_FALSE(use("4"));
    EXPECT_EQ(cooldowns_.use("k", rule_, "4", clock_.wall()).wait, Millis{4'000});
}

TEST_F(CooldownsTest, a_look_counts_nothing) {
    for (const char* event : {"1", "2", "3"}) {
        EXPECT_TRUE(cooldowns_.look("k", rule_, event, clock_.wall()).allowed);
    }
    EXPECT_EQ(cooldowns_.size(), 0U);
    EXPECT_TRUE(use("1"));
    EXPECT_TRUE(use("2"));
    EXPECT_EQ(cooldowns_.look("k", rule_, "3", clock_.wall()).wait, Millis{10'000});
    EXPECT_TRUE(cooldowns_.look("k", rule_, "2", clock_.wall()).allowed);
    clock_.advance(Millis{10'000});
    EXPECT_TRUE(cooldowns_.look("k", rule_, "3", clock_.wall()).allowed);
}

TEST_F(CooldownsTest, an_event_that_comes_again_is_neither_refused_nor_counted) {
    EXPECT_TRUE(use("1"));
    const auto again = cooldowns_.use("k", rule_, "1", clock_.wall());
    EXPECT_TRUE(again.allowed);
    EXPECT_FALSE(again.counted);
    EXPECT_TRUE(use("2"));
    EXPECT_TRUE(use("1"));
    EXPECT_TRUE(use("2"));
    EXPECT_FALSE(use("3"));
}

TEST_F(CooldownsTest, what_was_written_down_holds_elsewhere) {
    EXPECT_TRUE(use("1"));
    clock_.advance(Millis{1'000});
    EXPECT_TRUE(use("2"));
    Cooldowns next;
    next.put("k", cooldowns_.text("k"));
    EXPECT_TRUE(next.use("k", rule_, "2", clock_.wall()).allowed);
    EXPECT_EQ(next.use("k", rule_, "3", clock_.wall()).wait, Millis{9'000});
}

TEST_F(CooldownsTest, texts_that_are_none_are_left_alone) {
    for (const char* text : {"", "{", "5", R"([1, "x", [2], ["a", "b"], [3, 4]])"}) {
        cooldowns_.put("k", text);
        EXPECT_TRUE(use("1")) << text;
    }
}

TEST_F(CooldownsTest, a_clock_that_was_turned_back_locks_nobody_out) {
    EXPECT_TRUE(use("1"));
    EXPECT_TRUE(use("2"));
    EXPECT_TRUE(cooldowns_.use("k", rule_, "3", clock_.wall() - Millis{86'400'000}).allowed);
}

TEST_F(CooldownsTest, an_event_is_known_for_longer_than_its_rules_time) {
    EXPECT_TRUE(use("1"));
    clock_.advance(Millis{60'000});
    EXPECT_TRUE(use("2"));
    const auto again = cooldowns_.use("k", rule_, "1", clock_.wall());
    EXPECT_TRUE(again.allowed);
    EXPECT_FALSE(again.counted);
    EXPECT_TRUE(use("3"));
    EXPECT_FALSE(use("4"));
}

TEST_F(CooldownsTest, late_ones_are_judged_by_when_they_were_made) {
    const auto at = [&](const std::string& event, int seconds) {
        return cooldowns_.use("k", rule_, event, clock_.wall() + Millis{seconds * 1'000});
    };
    EXPECT_TRUE(at("9", 9).allowed);
    EXPECT_TRUE(at("0", 0).allowed);
    EXPECT_EQ(at("5", 5).wait, Millis{5'000});  // 0, 5, 9: three in ten seconds
    EXPECT_TRUE(at("-5", -5).allowed);
    EXPECT_TRUE(at("-15", -15).allowed);
    EXPECT_TRUE(at("10", 10).allowed);
    EXPECT_EQ(at("11", 11).wait, Millis{8'000});
}

TEST_F(CooldownsTest, what_is_known_of_an_event_is_bounded) {
    rule_.time = Millis{1};
    for (int i = 0; i < 2'000; ++i) {
        clock_.advance(Millis{1});
        EXPECT_TRUE(use(std::to_string(i)));
    }
    EXPECT_LT(cooldowns_.text("k").size(), std::size_t{Cooldowns::kMostUses} * 30);
}

TEST_F(CooldownsTest, the_table_is_bounded) {
    for (std::size_t i = 0; i < Cooldowns::kMost + 10; ++i) {
        static_cast<void>(use("1", std::to_string(i)));
    }
    EXPECT_EQ(cooldowns_.size(), Cooldowns::kMost);
}

}  // namespace
}  // namespace rookery::command
