#pragma once

#include "command/definition.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// What is told about commands: texts in a locale, no layout.
namespace rookery::command {

/// The node's own name and those above it, as they are in the locale: "erinnern".
[[nodiscard]] std::string localized_path(const Definition& definition, const Node& node,
                                         std::string_view locale);
/// The description in the locale.
[[nodiscard]] const std::string& localized_description(const Node& node, std::string_view locale);
[[nodiscard]] const std::string& localized_name(const Option& option, std::string_view locale);
[[nodiscard]] const std::string& localized_description(const Option& option,
                                                       std::string_view locale);

/// "!remind <in> [what…]": required in <>, others in [], a command with subcommands
/// "!todo <add|list>". With true names: what is written so is understood in every locale.
[[nodiscard]] std::string usage_line(const Node& node, std::string_view prefix);

/// Where an option stands in that line, in characters. {0, 0}: it does not.
struct Marked {
    std::size_t at = 0;
    std::size_t size = 0;
};
[[nodiscard]] Marked usage_place(const Node& node, std::string_view prefix, const Option& option);

/// All that is told about a command, a group or a subcommand, in the locale: {name, path, type,
/// description, usage, aliases, category, hidden, examples: whole texts with the prefix, notes: who
/// may use it, where and how often, options: [{name, description, type, required, default?,
/// choices?, min?, max?, limits: a text}], subcommands: the same of each}. `name` and `path` are
/// the true ones, `shown` is the path in the locale.
[[nodiscard]] nlohmann::json help_document(const Definition& definition, const Node& node,
                                           std::string_view locale, std::string_view prefix);

}  // namespace rookery::command
