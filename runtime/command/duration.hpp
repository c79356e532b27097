#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::command {

/// Seconds of "90", "90s", "1h30m", "1h 30m", "2 hours", "1.5 days", "1 week and 2 days", "2
/// Stunden": amounts with units, the largest first, each unit once. English and German words; a
/// number alone is seconds. Fractions with point or comma. Nothing for anything else, and for more
/// than kLongestDuration.
[[nodiscard]] std::optional<double> parse_duration(std::string_view text);

/// Whether the word can be part of one: it begins with a digit, a comma, a unit or "and".
[[nodiscard]] bool is_duration_word(std::string_view word);

/// "2 hours, 30 minutes"; the two largest units, English or (locale "de...") German. "0 seconds".
[[nodiscard]] std::string duration_words(double seconds, std::string_view locale);
/// "1h30m": parse_duration() of it gives the same, whole milliseconds.
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace rookery::command
