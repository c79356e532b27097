#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::hostapi {

/// What the clocks of one place show: an IANA zone ("Europe/Berlin") as the system's tzdata has it.
/// Moments are seconds since 1970, UTC. Immutable and cheap to copy; any thread.
class TimeZone {
  public:
    static constexpr std::string_view kFolder = "/usr/share/zoneinfo";

    /// UTC.
    TimeZone();

    /// Errors: invalid (not a zone's name), not_found, protocol (the file is damaged).
    [[nodiscard]] static Result<TimeZone> find(std::string_view name,
                                               const std::filesystem::path& folder = kFolder);
    /// From the bytes of a TZif file (RFC 8536), version 2 or later. Error protocol.
    [[nodiscard]] static Result<TimeZone> read(std::string_view bytes);

    struct Local {
        std::int32_t offset = 0;  ///< seconds east of UTC
        std::string abbreviation;
    };
    [[nodiscard]] Local at(std::int64_t moment) const;
    [[nodiscard]] std::int32_t offset_at(std::int64_t moment) const;

    /// When the clocks show `local` (seconds since 1970 by that clock): the first of two moments
    /// where it happens twice, and the first moment after the gap where it never happens.
    [[nodiscard]] std::int64_t moment_of(std::int64_t local) const;
    /// The first moment in (from, to] with another offset than at `from`; `to` when there is none.
    /// The two lie at most a few days apart.
    [[nodiscard]] std::int64_t change_between(std::int64_t from, std::int64_t to) const;

    struct Data;

  private:
    explicit TimeZone(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
    std::shared_ptr<const Data> data_;  ///< null: UTC
};

}  // namespace rookery::hostapi
