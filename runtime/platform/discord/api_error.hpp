#pragma once

#include "base/result.hpp"
#include "net/http_message.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rookery::discord {

/// What was wrong with a form, one line for each leaf of Discord's tree of errors:
/// "embeds[0].fields[1].value: BASE_TYPE_REQUIRED This field is required". At most 20 lines,
/// depth 16.
[[nodiscard]] std::vector<std::string> flatten_errors(const nlohmann::json& errors);

/// A refusal in one line: "POST /channels/{id}/messages: 400, code 50035, Invalid Form Body:
/// content: ...". Kind by status as in DiscordApi. `label` must hold no secret.
[[nodiscard]] Error to_error(std::string_view label, const net::HttpResponse& response);

}  // namespace rookery::discord
