#pragma once

#include "base/result.hpp"
#include "hostapi/time_zone.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::hostapi {

/// When something is to happen again and again, as cron says it: "minute hour day month weekday",
/// each `*`, a number, a range `a-b`, a list with commas, any of them with a step `/n`; months and
/// weekdays also by name (jan, mon), Sunday is 0 and 7; or @yearly, @monthly, @weekly, @daily,
/// @hourly. Where day and weekday are both given, either will do.
///
/// By the clocks of a time zone. When they go forward over an hour that is named, it happens at the
/// first moment afterwards; when they go back, once, the first time. What happens every hour
/// (`*` or a step of it for the hour) keeps its distance instead. Immutable; any thread.
class Cron {
  public:
    /// Errors: invalid, naming the field; not_found, for a zone that does not exist.
    [[nodiscard]] static Result<Cron> parse(std::string_view text, std::string_view zone = "UTC");

    /// The first moment after that one, both in seconds since 1970; nothing when there is none
    /// (the 31st of February).
    [[nodiscard]] std::optional<std::int64_t> next(std::int64_t after) const;

  private:
    [[nodiscard]] std::optional<std::int64_t> next_local(std::int64_t local) const;
    [[nodiscard]] bool day_fits(std::int64_t days) const;

    TimeZone zone_;
    std::uint64_t minutes_ = 0;  ///< bit sets
    std::uint64_t hours_ = 0;
    std::uint64_t days_ = 0;
    std::uint64_t months_ = 0;
    std::uint64_t weekdays_ = 0;
    bool any_day_ = true;
    bool any_weekday_ = true;
    bool every_hour_ = true;
};

}  // namespace rookery::hostapi
