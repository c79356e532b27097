#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::hostapi {

/// The rule by which a zone goes on after the changes that its file lists: the value of TZ as POSIX
/// and RFC 8536 have it, "CET-1CEST,M3.5.0,M10.5.0/3".
class PosixZone {
  public:
    /// Nothing when the text is no such rule.
    [[nodiscard]] static std::optional<PosixZone> parse(std::string_view text);

    struct Local {
        std::int32_t offset;  ///< seconds east of UTC
        std::string_view abbreviation;
    };
    [[nodiscard]] Local at(std::int64_t moment) const;

  private:
    /// A day of each year, and when on it, by the clock before the change.
    struct Change {
        enum class Kind : std::uint8_t { weekday, day_of_year, day_without_leap };
        Kind kind = Kind::weekday;
        int month = 1;
        int week = 1;  ///< 5: the last
        int day = 0;   ///< of the week, 0 is Sunday; or of the year
        std::int32_t time = 7200;
    };
    class Reader;
    [[nodiscard]] static std::int64_t moment(const Change& change, std::int64_t year,
                                             std::int32_t offset);

    std::string standard_;
    std::string summer_;  ///< empty: there is none
    std::int32_t offset_ = 0;
    std::int32_t summer_offset_ = 0;
    Change start_;
    Change end_;
};

}  // namespace rookery::hostapi
