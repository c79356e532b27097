#pragma once

#include "command/definition.hpp"

#include <nlohmann/json.hpp>

namespace rookery::command {

/// The application command of a definition, as hostapi::read_command() takes it (the platform's
/// keys, and `guilds` and `bots` beside them). Options that are required come first: the platform
/// wants it so. Only for definitions with `slash`.
[[nodiscard]] nlohmann::json slash_form(const Definition& definition);

}  // namespace rookery::command
