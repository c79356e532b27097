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

TEST_F(CooldownsTest, the_table_is_bounded) {
    for (std::size_t i = 0; i < Cooldowns::kMost + 10; ++i) {
        static_cast<void>(use("1", std::to_string(i)));
    }
    EXPECT_EQ(cooldowns_.size(), Cooldowns::kMost);
}

}  // namespace
}  // namespace rookery::command
