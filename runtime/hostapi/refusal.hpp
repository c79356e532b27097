#pragma once

#include "base/error.hpp"

#include <nlohmann/json.hpp>

namespace rookery::hostapi {

/// What a service said of a call that it refused, as extensions see it: { status, code, message,
/// fields = [{ path, code, message }] }. Null when no service did.
[[nodiscard]] nlohmann::json describe_refusal(const Error& error);

}  // namespace rookery::hostapi
