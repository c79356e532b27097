#include "protocol/discord/identify_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rookery::protocol::discord {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Times {
    SteadyTime now{1h};
    WallTime wall{480'000h};
    void pass(Millis duration) {
        now += duration;
        wall += duration;
    }
};

struct LedgerTest : testing::Test, Times {
    Millis wait(std::uint32_t shard = 0) { return ledger.check(shard, now, wall).wait; }
    void record(std::uint32_t shard = 0) { ledger.record(shard, now, wall); }
    void fill(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            record();
            pass(6s);
        }
    }
    IdentifyLedger ledger;
};

TEST_F(LedgerTest, first_identify_goes_at_once) { EXPECT_EQ(wait(), 0ms); }

TEST_F(LedgerTest, G36_one_key_is_spaced) {
    record();
    pass(1s);
    EXPECT_EQ(wait(1), 4250ms);
    pass(4250ms);
    EXPECT_EQ(wait(1), 0ms);
}

TEST_F(LedgerTest, G37_keys_of_a_larger_concurrency_run_in_parallel) {
    ledger.set_budget({1000, 1000, 0ms, 16}, now);
    record(0);
    EXPECT_EQ(wait(15), 0ms);
    EXPECT_EQ(wait(16), 5250ms);
}

TEST_F(LedgerTest, tells_how_many_are_left) {
    EXPECT_EQ(ledger.left(wall), 800U);
    fill(3);
    EXPECT_EQ(ledger.left(wall), 797U);
    ledger.set_budget({1000, 100, 1h, 1}, now);
    EXPECT_EQ(ledger.left(wall), 0U);
    ledger.set_budget({10, 10, 1h, 1}, now);
    EXPECT_EQ(ledger.left(wall), 5U);
}

TEST_F(LedgerTest, refuses_at_the_share_of_the_budget) {
    fill(799);
    EXPECT_EQ(wait(), 0ms);
    fill(1);
    const auto verdict = ledger.check(0, now, wall);
    EXPECT_TRUE(verdict.over_budget);
    EXPECT_EQ(verdict.wait, Millis(24h) - 800 * Millis(6s));
    EXPECT_THAT(verdict.reason, HasSubstr("800 of 1000"));
}

TEST_F(LedgerTest, share_is_of_the_platforms_total) {
    ledger.set_budget({10, 10, 0ms, 1}, now);
    fill(8);
    EXPECT_TRUE(ledger.check(0, now, wall).over_budget);
}

TEST_F(LedgerTest, frees_what_is_older_than_a_day) {
    fill(800);
    pass(24h - 800 * Millis(6s));
    EXPECT_EQ(wait(), 0ms);
    EXPECT_EQ(ledger.used(wall), 799u);
}

TEST_F(LedgerTest, counts_over_restarts) {
    fill(800);
    IdentifyLedger restarted({}, ledger.times());
    EXPECT_TRUE(restarted.check(0, now, wall).over_budget);
}

TEST_F(LedgerTest, G38_platforms_own_count_is_heeded_until_its_reset) {
    ledger.set_budget({1000, 0, Millis(2h), 1}, now);
    const auto verdict = ledger.check(0, now, wall);
    EXPECT_TRUE(verdict.over_budget);
    EXPECT_EQ(verdict.wait, Millis(2h));
    pass(2h);
    EXPECT_EQ(wait(), 0ms);
}

TEST_F(LedgerTest, remaining_is_counted_down_locally) {
    ledger.set_budget({1000, 202, Millis(2h), 1}, now);
    fill(1);
    EXPECT_EQ(wait(), 0ms);
    fill(1);
    EXPECT_TRUE(ledger.check(0, now, wall).over_budget);
}

TEST_F(LedgerTest, G61_clock_set_back_neither_frees_nor_holds_longer_than_a_day) {
    fill(800);
    wall -= 100h;
    EXPECT_TRUE(ledger.check(0, now, wall).over_budget);
    pass(24h);
    EXPECT_EQ(wait(), 0ms);
}

TEST_F(LedgerTest, tiny_budget_allows_one) {
    ledger.set_budget({1, 1, 0ms, 1}, now);
    EXPECT_EQ(wait(), 0ms);
}

}  // namespace
}  // namespace rookery::protocol::discord
