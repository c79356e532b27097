#pragma once

#include "gateway/bot.hpp"
#include "model/operations.hpp"

#include <nlohmann/json.hpp>

namespace rookery::app {

/// What the bot's cache has of a guild, its roles or a channel, as the operation that asks the
/// platform for it would answer. Errors: not_found, where it is not kept, or is of a platform whose
/// cache is not read so. io thread.
[[nodiscard]] Result<nlohmann::json> kept_answer(gateway::Bot& bot,
                                                 const model::OperationInfo& info,
                                                 const nlohmann::json& arguments);

}  // namespace rookery::app
