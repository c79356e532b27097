#include "server/access/rate_table.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

using namespace std::chrono_literals;

TEST(RateTable, without_a_rate_everything_is_allowed) {
    RateTable table(10);
    EXPECT_TRUE(table.take("a", SteadyTime{}).allowed);
    EXPECT_EQ(table.take("a", SteadyTime{}).limit, 0U);
    EXPECT_EQ(table.size(), 0U);
}

TEST(RateTable, window_begins_with_the_first) {
    RateTable table(10);
    table.set({2, 10s});
    EXPECT_EQ(table.take("a", SteadyTime{} + 3s).remaining, 1U);
    EXPECT_EQ(table.take("a", SteadyTime{} + 4s).remaining, 0U);
    const auto refused = table.take("a", SteadyTime{} + 5s);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.reset, 8s);
    EXPECT_FALSE(table.take("a", SteadyTime{} + 12'999ms).allowed);
    EXPECT_TRUE(table.take("a", SteadyTime{} + 13s).allowed);
}

TEST(RateTable, is_bounded_and_forgets_the_oldest_window) {
    RateTable table(2);
    table.set({1, 10s});
    (void)table.take("a", SteadyTime{});
    (void)table.take("b", SteadyTime{} + 1s);
    (void)table.take("a", SteadyTime{} + 11s);
    (void)table.take("c", SteadyTime{} + 12s);
    EXPECT_EQ(table.size(), 2U);
    EXPECT_FALSE(table.take("a", SteadyTime{} + 12s).allowed);
    EXPECT_TRUE(table.take("b", SteadyTime{} + 12s).allowed);
}

TEST(RateTable, smaller_rate_holds_for_open_windows) {
    RateTable table(2);
    table.set({10, 10s});
    (void)table.take("a", SteadyTime{});
    (void)table.take("a", SteadyTime{});
    table.set({1, 10s});
    const auto verdict = table.take("a", SteadyTime{});
    EXPECT_FALSE(verdict.allowed);
    EXPECT_EQ(verdict.remaining, 0U);
}

TEST(RateTable, networks_of_addresses) {
    EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(network_of("unix"), "unix");
}

}  // namespace
}  // namespace rookery::server
