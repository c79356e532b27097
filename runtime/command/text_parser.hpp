#pragma once

#include "base/result.hpp"
#include "command/values.hpp"

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
/// The options are filled in their order. One that is not required is passed over when the word
/// cannot be of its type and the options behind it can still take what is there; a word that fits
/// no option at all is told as a fault of the first option that it could have been for.
/// `name:value`, `--name value`, `--name=value` and, for booleans, `--name` and `--no-name` give an
/// option by name, anywhere before the rest; what looks so but names no option is a word like any
/// other, except for `--`, which is a fault; `--` alone: only words follow.
///
/// A node with subcommands and no word behind it is parsed with no values: its help is wanted.
[[nodiscard]] ParseResult parse_text(const Definition& definition, std::string_view text,
                                     std::size_t attachments, std::string_view locale);

/// One option from one text: what parse_text() does with a word, and what a form's field, an answer
/// to a question or a slash command's text goes through.
[[nodiscard]] std::variant<Value, Problem> parse_value(const Option& option, std::string_view text,
                                                       std::string_view locale);

}  // namespace rookery::command
