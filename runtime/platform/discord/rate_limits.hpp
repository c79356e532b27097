#pragma once

#include "base/clock.hpp"
#include "net/http_message.hpp"
#include "rest/limiter.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace rookery::discord {

/// How Discord counts a request: the path's template, its major ids, and the special cases that are
/// known to be counted apart (reactions, old messages, renames). `path` begins below the version
/// and may have a query; `body` may be null. The route's key is also what log lines and errors
/// show: it holds no token.
[[nodiscard]] rest::Route route_of(std::string_view method, std::string_view path,
                                   const nlohmann::json& body, WallTime now);

/// What an answer's headers, and the body of a 429, say about the limits.
[[nodiscard]] rest::LimitInfo read_limits(const net::HttpResponse& response);

}  // namespace rookery::discord
