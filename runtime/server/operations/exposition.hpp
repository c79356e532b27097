#pragma once

#include "server/operations/family.hpp"

#include <string>

namespace rookery::server {

inline constexpr const char* kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

/// Prometheus' text form. Families without samples are left out.
[[nodiscard]] std::string exposition(const Families& families);

}  // namespace rookery::server
