#pragma once

#include "command/values.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// What users are told. One table, English and German; any other locale gets English.
namespace rookery::command {

/// What is in braces is put in by say().
enum class Phrase : std::uint8_t {
    // Of an option: {option}; {given} is what was written, {least} and {most} are limits.
    missing,  ///< {about}: its description
    no_value,
    given_twice,
    not_integer,
    not_number,
    not_boolean,
    not_duration,
    not_user,
    not_role,
    not_channel,
    not_mentionable,
    too_small,
    too_large,
    out_of_range,
    too_short,
    too_long,
    no_choice,       ///< {choices}
    no_choice_near,  ///< {choices}, {near}
    no_attachment,
    not_found_user,
    not_found_role,
    not_found_channel,
    not_found_mentionable,
    not_found_attachment,
    ambiguous,
    channel_type,  ///< {choices}
    malformed,
    // Of a text.
    extra,
    unknown_option,
    unknown_option_near,  ///< {near}
    unknown_subcommand,   ///< {choices}
    unknown_subcommand_near,
    missing_subcommand,
    unclosed_quote,  ///< {given}: the quote
    text_too_long,   ///< {most} characters
    not_utf8,
    // Of who may use a command, where and how often.
    cooldown,          ///< {time}: "3 seconds"
    too_many_lookups,  ///< {time}
    busy_user,
    busy_member,
    busy_channel,
    busy_guild,
    busy_everyone,
    owner_only,
    guild_only,
    dm_only,
    nsfw_only,
    member_permissions,  ///< {permissions}
    bot_permissions,
    disabled,
    failed,  ///< the handler has failed
    command_gone,
    // Of buttons, menus and forms.
    not_for_you,
    expired,
    used,
    forged,
    component_gone,
    // Of helpers.
    yes,
    no,
    cancel,
    cancelled,
    nobody_answered,
    page,       ///< {page} of {pages}
    choose,     ///< answer with a number, where there are no buttons
    form_hint,  ///< {title}: asked one by one; {cancel}
    field_required,
    field_optional,
    // Of the help.
    usage,
    options,
    subcommands,
    aliases,
    examples,
    required,
    fallback,  ///< {value}
    between,   ///< {least}, {most}
    at_least,
    at_most,
    needs,  ///< {permissions}
    owners_only,
    guilds_only,
    dms_only,
    once_in,      ///< {time}
    again_after,  ///< {uses}, {time}
    no_such_command,
    no_such_command_near,  ///< {near}
    no_commands,
    commands_title,
    more_about,  ///< {command}: how to see the help of one
    last_        ///< no phrase
};

using PhraseWord = std::pair<std::string_view, std::string_view>;

/// The phrase in the locale's language, with the words put in as they are: what a user has written
/// goes through shown() first.
[[nodiscard]] std::string say(std::string_view locale, Phrase phrase,
                              std::initializer_list<PhraseWord> words = {});
/// As it stands in the table, with its braces.
[[nodiscard]] std::string_view phrase_text(std::string_view locale, Phrase phrase) noexcept;
/// Languages that there are: "en", "de". For tests.
[[nodiscard]] std::span<const std::string_view> languages() noexcept;

/// "a, b or c"; more than `most` are cut: "a, b, ... (12 more)".
[[nodiscard]] std::string listed(std::string_view locale, std::span<const std::string> items,
                                 std::size_t most = 12);
/// "Manage Messages, Ban Members" of ManageMessages, BanMembers.
[[nodiscard]] std::string permission_words(std::string_view locale,
                                           std::span<const std::string> names);

/// What the problem is, for whoever has caused it: a sentence, and the usage line with the place
/// marked. `typed`: the text in which `problem.at` lies; empty for a slash command. `usage_prefix`:
/// what stands before the command's name ("!", "/").
[[nodiscard]] std::string problem_text(const Problem& problem, const Node& node,
                                       std::string_view locale, std::string_view usage_prefix,
                                       std::string_view typed);

}  // namespace rookery::command
