#pragma once

#include "contract/cases.hpp"
#include "contract/world.hpp"

#include <string_view>
#include <vector>

namespace rookery::contract {

/// The operation that reaches no platform.
inline constexpr std::string_view kCapabilities = "bots.capabilities";

/// What a driver is told to call. `positional`: what is required by position, the rest by name.
[[nodiscard]] json wish_of(const model::OperationInfo& info, const OperationCase& one,
                           bool positional, std::string_view bot = "test");

/// Has the driver make the calls; what came of each.
[[nodiscard]] json outcomes_of(World& world, const Form& form, const std::vector<json>& wishes);

}  // namespace rookery::contract
