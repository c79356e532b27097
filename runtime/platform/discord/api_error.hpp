#pragma once

#include "base/result.hpp"
#include "net/http_message.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

namespace rookery::discord {

/// What was wrong with a form, one for each leaf of Discord's tree of errors: the path is
/// "embeds[0].fields[1].value". At most 20, depth 16; free of registered secrets.
[[nodiscard]] std::vector<Refusal::Field> flatten_errors(const nlohmann::json& errors);

/// A refusal in one line: "POST /channels/{channel_id}/messages: 400, code 50035, Invalid Form
/// Body: content: ...", and as Error::refusal(). Kind by status as in DiscordApi. `label` must hold
/// no secret.
[[nodiscard]] Error to_error(std::string_view label, const net::HttpResponse& response);

}  // namespace rookery::discord
