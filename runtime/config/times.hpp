#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Calendar times as people write them. Pure; any thread.
namespace rookery::config {

/// The parts of a time; nothing is checked.
struct CivilTime {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::chrono::minutes offset{0};  ///< of the clock that shows it, to UTC
};

/// nullopt when there is no such time, and outside of the years 2000 to 2200.
[[nodiscard]] std::optional<WallTime> time_at(const CivilTime& parts);

/// "2027-01-31", "2027-01-31T12:00:00Z", "2027-01-31 12:00:00.5+01:00"; a day is its beginning in
/// UTC. nullopt for anything else, and where time_at() has none.
[[nodiscard]] std::optional<WallTime> parse_time(std::string_view text);

/// "2027-01-31T12:00:00Z".
[[nodiscard]] std::string format_time(WallTime time);

}  // namespace rookery::config
