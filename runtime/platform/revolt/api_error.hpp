#pragma once

#include "base/error.hpp"
#include "net/http_message.hpp"
#include "rest/limiter.hpp"

#include <string_view>

namespace rookery::revolt {

/// The error that an answer is, in the platform's words: its own errors ({"type": ...}), those of
/// the framework in front of it ({"error": {...}}), and pages of proxies. `label` is the route.
/// Kinds by status: 400, 422 invalid; 401, 403 denied; 404 not_found; 409 exists; too large, too
/// many and 429 limit; 5xx unavailable.
[[nodiscard]] Error to_error(std::string_view label, const net::HttpResponse& response);

/// What an answer's headers, and the body of a 429, say about the limits. A channel's slow mode
/// answers 429 too, and is none.
[[nodiscard]] rest::LimitInfo read_limits(const net::HttpResponse& response);

}  // namespace rookery::revolt
