#include "hostapi/command_use.hpp"

#include "support/commands_world.hpp"

namespace rookery::hostapi {
namespace {

class CommandUseTest : public CommandsWorld {};

TEST_F(CommandUseTest, a_cooldown_refuses_and_an_event_that_comes_again_passes) {
    ASSERT_EQ(
        declare({{"name", "daily"}, {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}}),
        "");
    EXPECT_FALSE(use(message("!daily", "1")).is_null());
    EXPECT_FALSE(use(message("!daily", "1")).is_null());
    EXPECT_EQ(use(message("!daily", "2")), nullptr);
    EXPECT_NE(told().find("1 hour"), std::string::npos);
    EXPECT_FALSE(use(message("!daily", "3", "7")).is_null());  // somebody else
    clock_.advance(Millis{3'600'000});
    EXPECT_FALSE(use(message("!daily", "2")).is_null());
}

TEST_F(CommandUseTest, a_long_cooldown_outlives_the_process) {
    const json definition = {{"name", "daily"},
                             {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}};
    ASSERT_EQ(declare(definition), "");
    EXPECT_FALSE(use(message("!daily", "1")).is_null());
    drop();
    start_desk();
    desk_->set_bot("test", {{"!"}, true, {}});
    commands_ = make("script a");
    commands_->activate();
    ASSERT_EQ(declare(definition), "");
    EXPECT_EQ(use(message("!daily", "2")), nullptr);
    EXPECT_FALSE(use(message("!daily", "1")).is_null());  // what was delivered, and is again
}

TEST_F(CommandUseTest, what_waited_is_judged_by_when_it_was_written) {
    ASSERT_EQ(
        declare({{"name", "hi"}, {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "10s"}}}}),
        "");
    const auto written = [&](int seconds_ago) {
        const std::int64_t since_2015 =
            clock_.wall().time_since_epoch() / Millis{1} - 1'420'070'400'000 - seconds_ago * 1'000;
        return message("!hi", std::to_string(since_2015 << 22U));
    };
    // After a kill -9 nothing is known of them, and they come at once.
    EXPECT_FALSE(use(written(100)).is_null());
    EXPECT_FALSE(use(written(85)).is_null());
    EXPECT_EQ(use(written(80)), nullptr);
    EXPECT_NE(told().find("5 seconds"), std::string::npos);
    EXPECT_FALSE(use(written(100)).is_null());
    EXPECT_FALSE(use(written(0)).is_null());
}

TEST_F(CommandUseTest, so_many_at_once) {
    ASSERT_EQ(declare({{"name", "slow"}, {"concurrency", {{"per", "guild"}, {"limit", 1}}}}), "");
    EXPECT_FALSE(use(message("!slow", "1")).is_null());
    const auto running = place_;
    EXPECT_NE(running, nullptr);
    EXPECT_EQ(use(message("!slow", "2")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(use(message("!slow", "1")).is_null());
    commands_->close();  // whoever ran is gone
    drop();
    commands_ = make("script a");
    commands_->activate();
    ASSERT_EQ(declare({{"name", "slow"}, {"concurrency", {{"per", "guild"}, {"limit", 1}}}}), "");
    EXPECT_FALSE(use(message("!slow", "3")).is_null());
}

TEST_F(CommandUseTest, whoever_has_to_wait_has_nothing_looked_up) {
    const json options = {{{"name", "m"}, {"type", "member"}, {"required", true}}};
    facts_["members.search"] = json::parse(
        R"([{"id": "30", "displayName": "Bob", "user": {"id": "30", "username": "bob"}}])");
    ASSERT_EQ(declare({{"name", "who"},
                       {"options", options},
                       {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}}),
              "");
    ASSERT_EQ(declare({{"name", "slow"},
                       {"options", options},
                       {"concurrency", {{"per", "guild"}, {"limit", 1}}}}),
              "");
    EXPECT_FALSE(use(message("!who bob", "1")).is_null());
    EXPECT_FALSE(use(message("!slow bob", "2")).is_null());
    const auto running = place_;
    EXPECT_EQ(asked_["members.search"], 1);
    EXPECT_EQ(use(message("!who dave", "3")), nullptr);
    EXPECT_NE(told().find("1 hour"), std::string::npos);
    EXPECT_EQ(use(message("!slow dave", "4")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_EQ(asked_["members.search"], 1);
}

}  // namespace
}  // namespace rookery::hostapi
