#pragma once

#include "command/definition.hpp"
#include "command/definition_table.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// The parts that a definition is read in; a fault is noted in the table.
namespace rookery::command::parts {

/// What of the platform's rule for names can be told without tables of all scripts.
[[nodiscard]] Result<> check_name(std::string_view name, const std::string& place);
/// Of the prefix form: anything that can be written as one word.
[[nodiscard]] Result<> check_alias(std::string_view name, const std::string& place);
/// `descriptions` false: names alone. `strict`: names are those of slash commands.
[[nodiscard]] Localizations read_localizations(Table& table, bool descriptions, bool strict,
                                               std::size_t longest_name);
/// A number of seconds, or a text of a duration; nothing is a fault.
[[nodiscard]] std::optional<double> read_seconds(Table& table, const std::string& place,
                                                 const nlohmann::json& given);

/// Who has each word at one level; a word that two have is a fault.
class Names {
  public:
    void add(Table& table, const std::string& word, const std::string& place, std::size_t owner);

  private:
    std::map<std::string, std::size_t> words_;
};

/// The options of a command or subcommand.
void read_options(Table& table, Node& node);
/// Who may use it, where, how often, and how it is listed.
void read_rules(Table& table, Node& node);

}  // namespace rookery::command::parts
