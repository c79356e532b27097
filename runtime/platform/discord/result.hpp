#pragma once

#include "base/result.hpp"
#include "model/operations.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace rookery::discord {

/// What an operation gives: the answer in the shape of its mapping, or as it is when there is none;
/// null for an empty one. The ids that the caller gave stand in for those that Discord leaves out
/// of its answers (a role's guild). Error protocol: not JSON, or not of UTF-8.
[[nodiscard]] Result<nlohmann::json> read_result(const model::OperationInfo& operation,
                                                 const nlohmann::json& arguments,
                                                 std::string_view body);

}  // namespace rookery::discord
