#pragma once

#include "base/result.hpp"
#include "model/event_names.hpp"
#include "model/operations.hpp"

#include <nlohmann/json.hpp>

namespace rookery::hostapi {

/// The arguments of an operation, by name, against the schema. Error invalid: names the parameter,
/// what was expected and what came. Null counts as not given unless the parameter takes it; an
/// empty object does for an empty list, as Lua cannot tell them apart. `platform`: whose ids they
/// are; null: any platform's.
[[nodiscard]] Result<> check_arguments(const model::OperationInfo& info,
                                       const nlohmann::json& arguments,
                                       const model::PlatformInfo* platform = nullptr);

/// The same for a call of a platform's bot. Error unsupported: the platform does not have the
/// operation, or no place for a parameter that is given; names both.
[[nodiscard]] Result<> check_call(const model::PlatformInfo& platform,
                                  const model::OperationInfo& info,
                                  const nlohmann::json& arguments);

}  // namespace rookery::hostapi
