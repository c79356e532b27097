#include "hostapi/rest_budget.hpp"

#include "hostapi/rest_line.hpp"
#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

class RestBudgetTest : public ::testing::Test {
  protected:
    bool takes(std::uint64_t guild = 0) { return !budget_.take(guild, clock_.now()); }
    int taken(std::uint64_t guild = 0) {
        int count = 0;
        while (count < 1'000 && takes(guild)) {
            ++count;
        }
        return count;
    }

    rookery::testing::FakeClock clock_;
    RestBudget budget_;
};

TEST_F(RestBudgetTest, without_rates_everything_goes) { EXPECT_EQ(taken(7), 1'000); }

TEST_F(RestBudgetTest, a_rate_allows_its_count_at_once_and_then_so_many_in_its_time) {
    budget_.set_rates({20, Millis{1'000}}, {});
    EXPECT_EQ(taken(), 20);
    clock_.advance(Millis{49});
    EXPECT_EQ(taken(), 0);
    clock_.advance(Millis{1});
    EXPECT_EQ(taken(), 1);
    clock_.advance(Millis{500});
    EXPECT_EQ(taken(), 10);
    clock_.advance(Millis{60'000});
    EXPECT_EQ(taken(), 20);
}

TEST_F(RestBudgetTest, it_says_when_to_ask_again) {
    budget_.set_rates({2, Millis{1'000}}, {});
    EXPECT_EQ(taken(), 2);
    EXPECT_EQ(budget_.take(0, clock_.now()), clock_.now() + Millis{500});
}

TEST_F(RestBudgetTest, each_guild_has_a_rate_of_its_own) {
    budget_.set_rates({10, Millis{1'000}}, {4, Millis{1'000}});
    EXPECT_EQ(taken(1), 4);
    EXPECT_EQ(taken(2), 4);
    EXPECT_EQ(taken(3), 2);
    EXPECT_EQ(taken(0), 0);
    clock_.advance(Millis{1'000});
    EXPECT_EQ(taken(0), 10);
}

TEST_F(RestBudgetTest, the_guilds_that_are_remembered_are_bounded) {
    budget_.set_rates({}, {1, Millis{3'600'000}});
    for (std::uint64_t guild = 1; guild <= RestBudget::kMostGuilds + 1; ++guild) {
        EXPECT_TRUE(takes(guild));
    }
    EXPECT_FALSE(takes(2));
    EXPECT_TRUE(takes(1));
}

class RestLineTest : public RestBudgetTest {
  protected:
    RestLine::Job job(int number, Millis deadline = Millis{30'000}, std::uint64_t guild = 0) {
        return {guild, clock_.now() + deadline, [this, number](std::optional<Error> refused) {
                    done_ +=
                        (done_.empty() ? "" : " ") + std::to_string(number) + (refused ? "!" : "");
                    if (refused) {
                        reason_ = refused->message();
                    }
                }};
    }

    std::optional<SteadyTime> wake_;
    RestLine line_{budget_, [this](SteadyTime when) { wake_ = when; }};
    std::string done_;
    std::string reason_;
};

TEST_F(RestLineTest, what_is_over_the_budget_waits_in_line) {
    budget_.set_rates({2, Millis{1'000}}, {});
    for (int i = 1; i <= 4; ++i) {
        line_.add(job(i), clock_.now());
    }
    EXPECT_EQ(done_, "1 2");
    EXPECT_EQ(line_.size(), 2U);
    EXPECT_EQ(wake_, clock_.now() + Millis{500});
    clock_.advance(Millis{500});
    line_.run(clock_.now());
    EXPECT_EQ(done_, "1 2 3");
    EXPECT_EQ(wake_, clock_.now() + Millis{500});
    clock_.advance(Millis{500});
    line_.run(clock_.now());
    EXPECT_EQ(done_, "1 2 3 4");
    EXPECT_EQ(line_.size(), 0U);
}

TEST_F(RestLineTest, one_guild_that_waits_does_not_hold_up_another) {
    budget_.set_rates({}, {1, Millis{1'000}});
    line_.add(job(1, Millis{30'000}, 7), clock_.now());
    line_.add(job(2, Millis{30'000}, 7), clock_.now());
    line_.add(job(3, Millis{30'000}, 8), clock_.now());
    EXPECT_EQ(done_, "1 3");
    line_.add(job(4, Millis{30'000}, 7), clock_.now());
    clock_.advance(Millis{1'000});
    line_.run(clock_.now());
    EXPECT_EQ(done_, "1 3 2");
}

TEST_F(RestLineTest, whose_deadline_passes_first_is_refused) {
    budget_.set_rates({1, Millis{60'000}}, {});
    line_.add(job(1), clock_.now());
    line_.add(job(2, Millis{5'000}), clock_.now());
    EXPECT_EQ(wake_, clock_.now() + Millis{5'000});
    clock_.advance(Millis{5'000});
    line_.run(clock_.now());
    EXPECT_EQ(done_, "1 2!");
    EXPECT_NE(reason_.find("rest_limit"), std::string::npos) << reason_;
}

TEST_F(RestLineTest, the_line_is_bounded) {
    budget_.set_rates({1, Millis{60'000}}, {});
    for (std::size_t i = 0; i < RestLine::kMost + 1; ++i) {
        line_.add(job(1), clock_.now());
    }
    done_.clear();
    line_.add(job(2), clock_.now());
    EXPECT_EQ(done_, "2!");
    EXPECT_NE(reason_.find("1000 requests"), std::string::npos) << reason_;
}

}  // namespace
}  // namespace rookery::hostapi
