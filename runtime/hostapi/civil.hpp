#pragma once

#include <cstdint>

namespace rookery::hostapi {

/// A day of the Gregorian calendar.
struct Day {
    std::int64_t year;
    int month;  ///< 1 to 12
    int day;    ///< 1 to 31
};

/// Days since 1970-01-01. A day past the month's end is the one so many days later.
[[nodiscard]] constexpr std::int64_t days_of(std::int64_t year, int month, int day) noexcept {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t of_era = year - era * 400;
    const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

[[nodiscard]] constexpr Day day_of(std::int64_t days) noexcept {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t of_era = days - era * 146097;
    const std::int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const std::int64_t part = (5 * of_year + 2) / 153;
    const int month = static_cast<int>(part < 10 ? part + 3 : part - 9);
    return {year + era * 400 + (month <= 2 ? 1 : 0), month,
            static_cast<int>(of_year - (153 * part + 2) / 5 + 1)};
}

/// 0 is Sunday.
[[nodiscard]] constexpr int weekday_of(std::int64_t days) noexcept {
    return static_cast<int>(((days + 4) % 7 + 7) % 7);
}

}  // namespace rookery::hostapi
