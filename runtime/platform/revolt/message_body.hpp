#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>

namespace rookery::revolt {

/// The parts of a message that have to be converted: content, embeds, replyTo or messageId (an
/// answer), flags, masquerade, from the operation's arguments into the platform's body. `limit`:
/// bytes of the content and all descriptions together. Errors: invalid, limit, naming the argument.
[[nodiscard]] Result<> put_message(nlohmann::json& body, const nlohmann::json& arguments,
                                   bool reply, std::size_t limit);

}  // namespace rookery::revolt
