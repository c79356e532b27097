#include "hostapi/seen_window.hpp"

#include "support/events.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

const rookery::testing::RecordingDelivery s_first;
const rookery::testing::RecordingDelivery s_second;

TEST(SeenWindow, a_number_that_comes_again_was_seen) {
    SeenWindow window;
    EXPECT_FALSE(window.seen(&s_first, 5));
    EXPECT_TRUE(window.seen(&s_first, 5));
    EXPECT_FALSE(window.seen(&s_first, 7));
    EXPECT_TRUE(window.seen(&s_first, 7));
}

TEST(SeenWindow, one_that_was_overtaken_was_not_seen) {
    SeenWindow window;
    EXPECT_FALSE(window.seen(&s_first, 1));
    EXPECT_FALSE(window.seen(&s_first, 4));
    EXPECT_FALSE(window.seen(&s_first, 2));
    EXPECT_FALSE(window.seen(&s_first, 3));
    EXPECT_TRUE(window.seen(&s_first, 2));
}

TEST(SeenWindow, a_number_does_not_stand_for_one_a_window_earlier) {
    SeenWindow window;
    EXPECT_FALSE(window.seen(&s_first, 10));
    EXPECT_FALSE(window.seen(&s_first, 10 + SeenWindow::kReach - 1));
    EXPECT_TRUE(window.seen(&s_first, 10));
    EXPECT_FALSE(window.seen(&s_first, 10 + 3 * SeenWindow::kReach));
    EXPECT_FALSE(window.seen(&s_first, 10 + 3 * SeenWindow::kReach - 5));
}

TEST(SeenWindow, another_session_begins_anew) {
    SeenWindow window;
    EXPECT_FALSE(window.seen(&s_first, 5));
    EXPECT_FALSE(window.seen(&s_second, 5));
    EXPECT_FALSE(window.seen(nullptr, 5));
    EXPECT_FALSE(window.seen(nullptr, 5));
}

}  // namespace
}  // namespace rookery::hostapi
