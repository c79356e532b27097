#include "config/values.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace rookery::config {
namespace {

template <class Factor>
struct Unit {
    std::string_view suffix;
    Factor factor;
};

constexpr std::array<Unit<double>, 4> kDurations = {
    {{"ms", 1.0}, {"s", 1'000.0}, {"m", 60'000.0}, {"h", 3'600'000.0}}};
constexpr std::array<Unit<std::uint64_t>, 4> kSizes = {
    {{"B", 1}, {"KiB", 1U << 10U}, {"MiB", 1U << 20U}, {"GiB", 1U << 30U}}};
constexpr double kLongestMillis = 100.0 * 366 * 24 * 3'600'000;
constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestCompared = 64;

template <class Number>
struct Amount {
    Number number{};
    std::string_view suffix;
};

template <class Number>
std::optional<Amount<Number>> split(std::string_view text) {
    // from_chars takes "inf", "nan" and signs as well: a digit in front excludes them.
    if (text.empty() || text.front() < '0' || text.front() > '9') {
        return std::nullopt;
    }
    Amount<Number> amount;
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), amount.number);
    if (failure != std::errc()) {
        return std::nullopt;
    }
    amount.suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    return amount;
}

std::optional<Millis> to_millis(double millis) {
    if (!std::isfinite(millis) || millis < 0 || millis > kLongestMillis) {
        return std::nullopt;
    }
    return Millis(std::llround(millis));
}

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::optional<Millis> parse_duration(std::string_view text) {
    const auto amount = split<double>(text);
    if (!amount) {
        return std::nullopt;
    }
    for (const auto& unit : kDurations) {
        if (amount->suffix == unit.suffix) {
            return to_millis(amount->number * unit.factor);
        }
    }
    return std::nullopt;
}

std::optional<Millis> seconds_to_duration(double seconds) { return to_millis(seconds * 1'000.0); }

std::string format_duration(Millis duration) {
    const auto count = duration.count();
    for (auto unit = kDurations.rbegin(); unit != kDurations.rend(); ++unit) {
        const auto factor = static_cast<std::int64_t>(unit->factor);
        if (count != 0 && count % factor == 0) {
            return fmt::format("{}{}", count / factor, unit->suffix);
        }
    }
    return "0s";
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const auto amount = split<std::uint64_t>(text);
    if (!amount) {
        return std::nullopt;
    }
    for (const auto& unit : kSizes) {
        if (amount->suffix == unit.suffix && amount->number <= UINT64_MAX / unit.factor) {
            return amount->number * unit.factor;
        }
    }
    return std::nullopt;
}

std::optional<std::pair<std::uint32_t, Millis>> parse_rate(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, Millis>, 3> kTimes = {
        {{"/s", Millis{1'000}}, {"/m", Millis{60'000}}, {"/h", Millis{3'600'000}}}};
    constexpr std::uint64_t kMost = 1'000'000;
    const auto amount = split<std::uint64_t>(text);
    if (!amount || amount->number == 0 || amount->number > kMost) {
        return std::nullopt;
    }
    for (const auto& [suffix, time] : kTimes) {
        if (amount->suffix == suffix) {
            return std::pair(static_cast<std::uint32_t>(amount->number), time);
        }
    }
    return std::nullopt;
}

std::string format_size(std::uint64_t bytes) {
    for (auto unit = kSizes.rbegin(); unit != kSizes.rend(); ++unit) {
        if (bytes != 0 && bytes % unit->factor == 0) {
            return fmt::format("{}{}", bytes / unit->factor, unit->suffix);
        }
    }
    return "0B";
}

bool is_name(std::string_view text) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= kLongestName && letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
           });
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
    left = left.substr(0, kLongestCompared);
    right = right.substr(0, kLongestCompared);
    // Three rows of the usual table: two back (for swaps), previous, current.
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> previous(right.size() + 1);
    std::vector<std::size_t> current(right.size() + 1);
    for (std::size_t column = 0; column <= right.size(); ++column) {
        previous[column] = column;
    }
    for (std::size_t row = 1; row <= left.size(); ++row) {
        current[0] = row;
        for (std::size_t column = 1; column <= right.size(); ++column) {
            const bool same = lower(left[row - 1]) == lower(right[column - 1]);
            current[column] = std::min({previous[column] + 1, current[column - 1] + 1,
                                        previous[column - 1] + (same ? 0U : 1U)});
            if (row > 1 && column > 1 && lower(left[row - 1]) == lower(right[column - 2]) &&
                lower(left[row - 2]) == lower(right[column - 1])) {
                current[column] = std::min(current[column], before[column - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[right.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    std::string_view best;
    // A third of the letters wrong is as far as a guess still helps.
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        const auto distance = edit_distance(word, candidate);
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

}  // namespace rookery::config
