#pragma once

#include "hostapi/interaction_plan.hpp"
#include "model/json_index.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

/// What stands in interactions and in the platform's answers to them.
namespace rookery::hostapi {

/// Flags of messages.
inline constexpr std::int64_t kEphemeral = 1 << 6;
inline constexpr std::int64_t kLoading = 1 << 7;

/// The name of the option that is being typed, however deep it lies.
[[nodiscard]] std::string focused_option(model::JsonNode options);
/// What a raw callback, `{type, data}`, leaves behind.
[[nodiscard]] AnswerState after_callback(const nlohmann::json& arguments);
/// The platform's message in the public shape.
[[nodiscard]] nlohmann::json shown_message(const nlohmann::json& message);
/// The message that a first answer made, in the public shape; null when it made none.
[[nodiscard]] nlohmann::json message_of(const nlohmann::json& answer);

}  // namespace rookery::hostapi
