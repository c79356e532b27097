#pragma once

#include "command/definition.hpp"

#include <string_view>

namespace rookery::command {

/// What an option of the type takes, for users: "a whole number", „eine ganze Zahl“.
[[nodiscard]] std::string_view type_words(std::string_view locale, OptionType type) noexcept;

}  // namespace rookery::command
