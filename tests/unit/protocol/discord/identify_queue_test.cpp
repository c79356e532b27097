#include "protocol/discord/identify_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace rookery::protocol::discord {
namespace {

using namespace std::chrono_literals;
using Kind = IdentifyQueue::Turn::Kind;

class IdentifyQueueTest : public ::testing::Test {
  protected:
    void concurrency(unsigned keys, unsigned remaining = 1000) {
        queue_.set_budget({1000, remaining, Millis{3'600'000}, keys}, now_);
    }
    Kind turn(IdentifyQueue::Ticket ticket) { return queue_.turn(ticket, now_, wall_).kind; }

    /// Lets every shard of `count` identify as soon as it may; when each did.
    std::map<std::uint32_t, Millis> all(std::uint32_t count) {
        std::map<std::uint32_t, IdentifyQueue::Ticket> tickets;
        // The order of arrival must not matter.
        for (std::uint32_t i = count; i > 0; --i) {
            tickets[i - 1] = queue_.enter(i - 1);
        }
        const auto begun = now_;
        std::map<std::uint32_t, Millis> times;
        while (times.size() < count) {
            for (const auto& [shard, ticket] : tickets) {
                if (turn(ticket) == Kind::go) {
                    times[shard] = std::chrono::duration_cast<Millis>(now_ - begun);
                    queue_.sent(ticket, now_, wall_);
                }
            }
            now_ += 50ms;
        }
        return times;
    }

    SteadyTime now_{std::chrono::hours(1)};
    WallTime wall_{std::chrono::hours(500'000)};
    IdentifyQueue queue_{IdentifyLedger({.share = 1.0}, {})};
};

TEST_F(IdentifyQueueTest, G36_concurrency_one_spaces_four_shards_by_five_seconds) {
    concurrency(1);
    const auto times = all(4);
    for (std::uint32_t shard = 1; shard < 4; ++shard) {
        EXPECT_GE(times.at(shard) - times.at(shard - 1), 5s) << shard;
    }
    EXPECT_LT(times.at(3), 17s);
}

TEST_F(IdentifyQueueTest, G37_concurrency_sixteen_runs_keys_in_parallel_and_ascending_within) {
    concurrency(16);
    const auto times = all(32);
    for (std::uint32_t shard = 0; shard < 16; ++shard) {
        EXPECT_LT(times.at(shard), 5s) << shard;
        EXPECT_GE(times.at(shard + 16) - times.at(shard), 5s) << shard;
    }
}

TEST_F(IdentifyQueueTest, G38_nothing_remaining_waits_for_the_reset) {
    concurrency(1, 0);
    const auto ticket = queue_.enter(0);
    const auto refused = queue_.turn(ticket, now_, wall_);
    EXPECT_EQ(refused.kind, Kind::refused);
    EXPECT_EQ(refused.wait, Millis{3'600'000});
    EXPECT_NE(refused.reason.find("1000 of 1000"), std::string::npos) << refused.reason;
    now_ += 1h;
    EXPECT_EQ(turn(ticket), Kind::go);
}

TEST_F(IdentifyQueueTest, remaining_is_counted_down) {
    concurrency(1, 1);
    const auto first = queue_.enter(0);
    ASSERT_EQ(turn(first), Kind::go);
    queue_.sent(first, now_, wall_);
    now_ += 10s;
    EXPECT_EQ(turn(queue_.enter(0)), Kind::refused);
}

TEST_F(IdentifyQueueTest, G39_a_shard_that_dies_while_it_waits_leaves_no_hole) {
    concurrency(1);
    const auto first = queue_.enter(0);
    const auto second = queue_.enter(1);
    EXPECT_EQ(turn(second), Kind::behind);
    queue_.leave(first);
    EXPECT_EQ(turn(second), Kind::go);
    EXPECT_EQ(turn(first), Kind::gone);
}

TEST_F(IdentifyQueueTest, a_turn_that_was_not_used_goes_to_the_next) {
    concurrency(1);
    const auto first = queue_.enter(0);
    const auto second = queue_.enter(1);
    ASSERT_EQ(turn(first), Kind::go);
    queue_.leave(first);
    EXPECT_EQ(turn(second), Kind::go);
    queue_.sent(second, now_, wall_);
    EXPECT_EQ(queue_.ledger().used(wall_), 1u);
}

TEST_F(IdentifyQueueTest, two_bots_of_one_token_share_the_line) {
    concurrency(1);
    const auto one = queue_.enter(0);
    const auto other = queue_.enter(0);
    EXPECT_EQ(turn(other), Kind::behind);
    queue_.sent(one, now_, wall_);
    EXPECT_EQ(turn(other), Kind::wait);
}

}  // namespace
}  // namespace rookery::protocol::discord
