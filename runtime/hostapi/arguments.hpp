#pragma once

#include "base/result.hpp"
#include "model/operations.hpp"

#include <nlohmann/json.hpp>

namespace rookery::hostapi {

/// The arguments of an operation, by name, against the schema. Error invalid: names the parameter,
/// what was expected and what came. Null counts as not given unless the parameter takes it; an
/// empty object does for an empty list, as Lua cannot tell them apart.
[[nodiscard]] Result<> check_arguments(const model::OperationInfo& info,
                                       const nlohmann::json& arguments);

}  // namespace rookery::hostapi
