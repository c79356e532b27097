#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Reads the values of Baileys' objects, which come in several forms for the same thing. Nothing
/// throws: what has not the form that was asked for is absent.
namespace rookery::whatsapp {

using Json = nlohmann::json;

/// JSON from outside: lone surrogates become U+FFFD. A discarded value for what cannot be read or
/// is nested deeper than 64.
[[nodiscard]] Json parse_json(std::string_view text);
/// Its text; what is no UTF-8 is replaced.
[[nodiscard]] std::string write_json(const Json& json);

/// The value under a key of an object; null where there is none.
[[nodiscard]] const Json& at(const Json& object, std::string_view key);
/// At most `most` bytes, cut at a character.
[[nodiscard]] std::string text_at(const Json& object, std::string_view key,
                                  std::size_t most = 65'536);
[[nodiscard]] bool flag_at(const Json& object, std::string_view key);

/// A number, its digits as text, or {"low":1,"high":0}: 64-bit integers.
[[nodiscard]] std::optional<std::int64_t> number_of(const Json& value);
[[nodiscard]] std::optional<std::int64_t> number_at(const Json& object, std::string_view key);

/// FNV-1a: the same in every process, as what is stored by it needs.
[[nodiscard]] std::uint64_t stable_hash(std::string_view text) noexcept;

/// An enumerator by number or by name.
[[nodiscard]] bool is_enum(const Json& value, std::int64_t number, std::string_view name);

}  // namespace rookery::whatsapp
