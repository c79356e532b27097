#pragma once

#include <cstddef>
#include <string_view>

namespace rookery {

/// Edits (one character put in, left out or exchanged) from one text to the other, the case of
/// ASCII letters aside: what a "did you mean" goes by.
[[nodiscard]] std::size_t edit_distance(std::string_view from, std::string_view to);

}  // namespace rookery
