#pragma once

#include "model/string_scratch.hpp"

#include <string>
#include <string_view>

namespace rookery::model {

/// The text that a JSON string stands for. `escaped` is the inside of its quotes, with valid
/// escapes (as in an indexed text). Borrowed when it holds no escape, else made in `scratch`. A
/// lone surrogate becomes U+FFFD.
[[nodiscard]] std::string_view unescape(std::string_view escaped, StringScratch& scratch);

/// Appends `text` (UTF-8) as a JSON string, quotes included.
void append_json_text(std::string& out, std::string_view text);

/// Appends JSON as it stands in an indexed text, byte for byte, except that lone surrogates, at
/// which strict readers stop, become U+FFFD.
void append_json(std::string& out, std::string_view json);

}  // namespace rookery::model
