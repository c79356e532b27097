#pragma once

#include "base/result.hpp"
#include "model/operations.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace rookery::discord {

/// One call of the API: a path below the version, and a body (null: none).
struct ApiRequest {
    std::string method;
    std::string path;
    nlohmann::json body;
    bool has_nonce = false;  ///< repeating it makes no second effect
};

/// The operation with its arguments in the places that the schema names. An operation with an
/// effect gets a nonce that is a function of `nonce_key` (random when that is empty), and has
/// Discord enforce it. Error invalid: a place that the schema gives wrongly, or a path argument
/// that is missing.
[[nodiscard]] Result<ApiRequest> build_request(const model::OperationInfo& operation,
                                               const nlohmann::json& arguments,
                                               std::string_view nonce_key);

/// 25 characters (Discord's limit) that are the same for the same key, and different for another.
[[nodiscard]] std::string nonce_of(std::string_view key);

/// "👍", "name:id", "<:name:id>", "<a:name:id>": as one path segment, encoded once.
[[nodiscard]] std::string emoji_segment(std::string_view emoji);

}  // namespace rookery::discord
