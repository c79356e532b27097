#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace rookery::cli {

/// One line of `rookery events tail` from an item of its answer: time (local), bot, event, place
/// and what it says. Nothing of an item can move the cursor or change a colour.
[[nodiscard]] std::string tail_line(const nlohmann::json& item, bool coloured);

}  // namespace rookery::cli
