#pragma once

#include "command/text_parser.hpp"
#include "model/json_index.hpp"

#include <string>
#include <string_view>

/// What comes with a slash command.
namespace rookery::command {

/// The command's path in an interaction's raw `data`: "todo list all". Empty: `data` is no
/// command's. Reads at most two levels of subcommands.
[[nodiscard]] std::string slash_path(model::JsonNode data);

/// Reads `data` (of an application command) as the node's values, with the same checks as a text
/// has: the platform makes most of them, durations and hostile peers it does not. Users, members,
/// roles, channels, attachments and mentionables are references with their kind and id (attachments
/// Reference, too): `data.resolved` has them. Options that the definition has not are left out:
/// the platform may still show an older form.
[[nodiscard]] ParseResult read_slash_options(const Node& node, model::JsonNode data,
                                             std::string_view locale);

/// Of an autocompletion: what is being typed.
struct Focused {
    const Option* option = nullptr;  ///< null: none, or one that the definition has not
    std::string typed;
    nlohmann::json given;  ///< the other options as they came, unchecked, by name
};
[[nodiscard]] Focused read_focused(const Node& node, model::JsonNode data);

}  // namespace rookery::command
