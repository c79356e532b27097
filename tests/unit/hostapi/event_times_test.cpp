#include "hostapi/event_times.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace rookery::hostapi {
namespace {

std::map<std::string, std::uint64_t> totals(const EventTimes& times) {
    std::map<std::string, std::uint64_t> out;
    times.each([&](std::string_view type, const BucketCounts::Counts& counts) {
        out[std::string(type)] = counts.total;
    });
    return out;
}

TEST(EventTimes, counts_by_type_and_raw_ones_together) {
    EventTimes times;
    EXPECT_TRUE(totals(times).empty());
    times.record(model::EventType::message_create, std::chrono::microseconds(1));
    times.record(model::EventType::message_create, std::chrono::microseconds(1));
    times.record(model::EventType{model::kEventCount}, std::chrono::microseconds(1));
    times.record(model::EventType{model::kEventCount + 7}, std::chrono::microseconds(1));
    EXPECT_EQ(totals(times),
              (std::map<std::string, std::uint64_t>{{"messageCreate", 2}, {"raw", 2}}));
}

}  // namespace
}  // namespace rookery::hostapi
