#pragma once

#include "command/values.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What a text means as an option of a type. Pure functions.
namespace rookery::command {

/// Whether a text is one of the option's type; limits and choices are another question: what is a
/// number, but too large, is still one.
[[nodiscard]] bool is_wrong_type(ProblemKind kind) noexcept;

/// The value in its final form, checked against the option's limits and choices, or what is wrong.
[[nodiscard]] std::variant<Value, Problem> parse_value(const Option& option, std::string_view text,
                                                       std::string_view locale);
/// The checks alone, for a value that came typed: what is wrong with it.
[[nodiscard]] std::optional<Problem> check_limits(const Option& option, const nlohmann::json& value,
                                                  std::string_view typed);

/// A channel that was found: whether it is of a kind that the option takes (`type_name`:
/// Channel.typeName).
[[nodiscard]] std::optional<Problem> check_channel(const Option& option, std::string_view type_name,
                                                   std::string_view typed);

/// `<@id>`, `<@!id>`, `<@&id>`, `<#id>`; an id or a name is Reference::any. Nothing: not one of
/// these for an option of that type.
[[nodiscard]] std::optional<Reference> parse_reference(std::string_view text, OptionType type);
/// Whether it is surely meant: a mention, an id, or begins with @ or #.
[[nodiscard]] bool is_explicit(std::string_view text, const Reference& reference) noexcept;
/// Whether options of the type are looked up.
[[nodiscard]] bool is_reference(OptionType type) noexcept;

/// How many words of a text one value may have: of a choice, a duration; else 1.
[[nodiscard]] std::size_t most_words(const Option& option) noexcept;

}  // namespace rookery::command
