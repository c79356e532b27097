#pragma once

#include "base/result.hpp"
#include "command/permissions.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Commands that are declared once: what they are, how they are written and read. Pure code: no
/// thread, no clock. What is written here is immutable after it was read and may be shared freely.
namespace rookery::command {

inline constexpr std::size_t kMostOptions = 25;  ///< of a command; subcommands and choices, too
inline constexpr std::size_t kMostAliases = 25;
inline constexpr std::size_t kLongestName = 32;  ///< characters, as all lengths here
inline constexpr std::size_t kLongestDescription = 100;
inline constexpr double kLongestDuration = 100.0 * 366 * 86'400;  ///< seconds
inline constexpr double kLargestInteger = 9'007'199'254'740'991;  ///< exact in every language

enum class CommandType : std::uint8_t { slash, user, message };
enum class OptionType : std::uint8_t {
    string,
    integer,
    number,
    boolean,
    user,
    member,
    role,
    channel,
    mentionable,
    attachment,
    duration,
};
enum class Where : std::uint8_t { anywhere, guild, dm };
enum class Per : std::uint8_t { user, member, channel, guild, everyone };

/// As the definition spells them: "mentionable", "everyone".
[[nodiscard]] std::string_view to_string(CommandType type) noexcept;
[[nodiscard]] std::string_view to_string(OptionType type) noexcept;
[[nodiscard]] std::string_view to_string(Where where) noexcept;
[[nodiscard]] std::string_view to_string(Per per) noexcept;

/// Texts of one thing in other languages; an empty text: none in that language.
struct Localized {
    std::string locale;  ///< "de", "pt-BR"
    std::string name;
    std::string description;
};
using Localizations = std::vector<Localized>;

/// The texts for a locale: of exactly that one, else of its language ("de-AT" takes "de", "pt" the
/// first "pt-..."). Null: there are none.
[[nodiscard]] const Localized* find_localized(const Localizations& all,
                                              std::string_view locale) noexcept;

struct OptionChoice {
    std::string name;
    nlohmann::json value;  ///< text, integer or number, as the option's type; duration: seconds
    Localizations localizations;  ///< names alone
};

struct Option {
    std::string name;
    std::string description;  ///< never empty: the name, when none was given
    OptionType type = OptionType::string;
    bool required = false;
    bool rest = false;  ///< takes all that is left of a text
    bool autocomplete = false;
    nlohmann::json fallback;  ///< `default`, checked and as a value; null: none
    std::vector<OptionChoice> choices;
    std::optional<double> min;  ///< of numbers; of durations seconds
    std::optional<double> max;
    std::optional<std::size_t> min_length;
    std::optional<std::size_t> max_length;
    std::vector<std::string> channel_types;  ///< names; empty: any
    Localizations localizations;
};

struct Cooldown {
    Per per = Per::user;
    unsigned uses = 1;
    std::chrono::milliseconds time{};
};
struct Concurrency {
    Per per = Per::user;
    unsigned limit = 1;
};

/// Who may use a command, where and how often. Of a subcommand: what it says itself, else what the
/// command above it says.
struct Rules {
    std::vector<std::string> member_permissions;  ///< "ManageMessages"
    std::vector<std::string> bot_permissions;
    Permissions member_bits = 0;  ///< the same
    Permissions bot_bits = 0;
    bool owner = false;
    Where where = Where::anywhere;
    bool nsfw = false;
    std::optional<Cooldown> cooldown;
    std::optional<Concurrency> concurrency;
    /// Path of who said it: what holds for several subcommands is counted for them together.
    std::string cooldown_of;
    std::string concurrency_of;
    std::string category;
    bool hidden = false;
};

/// A command, a group or a subcommand.
struct Node {
    std::string name;
    std::string path;         ///< "todo add": names down to this one
    std::string description;  ///< empty for user and message commands
    std::vector<std::string> aliases;
    std::vector<Option> options;
    std::vector<Node> subcommands;  ///< excludes options
    std::vector<std::string> examples;
    Rules rules;
    Localizations localizations;
    bool leaf = true;  ///< has a handler: no subcommands
};

struct Definition {
    Node root;
    CommandType type = CommandType::slash;
    bool slash = true;                ///< as application command (user and message commands: yes)
    bool prefix = true;               ///< as a text (user and message commands: no)
    std::vector<std::string> guilds;  ///< ids, each once; empty: everywhere
    std::vector<std::string> bots;    ///< names; empty: all
};
using DefinitionPtr = std::shared_ptr<const Definition>;

/// Reads the document that docs/reference/command-definitions.md describes; keys in snake_case or
/// camelCase. Error invalid with the place: "options[2].name: expected 1 to 32 characters, got 40",
/// and the nearest name for one that there is not.
[[nodiscard]] Result<DefinitionPtr> read_definition(const nlohmann::json& given);

/// By path of true names ("todo", "todo add", "todo list all"), as slash commands and handlers have
/// them. Null: none. Points into the definition.
[[nodiscard]] const Node* find_node(const Definition& definition, std::string_view path) noexcept;
/// The subcommand that somebody means who writes `word`: name, alias or localised name, in any
/// case.
[[nodiscard]] const Node* find_subcommand(const Node& node, std::string_view word);
/// By true name. Null: none.
[[nodiscard]] const Option* find_option(const Node& node, std::string_view name) noexcept;

}  // namespace rookery::command
