#include "hostapi/cron.hpp"

#include "hostapi/civil.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>
#include <utility>

namespace rookery::hostapi {

namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3'600;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kYearsAhead = 9;  // between two 29ths of February lie at most eight

struct Field {
    std::string_view name;
    int least;
    int most;
    std::span<const std::string_view> names = {};  ///< of `least` and the following
};

constexpr auto kMonths = std::to_array<std::string_view>(
    {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"});
constexpr auto kWeekdays =
    std::to_array<std::string_view>({"sun", "mon", "tue", "wed", "thu", "fri", "sat"});
constexpr std::array kFields{Field{"minute", 0, 59}, Field{"hour", 0, 23}, Field{"day", 1, 31},
                             Field{"month", 1, 12, kMonths}, Field{"weekday", 0, 7, kWeekdays}};
constexpr auto kShort =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"@yearly", "0 0 1 1 *"},
                                                                  {"@annually", "0 0 1 1 *"},
                                                                  {"@monthly", "0 0 1 * *"},
                                                                  {"@weekly", "0 0 * * 0"},
                                                                  {"@daily", "0 0 * * *"},
                                                                  {"@midnight", "0 0 * * *"},
                                                                  {"@hourly", "0 * * * *"}});

Error refuse(const Field& field, std::string_view text) {
    return {ErrorKind::invalid,
            "cron: " + std::string(field.name) + " '" + std::string(text.substr(0, 40)) +
                "': expected " + std::to_string(field.least) + " to " + std::to_string(field.most) +
                ", *, a range a-b, a list a,b or a step */n"};
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::optional<int> whole_number(std::string_view text) {
    int number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, number);
    return problem == std::errc{} && stopped == end && number >= 0 ? std::optional(number)
                                                                   : std::nullopt;
}

std::optional<int> value_of(const Field& field, std::string_view text) {
    const auto found = std::ranges::find(field.names, lower(text));
    const auto number = found != field.names.end()
                            ? field.least + static_cast<int>(found - field.names.begin())
                            : whole_number(text);
    return number && *number >= field.least && *number <= field.most ? number : std::nullopt;
}

/// One item of a list: "*", "5", "1-5", each perhaps with "/2".
bool add_item(const Field& field, std::string_view item, std::uint64_t& set) {
    int step = 1;
    const std::size_t slash = item.find('/');
    if (slash != std::string_view::npos) {
        const auto given = whole_number(item.substr(slash + 1));
        if (!given || *given < 1) {
            return false;
        }
        step = *given;
        item = item.substr(0, slash);
    }
    int first = field.least;
    int last = field.most;
    if (item != "*") {
        const std::size_t dash = item.find('-');
        const auto from = value_of(field, item.substr(0, dash));
        const auto to = dash == std::string_view::npos
                            ? (slash == std::string_view::npos ? from : std::optional(field.most))
                            : value_of(field, item.substr(dash + 1));
        if (!from || !to || *from > *to) {
            return false;
        }
        first = *from;
        last = *to;
    }
    for (int value = first; value <= last; value += step) {
        set |= std::uint64_t{1} << static_cast<unsigned>(value);
    }
    return true;
}

Result<std::uint64_t> read_field(const Field& field, std::string_view text) {
    std::uint64_t set = 0;
    std::string_view rest = text;
    while (true) {
        const std::size_t comma = rest.find(',');
        if (!add_item(field, rest.substr(0, comma), set)) {
            return refuse(field, text);
        }
        if (comma == std::string_view::npos) {
            return set;
        }
        rest.remove_prefix(comma + 1);
    }
}

Result<std::array<std::string_view, kFields.size()>> split(std::string_view text) {
    std::array<std::string_view, kFields.size()> parts;
    std::size_t count = 0;
    for (std::size_t at = text.find_first_not_of(" \t"); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
        if (count < parts.size()) {
            parts[count] = text.substr(at, end - at);
        }
        ++count;
        at = text.find_first_not_of(" \t", end);
    }
    if (count != parts.size()) {
        return Error(ErrorKind::invalid,
                     "cron: expected five fields (minute hour day month weekday) or @daily and the "
                     "like, got '" +
                         std::string(text.substr(0, 60)) + "'");
    }
    return parts;
}

bool has(std::uint64_t set, std::int64_t bit) {
    return (set >> static_cast<unsigned>(bit) & 1U) != 0;
}

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value >= 0 ? value / by : -((-value + by - 1) / by);
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text, std::string_view zone) {
    const auto known =
        std::ranges::find(kShort, lower(text), [](const auto& pair) { return pair.first; });
    auto parts = split(known != kShort.end() ? known->second : text);
    if (!parts) {
        return parts.error();
    }
    auto found = TimeZone::find(zone);
    if (!found) {
        return found.error();
    }
    Cron cron;
    cron.zone_ = *std::move(found);
    const std::array sets{&cron.minutes_, &cron.hours_, &cron.days_, &cron.months_,
                          &cron.weekdays_};
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const auto set = read_field(kFields[i], (*parts)[i]);
        if (!set) {
            return set.error();
        }
        *sets[i] = *set;
    }
    cron.weekdays_ |= cron.weekdays_ >> 7U & 1U;
    cron.every_hour_ = (*parts)[1].starts_with('*');
    cron.any_day_ = (*parts)[2].starts_with('*');
    cron.any_weekday_ = (*parts)[4].starts_with('*');
    return cron;
}

bool Cron::day_fits(std::int64_t days) const {
    const bool day = has(days_, day_of(days).day);
    const bool weekday = has(weekdays_, weekday_of(days));
    return any_day_ || any_weekday_ ? day && weekday : day || weekday;
}

/// The first minute from `local` on that fits, by the clock alone.
std::optional<std::int64_t> Cron::next_local(std::int64_t local) const {
    std::int64_t at = floor_div(local + kMinute - 1, kMinute) * kMinute;
    const std::int64_t last = at + kYearsAhead * 366 * kDay;
    while (at < last) {
        const std::int64_t days = floor_div(at, kDay);
        const Day day = day_of(days);
        if (!has(months_, day.month)) {
            at = (day.month == 12 ? days_of(day.year + 1, 1, 1)
                                  : days_of(day.year, day.month + 1, 1)) *
                 kDay;
        } else if (!day_fits(days)) {
            at = (days + 1) * kDay;
        } else if (!has(hours_, (at - days * kDay) / kHour)) {
            at = (floor_div(at, kHour) + 1) * kHour;
        } else if (!has(minutes_, (at - days * kDay) % kHour / kMinute)) {
            at += kMinute;
        } else {
            return at;
        }
    }
    return std::nullopt;
}

std::optional<std::int64_t> Cron::next(std::int64_t after) const {
    std::int64_t from = after + 1;
    if (!every_hour_) {
        // An hour that the clocks show twice has been used up by the first time.
        for (std::int64_t local = from + zone_.offset_at(from);;) {
            const auto shown = next_local(local);
            if (!shown) {
                return std::nullopt;
            }
            if (const std::int64_t moment = zone_.moment_of(*shown); moment > after) {
                return moment;
            }
            local = *shown + kMinute;
        }
    }
    const std::int64_t last = after + kYearsAhead * 366 * kDay;
    while (from < last) {
        const std::int32_t offset = zone_.offset_at(from);
        const auto shown = next_local(from + offset);
        if (!shown) {
            return std::nullopt;
        }
        // In steps of at most a day, so that no two changes of the clocks hide one another.
        const std::int64_t moment = *shown - offset;
        const std::int64_t look = std::min(moment, from + kDay);
        if (zone_.offset_at(look) != offset) {
            from = zone_.change_between(from, look);
        } else if (look == moment) {
            return moment;
        } else {
            from = look;
        }
    }
    return std::nullopt;
}

}  // namespace rookery::hostapi
