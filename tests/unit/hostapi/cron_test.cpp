#include "hostapi/cron.hpp"

#include "hostapi/civil.hpp"
#include "hostapi/cron_timer.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace rookery::hostapi {
namespace {

std::string text_of(std::int64_t moment) {
    const std::int64_t days = moment >= 0 ? moment / 86400 : (moment - 86399) / 86400;
    const Day day = day_of(days);
    const std::int64_t rest = moment - days * 86400;
    char text[40];
    (void)std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d", static_cast<int>(day.year),
                        day.month, day.day, static_cast<int>(rest / 3600),
                        static_cast<int>(rest / 60 % 60));
    return text;
}

std::int64_t moment(std::int64_t year, int month, int day, int hour = 0, int minute = 0) {
    return days_of(year, month, day) * 86400 + hour * 3600 + minute * 60;
}

/// The next moments of a cron, in UTC, with ';' in between.
std::string next_of(std::string_view spec, std::string_view zone, std::int64_t after, int count) {
    const auto cron = Cron::parse(spec, zone);
    if (!cron) {
        return cron.error().message();
    }
    std::string text;
    for (int i = 0; i < count; ++i) {
        const auto next = cron->next(after);
        if (!next) {
            return text + "never";
        }
        text += (i == 0 ? "" : ";") + text_of(*next).substr(5);
        after = *next;
    }
    return text;
}

struct Case {
    const char* name;
    const char* spec;
    const char* next;
};
class InUtc : public ::testing::TestWithParam<Case> {};

TEST_P(InUtc, gives_these_moments_after_friday_the_17th_of_may) {
    EXPECT_EQ(next_of(GetParam().spec, "UTC", moment(2024, 5, 17, 12, 30), 3), GetParam().next);
}

INSTANTIATE_TEST_SUITE_P(
    Specs, InUtc,
    ::testing::Values(
        Case{"every_minute", "* * * * *", "05-17 12:31;05-17 12:32;05-17 12:33"},
        Case{"daily", "@daily", "05-18 00:00;05-19 00:00;05-20 00:00"},
        Case{"weekly", "@Weekly", "05-19 00:00;05-26 00:00;06-02 00:00"},
        Case{"step", "*/25 * * * *", "05-17 12:50;05-17 13:00;05-17 13:25"},
        Case{"workdays", "0 9 * * 1-5", "05-20 09:00;05-21 09:00;05-22 09:00"},
        Case{"names", "0 9 * JAN,jun Mon", "06-03 09:00;06-10 09:00;06-17 09:00"},
        Case{"sunday_is_seven", "0 9 * * 7", "05-19 09:00;05-26 09:00;06-02 09:00"},
        Case{"day_or_weekday", "0 0 20 * sun", "05-19 00:00;05-20 00:00;05-26 00:00"},
        Case{"from_with_step", "10/20 12 * * *", "05-17 12:50;05-18 12:10;05-18 12:30"},
        Case{"range_with_step", "0 8-12/2 * * *", "05-18 08:00;05-18 10:00;05-18 12:00"},
        Case{"leap_day", "0 0 29 2 *", "02-29 00:00;02-29 00:00;02-29 00:00"},
        Case{"never", "0 0 31 2 *", "never"}),
    [](const auto& test) { return test.param.name; });

struct Wrong {
    const char* name;
    const char* spec;
    const char* part;
};
class Refused : public ::testing::TestWithParam<Wrong> {};

TEST_P(Refused, names_the_field) {
    const auto cron = Cron::parse(GetParam().spec);
    ASSERT_FALSE(cron);
    EXPECT_NE(cron.error().message().find(GetParam().part), std::string::npos)
        << cron.error().message();
}

INSTANTIATE_TEST_SUITE_P(Specs, Refused,
                         ::testing::Values(Wrong{"minute", "60 * * * *", "minute '60'"},
                                           Wrong{"hour", "0 24 * * *", "hour '24'"},
                                           Wrong{"day_zero", "0 0 0 * *", "day '0'"},
                                           Wrong{"month_name", "0 0 * foo *", "month 'foo'"},
                                           Wrong{"weekday", "0 0 * * 8", "weekday '8'"},
                                           Wrong{"backwards", "5-1 * * * *", "minute '5-1'"},
                                           Wrong{"no_step", "*/0 * * * *", "minute '*/0'"},
                                           Wrong{"empty_item", "1,,2 * * * *", "minute '1,,2'"},
                                           Wrong{"minus", "-1 * * * *", "minute '-1'"},
                                           Wrong{"four_fields", "* * * *", "five fields"},
                                           Wrong{"six_fields", "* * * * * *", "five fields"},
                                           Wrong{"nothing", "", "five fields"},
                                           Wrong{"unknown_word", "@often", "five fields"}),
                         [](const auto& test) { return test.param.name; });

// In Berlin the clocks go from 2:00 to 3:00 on 2024-03-31 at 01:00 UTC, and back from 3:00 to 2:00
// on 2024-10-27 at 01:00 UTC.

TEST(CronInBerlin, keeps_the_local_hour_over_the_year) {
    EXPECT_EQ(next_of("0 9 * * *", "Europe/Berlin", moment(2024, 3, 29, 12), 3),
              "03-30 08:00;03-31 07:00;04-01 07:00");
}

TEST(CronInBerlin, an_hour_that_is_left_out_happens_right_after_the_gap) {
    EXPECT_EQ(next_of("30 2 * * *", "Europe/Berlin", moment(2024, 3, 30, 0), 3),
              "03-30 01:30;03-31 01:00;04-01 00:30");
}

TEST(CronInBerlin, an_hour_that_comes_twice_happens_once) {
    EXPECT_EQ(next_of("30 2 * * *", "Europe/Berlin", moment(2024, 10, 26, 12), 2),
              "10-27 00:30;10-28 01:30");
    EXPECT_EQ(next_of("*/20 2 * * *", "Europe/Berlin", moment(2024, 10, 26, 12), 4),
              "10-27 00:00;10-27 00:20;10-27 00:40;10-28 01:00");
}

TEST(CronInBerlin, what_happens_every_hour_keeps_its_distance) {
    EXPECT_EQ(next_of("30 * * * *", "Europe/Berlin", moment(2024, 10, 26, 23, 45), 4),
              "10-27 00:30;10-27 01:30;10-27 02:30;10-27 03:30");
    EXPECT_EQ(next_of("30 * * * *", "Europe/Berlin", moment(2024, 3, 30, 23, 45), 3),
              "03-31 00:30;03-31 01:30;03-31 02:30");
}

TEST(CronInBerlin, goes_on_past_what_the_file_lists) {
    EXPECT_EQ(next_of("0 9 * * *", "Europe/Berlin", moment(2090, 7, 1, 12), 1), "07-02 07:00");
    EXPECT_EQ(next_of("0 9 * * *", "Europe/Berlin", moment(2090, 12, 1, 12), 1), "12-02 08:00");
}

TEST(CronInLordHowe, half_an_hour_of_summer_time) {
    EXPECT_EQ(next_of("0 9 * * *", "Australia/Lord_Howe", moment(2024, 4, 5, 12), 2),
              "04-05 22:00;04-06 22:30");
}

TEST(CronTimer, is_due_once_for_each_time_and_makes_up_for_nothing) {
    const Millis start = std::chrono::seconds{moment(2024, 5, 17, 12, 30)};
    auto timer = CronTimer::start(*Cron::parse("0 * * * *"), start);
    ASSERT_TRUE(timer);
    EXPECT_EQ(timer->sleep(start), CronTimer::kLongestSleep);
    EXPECT_EQ(timer->sleep(start + std::chrono::minutes{29} + Millis{59'500}), Millis{500});
    EXPECT_FALSE(timer->due(start + std::chrono::minutes{29} + Millis{59'999}));
    EXPECT_TRUE(timer->due(start + std::chrono::minutes{30}));
    EXPECT_FALSE(timer->due(start + std::chrono::minutes{30} + Millis{1}));
    EXPECT_TRUE(timer->due(start + std::chrono::hours{100}));
    EXPECT_FALSE(timer->due(start + std::chrono::hours{100} + Millis{1}));
}

TEST(CronTimer, waits_when_the_clock_is_set_back) {
    const Millis start = std::chrono::seconds{moment(2024, 5, 17, 12, 59)};
    auto timer = CronTimer::start(*Cron::parse("0 * * * *"), start);
    ASSERT_TRUE(timer);
    EXPECT_FALSE(timer->due(start - std::chrono::hours{5}));
    EXPECT_EQ(timer->sleep(start - std::chrono::hours{5}), CronTimer::kLongestSleep);
    EXPECT_TRUE(timer->due(start + std::chrono::minutes{1}));
}

TEST(TimeZone, names_lead_nowhere_else) {
    for (const char* name : {"../etc/passwd", "/etc/passwd", "", "Europe/", "Mars/Base", "a b"}) {
        EXPECT_FALSE(TimeZone::find(name)) << name;
    }
}

TEST(TimeZone, a_damaged_file_is_refused_wherever_it_is_damaged) {
    std::ifstream stream(std::string(TimeZone::kFolder) + "/Europe/Berlin", std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    ASSERT_TRUE(TimeZone::read(bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(TimeZone::read(bytes.substr(0, size))) << size;
    }
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const char wrong : {'\0', '\x7f', '\xff'}) {
            std::string damaged = bytes;
            damaged[at] = wrong;
            if (const auto zone = TimeZone::read(damaged)) {
                (void)zone->at(1'700'000'000);
                (void)zone->moment_of(4'000'000'000);
            }
        }
    }
}

}  // namespace
}  // namespace rookery::hostapi
