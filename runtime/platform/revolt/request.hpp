#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/operations.hpp"
#include "platform/revolt/api.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace rookery::revolt {

/// The request that an operation is, as far as the schema says it; parameters whose target is
/// "adapter" are left to the caller. Errors: invalid, naming the parameter.
[[nodiscard]] Result<ApiRequest> build_request(const model::PlatformOperation& operation,
                                               const nlohmann::json& arguments, WallTime now);

/// ":ID:", "name:ID", "<:name:ID>" as the id alone, other texts as they are, without a variation
/// selector: what the platform calls an emoji.
[[nodiscard]] std::string emoji_key(std::string_view emoji);

/// A key for the platform's Idempotency-Key: the same for the same text.
[[nodiscard]] std::string idempotency_key(std::string_view nonce_key);

}  // namespace rookery::revolt
