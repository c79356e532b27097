#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

// The small languages inside TOML strings, and names. Pure; any thread.
namespace rookery::config {

/// "500ms", "5s", "2.5m", "1h"; nullopt for anything else, signs included.
[[nodiscard]] std::optional<Millis> parse_duration(std::string_view text);
/// A number of seconds; nullopt when negative, not finite or beyond a hundred years.
[[nodiscard]] std::optional<Millis> seconds_to_duration(double seconds);
/// The shortest exact form: "500ms", "5s", "2m", "1h".
[[nodiscard]] std::string format_duration(Millis duration);
/// "20/s", "100/m", "1000/h": a count, and the time in which that many may be.
[[nodiscard]] std::optional<std::pair<std::uint32_t, Millis>> parse_rate(std::string_view text);

/// "64MiB", "512KiB", "1GiB", "100B"; nullopt for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);
[[nodiscard]] std::string format_size(std::uint64_t bytes);

/// What a bot, plugin or script may be called: a lower-case letter, then up to 62 lower-case
/// letters, digits,
/// "_" and "-". Names stand in file names, commands and logs.
[[nodiscard]] bool is_name(std::string_view text);

/// The candidate that is most likely meant by a misspelt `word`; empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);
/// Single insertions, deletions, substitutions and swaps of neighbours between the two, ignoring
/// case.
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

}  // namespace rookery::config
