#pragma once

#include <string_view>

namespace rookery::model {

/// An order of ids: numbers of digits by their value, and before all others; those by their text.
[[nodiscard]] bool id_before(std::string_view a, std::string_view b) noexcept;

}  // namespace rookery::model
