#pragma once

#include "model/operations.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace rookery::contract {

using nlohmann::json;

/// One call of an operation, made from the schema.
struct OperationCase {
    std::string what;       ///< "channelId: true": for messages
    json arguments;         ///< by parameter
    std::string parameter;  ///< the one that is wrong; empty when all is right
    std::string expected;   ///< what the message must hold beside the parameter's name
};

/// Calls that the platform must get as they are: the required parameters alone, all of them, all at
/// their lower and at their upper limits, and null where it means something.
[[nodiscard]] std::vector<OperationCase> right_cases(const model::OperationInfo& info);

/// Calls that must be refused: for every parameter each wrong type, missing, too little, too much;
/// and a parameter that does not exist.
[[nodiscard]] std::vector<OperationCase> wrong_cases(const model::OperationInfo& info);

}  // namespace rookery::contract
