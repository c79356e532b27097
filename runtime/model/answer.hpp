#pragma once

#include "model/shape.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rookery::model {

/// A platform's answer in the normalised shape. `ids`: members that mappings look for at the
/// payload's root, where events have them: `"guild_id":"1",` each. Null mapping: the text as it is.
/// `list`: each element of it. Nullopt when the text is not JSON, or nested too deeply.
[[nodiscard]] std::optional<std::string> show_answer(const Mapping* mapping, bool list,
                                                     std::string_view ids, std::string_view text);

}  // namespace rookery::model
