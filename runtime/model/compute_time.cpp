#include "model/compute.hpp"

#include <chrono>

namespace rookery::model::compute {
namespace {

constexpr std::int64_t kDiscordEpoch = 1'420'070'400'000;
constexpr std::int64_t kMillisADay = 86'400'000;

std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) noexcept {
    using namespace std::chrono;
    const sys_days days = std::chrono::year{static_cast<int>(year)} / std::chrono::month{month} /
                          std::chrono::day{day};
    return days.time_since_epoch().count();
}

/// Reads fixed-width pieces from the front of a text.
class Reader {
  public:
    explicit Reader(std::string_view text) noexcept : text_(text) {}

    /// Exactly `width` digits, not above `max`.
    unsigned number(std::size_t width, unsigned max) noexcept {
        unsigned value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            if (i >= text_.size() || text_[i] < '0' || text_[i] > '9') {
                return fail();
            }
            value = value * 10 + static_cast<unsigned>(text_[i] - '0');
        }
        text_.remove_prefix(width);
        return value <= max ? value : fail();
    }

    bool accept(char wanted) noexcept {
        if (text_.empty() || text_.front() != wanted) {
            return false;
        }
        text_.remove_prefix(1);
        return true;
    }

    void expect(char wanted) noexcept {
        if (!accept(wanted)) {
            fail();
        }
    }

    /// Decimals of a second as milliseconds, cut off.
    unsigned decimals() noexcept {
        unsigned millis = 0;
        unsigned weight = 100;
        std::size_t count = 0;
        while (count < text_.size() && text_[count] >= '0' && text_[count] <= '9') {
            millis += weight * static_cast<unsigned>(text_[count] - '0');
            weight /= 10;
            ++count;
        }
        text_.remove_prefix(count);
        return count > 0 ? millis : fail();
    }

    [[nodiscard]] bool good() const noexcept { return good_; }
    [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }

  private:
    unsigned fail() noexcept {
        good_ = false;
        return 0;
    }

    std::string_view text_;
    bool good_ = true;
};

std::optional<std::int64_t> parse_iso(std::string_view text) noexcept {
    Reader in(text);
    const unsigned year = in.number(4, 9999);
    in.expect('-');
    const unsigned month = in.number(2, 12);
    in.expect('-');
    const unsigned day = in.number(2, 31);
    if (!in.accept('T') && !in.accept(' ')) {
        return std::nullopt;
    }
    const unsigned hour = in.number(2, 24);
    in.expect(':');
    const unsigned minute = in.number(2, 59);
    in.expect(':');
    const unsigned second = in.number(2, 60);
    const unsigned millis = in.accept('.') ? in.decimals() : 0;
    std::int64_t offset = 0;
    if (!in.accept('Z') && !in.at_end()) {
        const bool west = in.accept('-');
        if (!west) {
            in.expect('+');
        }
        offset = in.number(2, 23) * 60;
        in.accept(':');
        offset += in.number(2, 59);
        offset = west ? -offset : offset;
    }
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                           std::chrono::month{month}, std::chrono::day{day}};
    if (!in.good() || !in.at_end() || !date.ok()) {
        return std::nullopt;
    }
    const std::int64_t minutes = hour * 60 + minute - offset;
    return days_of(year, month, day) * kMillisADay + minutes * 60'000 + second * 1000 + millis;
}

char* put(char* out, std::int64_t value, unsigned width) noexcept {
    for (unsigned i = width; i-- > 0;) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

}  // namespace

std::int64_t snowflake_millis(std::uint64_t id) noexcept {
    return static_cast<std::int64_t>(id >> 22U) + kDiscordEpoch;
}

std::string_view time_of_millis(std::int64_t millis, StringScratch& scratch) {
    static const std::int64_t first = days_of(0, 1, 1) * kMillisADay;
    static const std::int64_t end = days_of(10000, 1, 1) * kMillisADay;
    if (millis < first || millis >= end) {
        return {};
    }
    const std::int64_t day = (millis - first) / kMillisADay + first / kMillisADay;
    std::int64_t rest = millis - day * kMillisADay;
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};

    constexpr std::size_t kLength = 24;
    char* const start = scratch.take(kLength);
    char* out = put(start, static_cast<int>(date.year()), 4);
    *out++ = '-';
    out = put(out, static_cast<unsigned>(date.month()), 2);
    *out++ = '-';
    out = put(out, static_cast<unsigned>(date.day()), 2);
    *out++ = 'T';
    out = put(out, rest / 3'600'000, 2);
    rest %= 3'600'000;
    *out++ = ':';
    out = put(out, rest / 60'000, 2);
    rest %= 60'000;
    *out++ = ':';
    out = put(out, rest / 1000, 2);
    *out++ = '.';
    out = put(out, rest % 1000, 3);
    *out = 'Z';
    return {start, kLength};
}

std::string_view iso_time(std::string_view text, StringScratch& scratch) {
    const auto millis = parse_iso(text);
    return millis ? time_of_millis(*millis, scratch) : std::string_view{};
}

std::string_view time_after(std::string_view time, std::int64_t seconds, StringScratch& scratch) {
    constexpr std::int64_t kMost = 1'000'000'000'000;
    const auto millis = parse_iso(time);
    return millis && seconds > 0 && seconds < kMost
               ? time_of_millis(*millis + seconds * 1000, scratch)
               : std::string_view{};
}

}  // namespace rookery::model::compute
