#include "protocol/guilded/twins.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::protocol::guilded {
namespace {

SteadyTime at(int millis) { return SteadyTime{} + Millis(millis + 1'000'000); }

TEST(Twins, what_both_sockets_bring_is_one) {
    Twins twins;
    EXPECT_FALSE(twins.is_repeat(0, "ChatMessageCreated", "{1}", at(0)));
    EXPECT_TRUE(twins.is_repeat(1, "ChatMessageCreated", "{1}", at(5)));
    EXPECT_FALSE(twins.is_repeat(1, "ChatMessageCreated", "{2}", at(6)));
    EXPECT_TRUE(twins.is_repeat(0, "ChatMessageCreated", "{2}", at(7)));
}

TEST(Twins, the_same_again_over_one_socket_is_another_one) {
    Twins twins;
    EXPECT_FALSE(twins.is_repeat(0, "Added", "{1}", at(0)));
    EXPECT_FALSE(twins.is_repeat(0, "Added", "{1}", at(1)));
    EXPECT_TRUE(twins.is_repeat(1, "Added", "{1}", at(2)));
    EXPECT_TRUE(twins.is_repeat(1, "Added", "{1}", at(3)));
    EXPECT_FALSE(twins.is_repeat(1, "Added", "{1}", at(4)));
}

TEST(Twins, forgets_after_a_while_and_when_there_are_many) {
    Twins twins;
    EXPECT_FALSE(twins.is_repeat(0, "A", "{}", at(0)));
    EXPECT_FALSE(twins.is_repeat(1, "A", "{}", at(60'001)));
    for (int i = 0; i < 21'000; ++i) {
        EXPECT_FALSE(twins.is_repeat(0, "B", std::to_string(i), at(60'002)));
    }
    EXPECT_LE(twins.size(), Twins::kMost + 1);
}

}  // namespace
}  // namespace rookery::protocol::guilded
