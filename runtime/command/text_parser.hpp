#pragma once

#include "command/value_parser.hpp"

#include <cstddef>
#include <string_view>
#include <variant>

/// The prefix form of commands: "!remind 2h "the tea" --loud". Pure, linear in the text.
namespace rookery::command {

inline constexpr std::size_t kLongestCommandText = 100'000;  ///< bytes that are read

/// What a text was read as.
struct Parsed {
    const Node* node = nullptr;  ///< of the command, also beside a problem: how far it was found
    Values values;
};
struct ParseFailure {
    const Node* node = nullptr;
    Problem problem;
};
using ParseResult = std::variant<Parsed, ParseFailure>;

/// Reads what stands behind prefix and command name: subcommands by name, alias or localised name,
/// then the options. `attachments`: how many files the message has. `locale`: of the user; names
/// and choices of every locale are understood, those of this one first.
///
/// The options are filled in their order (docs/reference/command-definitions.md, "How a text is
/// read"). One that is not required is passed over when the word is not of its type, and when the
/// words that are left are needed for required options behind it. A word that is for none is told
/// as a fault of the first option that it could have been for. `name:value`, `--name value`,
/// `--name=value` and, of booleans, `--name` and `--no-name` give an option by name, anywhere
/// before the rest.
///
/// A node with subcommands and no word behind it is parsed with no values: its help is wanted.
[[nodiscard]] ParseResult parse_text(const Definition& definition, std::string_view text,
                                     std::size_t attachments, std::string_view locale);

}  // namespace rookery::command
