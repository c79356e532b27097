#pragma once

#include "base/error.hpp"
#include "server/http/message.hpp"
#include "server/rest/route.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace rookery::server::rest {

[[nodiscard]] Response json_response(unsigned status, const nlohmann::ordered_json& body);

/// The route's success form with that data; `next`: the next page's cursor, empty when there is
/// none.
[[nodiscard]] Response success(const Route& route, const nlohmann::json& data,
                               const std::string& next);

/// The route's failure, else 500 INTERNAL_ERROR, with what the platform said beside it: `reason`
/// (the error's kind), and where there is such a thing `platformStatus`, `platformCode`,
/// `platformMessage`, `platformErrors`, `retryAfter`. An argument that the schema refuses is 400
/// VALIDATION_ERROR.
[[nodiscard]] Response failed(const Failure& failure, const Error& error);

/// At most 60 bytes, for error texts.
[[nodiscard]] std::string clipped(std::string_view text);

}  // namespace rookery::server::rest
