#pragma once

#include "base/result.hpp"
#include "hostapi/value_rule.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::hostapi {

/// A level of what the runtime offers to extensions; the C interface counts with the same numbers.
struct ApiLevel {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;

    bool operator==(const ApiLevel&) const = default;
};
inline constexpr ApiLevel kApiLevel{1, 4};

/// What an extension says of itself without being run. A plain value; every part may be missing.
struct Manifest {
    std::string name;
    std::string version;
    std::string license;
    std::string description;
    std::optional<ApiLevel> needs;  ///< the oldest runtime that it works with
    std::optional<std::vector<std::string>> capabilities;  ///< nothing: it is not held to any
    std::vector<ValueRule> config;                         ///< of its own keys in the TOML
    bool has_config = false;  ///< the list is there: other keys are refused
    std::vector<std::string> intents;
};

/// Where a manifest's text begins in the file that holds it; both from 1.
struct ManifestPlace {
    std::size_t line = 1;
    std::size_t column = 1;
};

inline constexpr std::size_t kLargestManifest = std::size_t{64} << 10U;

/// Reads the JSON of a manifest. Errors (invalid, limit) begin with "FILE:LINE:COLUMN: " and say
/// what was expected; unknown keys are refused. Whether its needs are met is asked of
/// check_needs().
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text, std::string_view file,
                                              ManifestPlace place = {});

/// Error unsupported when the manifest needs another runtime than this one.
[[nodiscard]] Result<> check_needs(const Manifest& manifest);

/// The settings of the TOML with the manifest's defaults filled in. Error invalid lists every key
/// that is unknown, wrong or missing, one to a line; `where` names their section.
[[nodiscard]] Result<nlohmann::json> complete_settings(const Manifest& manifest,
                                                       nlohmann::json settings,
                                                       std::string_view where);

}  // namespace rookery::hostapi
