#pragma once

#include "model/event_names.hpp"

#include <nlohmann/json.hpp>

namespace rookery::hostapi {

/// What bots.capabilities answers of a platform: {"platform", "title", "operations": {name: true |
/// [parameters that it serves, where it refuses others]}, "events": {name: true}, "features":
/// {name: boolean}}. Derived from the schema's tables.
[[nodiscard]] nlohmann::json capabilities_of(const model::PlatformInfo& platform);

}  // namespace rookery::hostapi
