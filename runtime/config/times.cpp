#include "config/times.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>

namespace rookery::config {
namespace {

/// So many digits and nothing else.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    const auto part = text.substr(std::min(at, text.size()), count);
    int value = 0;
    if (part.size() != count || part.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    std::from_chars(part.data(), part.data() + part.size(), value);
    return value;
}

std::optional<std::chrono::minutes> offset_of(std::string_view text) {
    if (text == "Z" || text == "z") {
        return std::chrono::minutes(0);
    }
    const auto hours = digits(text, 1, 2);
    const auto minutes = digits(text, 4, 2);
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !hours ||
        !minutes || *hours > 23 || *minutes > 59) {
        return std::nullopt;
    }
    const std::chrono::minutes value(*hours * 60 + *minutes);
    return text[0] == '-' ? -value : value;
}

}  // namespace

std::optional<WallTime> time_at(const CivilTime& parts) {
    const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                           std::chrono::month(parts.month),
                                           std::chrono::day(parts.day)};
    const auto within = [](int value, int most) { return value >= 0 && value <= most; };
    if (parts.year < 2000 || parts.year > 2200 || !date.ok() || !within(parts.hour, 23) ||
        !within(parts.minute, 59) || !within(parts.second, 60)) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(parts.hour) +
           std::chrono::minutes(parts.minute) + std::chrono::seconds(parts.second) - parts.offset;
}

std::optional<WallTime> parse_time(std::string_view text) {
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    CivilTime parts{*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day)};
    if (text.size() == 10) {
        return time_at(parts);
    }
    const auto hour = digits(text, 11, 2);
    const auto minute = digits(text, 14, 2);
    const auto second = digits(text, 17, 2);
    if (!hour || !minute || !second || (text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
        text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    auto rest = text.substr(19);
    if (rest.starts_with('.')) {
        const auto end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        if (end == 1) {
            return std::nullopt;
        }
        rest.remove_prefix(end);
    }
    const auto offset = offset_of(rest);
    if (!offset) {
        return std::nullopt;
    }
    parts.hour = *hour;
    parts.minute = *minute;
    parts.second = *second;
    parts.offset = *offset;
    return time_at(parts);
}

std::string format_time(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace rookery::config
