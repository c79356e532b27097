#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rookery {

/// The name of a language as people write it, in one form: "de", "en-US" (of "en_us"), "zh-Hant".
/// Nothing for what is not of that form; whether there is such a language is not looked at.
[[nodiscard]] std::optional<std::string> language_tag(std::string_view text);

}  // namespace rookery
