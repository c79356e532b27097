#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rookery::config {

/// A line of the file as an error may show it.
struct Excerpt {
    std::string line;       ///< without control characters, cut to a window around the column
    std::size_t caret = 0;  ///< columns (code points) before the place within `line`
    bool masked = false;    ///< the line holds a value that is likely a secret, shown as "***..."
};

/// Whether the text is TOML at all: where it is not, keys and values cannot be told apart for
/// certain, and the masking is generous.
enum class Grammar : bool { kept, broken };

/// Line `number` of `text` (both numbers from 1, columns in code points). Values of keys that sound
/// like secrets (token, password, key, ...) are masked in place, also when the line is not valid
/// TOML.
[[nodiscard]] Excerpt excerpt(std::string_view text, std::size_t number, std::size_t column,
                              Grammar grammar = Grammar::kept);

/// True for "token", "api_key", "clientSecret" and near misses ("tokn"): names whose values are not
/// shown.
[[nodiscard]] bool sounds_secret(std::string_view key);

}  // namespace rookery::config
