#include "sim/marker_account.hpp"

#include <gtest/gtest.h>

namespace rookery::sim {
namespace {

MarkerAccount with(std::initializer_list<std::uint32_t> places) {
    MarkerAccount account("r1");
    for (const auto place : places) {
        account.sent_to(place);
    }
    return account;
}

TEST(MarkerAccount, several_markers_in_one_text_count_in_order) {
    auto account = with({0, 0, 0});
    account.read("did r1#1, r1#2 and r1#3");
    EXPECT_EQ(account.handled(), 3);
    EXPECT_EQ(account.to_json()["out_of_order"], 0);
}

TEST(MarkerAccount, order_is_judged_within_a_channel) {
    auto account = with({0, 1, 0, 1});
    account.read("r1#2 r1#4 r1#1 r1#3");
    EXPECT_EQ(account.to_json()["out_of_order"], 0);
    auto other = with({0, 1, 0, 1});
    other.read("r1#3 r1#1");
    EXPECT_EQ(other.to_json()["out_of_order"], 1);
}

TEST(MarkerAccount, second_time_is_doubled_and_not_handled_again) {
    auto account = with({0});
    account.read("r1#1 r1#1");
    EXPECT_EQ(account.handled(), 1);
    EXPECT_EQ(account.to_json()["doubled"], 1);
}

TEST(MarkerAccount, markers_that_were_never_sent_are_unknown) {
    auto account = with({0});
    account.read("r1#0 r1#2 r1#99999999999999999999999 r1# r2#1");
    EXPECT_EQ(account.handled(), 0);
    EXPECT_EQ(account.to_json()["unknown"], 2);
}

}  // namespace
}  // namespace rookery::sim
