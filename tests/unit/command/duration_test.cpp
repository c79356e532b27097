#include "command/duration.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::command {
namespace {

TEST(DurationTest, what_people_write) {
    for (const auto& [text, seconds] : {std::pair("90", 90.0),
                                        {"90s", 90.0},
                                        {"1h30m", 5'400.0},
                                        {"1h 30m", 5'400.0},
                                        {" 2 hours ", 7'200.0},
                                        {"2 Hours, 5 minutes", 7'500.0},
                                        {"1.5 days", 129'600.0},
                                        {"1,5 Tage", 129'600.0},
                                        {"1 week and 2 days", 777'600.0},
                                        {"2 Stunden und 1 Minute", 7'260.0},
                                        {"500ms", 0.5},
                                        {"1y", 31'536'000.0},
                                        {"0", 0.0}}) {
        EXPECT_EQ(parse_duration(text), seconds) << text;
    }
}

TEST(DurationTest, what_is_none) {
    for (const char* text : {"", "h", "1x", "30m 1h", "1h 1h", "1h30", "-5m", "1h,", "1 h and",
                             "1..5h", "1e3s", "999999999y", "٥m", "5m ago", "1h 2"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
    EXPECT_EQ(parse_duration(std::string(10'000, '1')), std::nullopt);
}

TEST(DurationTest, in_words) {
    EXPECT_EQ(duration_words(0, "en"), "0 seconds");
    EXPECT_EQ(duration_words(1, "en"), "1 second");
    EXPECT_EQ(duration_words(5'400, "en"), "1 hour, 30 minutes");
    EXPECT_EQ(duration_words(5'400, "de"), "1 Stunde, 30 Minuten");
    EXPECT_EQ(duration_words(30 * 86'400.0, "en"), "30 days");
    EXPECT_EQ(duration_words(14 * 86'400.0, "de-CH"), "2 Wochen");
    EXPECT_EQ(duration_words(0.25, "en"), "250 milliseconds");
}

TEST(DurationTest, its_text_is_read_as_the_same) {
    for (const double seconds : {0.0, 0.5, 59.0, 3'661.0, 1'209'600.0, 86'399.999}) {
        EXPECT_EQ(parse_duration(duration_text(seconds)), seconds) << duration_text(seconds);
    }
}

}  // namespace
}  // namespace rookery::command
