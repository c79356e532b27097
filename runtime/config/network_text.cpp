#include "config/network_text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace rookery::config {
namespace {

using SystemTime = std::chrono::system_clock::time_point;

template <class Number>
std::optional<Number> whole(std::string_view text) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                      : std::nullopt;
}

/// 4 or 6; 0 when it is no address.
int family_of(std::string_view text) {
    const std::string terminated(text);
    std::array<unsigned char, sizeof(in6_addr)> parsed{};
    if (::inet_pton(AF_INET, terminated.c_str(), parsed.data()) == 1) {
        return 4;
    }
    return ::inet_pton(AF_INET6, terminated.c_str(), parsed.data()) == 1 ? 6 : 0;
}

/// So many digits and nothing else.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    const auto part = text.substr(std::min(at, text.size()), count);
    return part.size() == count && part.find_first_not_of("0123456789") == std::string_view::npos
               ? whole<int>(part)
               : std::nullopt;
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

std::optional<SystemTime> time_from(int year, int month, int day, std::chrono::seconds in_day) {
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (year < 2000 || year > 2200 || month < 1 || day < 1 || !date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + in_day;
}

std::optional<std::chrono::seconds> clock_of(int hour, int minute, int second) {
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        return std::nullopt;
    }
    return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto port = whole<std::uint16_t>(text.substr(colon + 1));
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    } else if (host == "localhost") {
        host = "127.0.0.1";
    }
    if (!port || family_of(host) != (bracketed ? 6 : 4)) {
        return std::nullopt;
    }
    return Endpoint{std::string(host), *port};
}

bool is_network(std::string_view text) {
    const auto slash = text.find('/');
    const int family = family_of(text.substr(0, slash));
    if (family == 0 || slash == std::string_view::npos) {
        return family != 0;
    }
    const auto bits = whole<unsigned>(text.substr(slash + 1));
    return bits && *bits <= (family == 4 ? 32U : 128U);
}

bool is_origin(std::string_view text) {
    const auto begin = text.find("://");
    const auto scheme = text.substr(0, begin);
    if (begin == std::string_view::npos || scheme.empty() ||
        scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-") !=
            std::string_view::npos) {
        return false;
    }
    const auto host = text.substr(begin + 3);
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return c > ' ' && c < '\x7f' &&
               std::string_view("/?#@\\\"<>").find(c) == std::string_view::npos;
    });
}

std::optional<SystemTime> parse_time(std::string_view text) {
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    if (text.size() == 10) {
        return time_from(*year, *month, *day, {});
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
    const auto clock = clock_of(*hour, *minute, *second);
    const auto offset = offset_of(rest);
    return clock && offset ? time_from(*year, *month, *day, *clock - *offset) : std::nullopt;
}

std::optional<SystemTime> time_of(const toml::node& node) {
    if (const auto text = node.value_exact<std::string_view>()) {
        return parse_time(*text);
    }
    if (const auto date = node.value_exact<toml::date>()) {
        return time_from(date->year, date->month, date->day, {});
    }
    const auto both = node.value_exact<toml::date_time>();
    if (!both) {
        return std::nullopt;
    }
    const auto clock = clock_of(both->time.hour, both->time.minute, both->time.second);
    const std::chrono::minutes offset(both->offset ? both->offset->minutes : 0);
    return clock ? time_from(both->date.year, both->date.month, both->date.day, *clock - offset)
                 : std::nullopt;
}

std::optional<std::uint64_t> id_of(const toml::node& node) {
    std::optional<std::uint64_t> id;
    if (const auto text = node.value_exact<std::string_view>()) {
        id = whole<std::uint64_t>(*text);
    } else if (const auto number = node.value_exact<std::int64_t>(); number && *number > 0) {
        id = static_cast<std::uint64_t>(*number);
    }
    return id && *id != 0 ? id : std::nullopt;
}

}  // namespace rookery::config
