#include "hostapi/posix_zone.hpp"

#include "hostapi/civil.hpp"

namespace rookery::hostapi {

namespace {

constexpr std::int64_t kDay = 86'400;

bool is_leap(std::int64_t year) { return days_of(year + 1, 1, 1) - days_of(year, 1, 1) == 366; }

}  // namespace

/// Reads from the front; `fine` is false from the first thing on that does not fit.
class PosixZone::Reader {
  public:
    explicit Reader(std::string_view text) : rest(text) {}

    bool take(char wanted) {
        if (rest.empty() || rest.front() != wanted) {
            return false;
        }
        rest.remove_prefix(1);
        return true;
    }

    void need(char wanted) { fine = take(wanted) && fine; }

    int number(int most) {
        int value = 0;
        std::size_t digits = 0;
        while (digits < rest.size() && digits < 4 && rest[digits] >= '0' && rest[digits] <= '9') {
            value = value * 10 + (rest[digits++] - '0');
        }
        fine = fine && digits > 0 && value <= most;
        rest.remove_prefix(digits);
        return value;
    }

    /// "CET" or "<+0330>".
    std::string name() {
        const bool quoted = take('<');
        std::size_t size = 0;
        while (size < rest.size() && (quoted ? rest[size] != '>' : is_letter(rest[size]))) {
            ++size;
        }
        std::string name(rest.substr(0, size));
        rest.remove_prefix(size);
        if (quoted) {
            need('>');
        }
        fine = fine && !name.empty() && name.size() < 32;
        return name;
    }

    /// "[+-]h[:mm[:ss]]" in seconds.
    std::int32_t time(int most_hours) {
        const bool negative = take('-');
        if (!negative) {
            (void)take('+');
        }
        std::int32_t seconds = number(most_hours) * 3600;
        if (take(':')) {
            seconds += number(59) * 60;
            if (take(':')) {
                seconds += number(59);
            }
        }
        return negative ? -seconds : seconds;
    }

    Change change() {
        Change change;
        need(',');
        if (take('M')) {
            change.month = number(12);
            need('.');
            change.week = number(5);
            need('.');
            change.day = number(6);
            fine = fine && change.month >= 1 && change.week >= 1;
        } else if (take('J')) {
            change.kind = Change::Kind::day_without_leap;
            change.day = number(365);
            fine = fine && change.day >= 1;
        } else {
            change.kind = Change::Kind::day_of_year;
            change.day = number(365);
        }
        if (take('/')) {
            change.time = time(167);
        }
        return change;
    }

    std::string_view rest;
    bool fine = true;

  private:
    static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
};

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
    Reader reader(text);
    PosixZone zone;
    zone.standard_ = reader.name();
    zone.offset_ = -reader.time(24);
    if (reader.fine && !reader.rest.empty()) {
        zone.summer_ = reader.name();
        zone.summer_offset_ = zone.offset_ + 3600;
        if (!reader.rest.empty() && reader.rest.front() != ',') {
            zone.summer_offset_ = -reader.time(24);
        }
        zone.start_ = reader.change();
        zone.end_ = reader.change();
    }
    if (!reader.fine || !reader.rest.empty()) {
        return std::nullopt;
    }
    return zone;
}

std::int64_t PosixZone::moment(const Change& change, std::int64_t year, std::int32_t offset) {
    std::int64_t day = 0;
    switch (change.kind) {
        case Change::Kind::weekday: {
            const std::int64_t first = days_of(year, change.month, 1);
            day = first + (change.day - weekday_of(first) + 7) % 7 + (change.week - 1) * 7;
            const std::int64_t next =
                change.month == 12 ? days_of(year + 1, 1, 1) : days_of(year, change.month + 1, 1);
            if (day >= next) {
                day -= 7;
            }
            break;
        }
        case Change::Kind::day_of_year:
            day = days_of(year, 1, 1) + change.day;
            break;
        case Change::Kind::day_without_leap:
            day = days_of(year, 1, 1) + change.day - 1 + (is_leap(year) && change.day > 59 ? 1 : 0);
            break;
    }
    return day * kDay + change.time - offset;
}

PosixZone::Local PosixZone::at(std::int64_t moment) const {
    const Local standard{offset_, standard_};
    if (summer_.empty()) {
        return standard;
    }
    const std::int64_t local = moment + offset_;
    const std::int64_t days = local >= 0 ? local / kDay : (local - kDay + 1) / kDay;
    const std::int64_t year = day_of(days).year;
    const std::int64_t start = PosixZone::moment(start_, year, offset_);
    const std::int64_t end = PosixZone::moment(end_, year, summer_offset_);
    const bool summer =
        start < end ? moment >= start && moment < end : moment >= start || moment < end;
    return summer ? Local{summer_offset_, summer_} : standard;
}

}  // namespace rookery::hostapi
