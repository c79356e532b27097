// The time of day, which tests turn.
#include <gtest/gtest.h>
#include <rookery/plugin.hpp>
#include <rookery/testing/fake_host.hpp>

namespace {

using namespace std::chrono_literals;

std::chrono::system_clock::time_point seen;

class Clock final : public rookery::Plugin {
    void start() override {
        seen = now();
        every(1h, [this] { seen = now(); });
    }
};

TEST(PluginClock, goes_with_the_timers) {
    rookery::testing::FakeHost host;
    ASSERT_EQ(host.load(), "");
    const auto begin = seen;
    host.advance(2h + 1min);
    EXPECT_EQ(seen - begin, 2h);
}

}  // namespace

ROOKERY_PLUGIN(Clock, "clock", "1.0.0")
