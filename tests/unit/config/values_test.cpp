#include "config/values.hpp"

#include <gtest/gtest.h>

#include <array>

namespace rookery::config {
namespace {

TEST(ConfigValues, durations_with_a_unit) {
    EXPECT_EQ(parse_duration("500ms"), Millis(500));
    EXPECT_EQ(parse_duration("5s"), Millis(5'000));
    EXPECT_EQ(parse_duration("2.5m"), Millis(150'000));
    EXPECT_EQ(parse_duration("1h"), Millis(3'600'000));
    EXPECT_EQ(parse_duration("0s"), Millis(0));
}

TEST(ConfigValues, durations_that_are_none) {
    for (const auto* text :
         {"", "5", "s", "-5s", "+5s", "5 s", "5sec", "infs", "nans", "1e999s", "1e12h", "5s "}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
}

TEST(ConfigValues, durations_are_written_in_their_largest_whole_unit) {
    EXPECT_EQ(format_duration(Millis(0)), "0s");
    EXPECT_EQ(format_duration(Millis(1'500)), "1500ms");
    EXPECT_EQ(format_duration(Millis(90'000)), "90s");
    EXPECT_EQ(format_duration(Millis(120'000)), "2m");
    EXPECT_EQ(format_duration(Millis(7'200'000)), "2h");
}

TEST(ConfigValues, rates_are_a_count_in_a_time) {
    EXPECT_EQ(parse_rate("20/s"), std::pair(20U, Millis(1'000)));
    EXPECT_EQ(parse_rate("1/m"), std::pair(1U, Millis(60'000)));
    EXPECT_EQ(parse_rate("1000/h"), std::pair(1'000U, Millis(3'600'000)));
    for (const auto* text :
         {"", "20", "/s", "0/s", "-1/s", "20/d", "1.5/s", "20/s ", "2000000/s"}) {
        EXPECT_EQ(parse_rate(text), std::nullopt) << text;
    }
}

TEST(ConfigValues, sizes_with_a_unit) {
    EXPECT_EQ(parse_size("100B"), 100U);
    EXPECT_EQ(parse_size("64MiB"), std::uint64_t{64} << 20U);
    EXPECT_EQ(parse_size("2GiB"), std::uint64_t{2} << 30U);
}

TEST(ConfigValues, sizes_that_are_none) {
    for (const auto* text :
         {"", "64", "64MB", "1.5MiB", "-1B", "MiB", "99999999999999999999B", "99999999999999GiB"}) {
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
    }
}

TEST(ConfigValues, names_are_safe_in_paths_and_commands) {
    EXPECT_TRUE(is_name("mod-log_2"));
    for (const auto* text : {"", "Mod", "2x", "-x", "a b", "a/b", "..", "a.b", "\xc3\xa4"}) {
        EXPECT_FALSE(is_name(text)) << text;
    }
    EXPECT_TRUE(is_name(std::string(63, 'a')));
    EXPECT_FALSE(is_name(std::string(64, 'a')));
}

TEST(ConfigValues, distance_counts_single_edits_and_swaps) {
    EXPECT_EQ(edit_distance("token", "token"), 0U);
    EXPECT_EQ(edit_distance("token", "Token"), 0U);
    EXPECT_EQ(edit_distance("tokn", "token"), 1U);
    EXPECT_EQ(edit_distance("tokne", "token"), 1U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(ConfigValues, nearest_gives_up_on_other_words) {
    constexpr std::array<std::string_view, 3> known = {"name", "token", "intents"};
    EXPECT_EQ(nearest("intent", known), "intents");
    EXPECT_EQ(nearest("nmae", known), "name");
    EXPECT_EQ(nearest("colour", known), "");
    EXPECT_EQ(nearest("", known), "");
}

}  // namespace
}  // namespace rookery::config
