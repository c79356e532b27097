#pragma once

#include "hostapi/manifest.hpp"

#include <optional>
#include <string_view>

namespace rookery::script {

/// The JSON in a script's `--[[rookery { ... } ]]`, a view of its text.
struct ManifestComment {
    std::string_view json;
    hostapi::ManifestPlace place;  ///< of its first byte in the script
};

/// Finds it among the comments that a script begins with; `--[==[rookery` works too, for JSON that
/// has brackets. Nothing when there is none.
[[nodiscard]] std::optional<ManifestComment> find_manifest(std::string_view source);

}  // namespace rookery::script
