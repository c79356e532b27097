#pragma once

#include "command/definition.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace rookery::command {

/// Somebody or something that was named in a text and is to be found among what the platform has.
struct Reference {
    enum class Kind : std::uint8_t {
        user,     ///< `<@id>`: `id`
        role,     ///< `<@&id>`: `id`
        channel,  ///< `<#id>`: `id`
        any,      ///< an id or a name was written: `id` is set if it can be one, `name` always
    };
    Kind kind = Kind::any;
    std::string id;
    std::string name;  ///< without the @ or # in front of it
};

/// The n-th attachment of the message, from 0.
struct AttachmentIndex {
    std::size_t index = 0;
};

/// What was given for an option: a value in its final form (text, number, boolean, seconds), or
/// what is to be looked up.
struct Value {
    const Option* option = nullptr;
    std::variant<nlohmann::json, Reference, AttachmentIndex> data;
    std::string typed;        ///< as it was written; empty for a default and from a slash command
    std::size_t at = 0;       ///< where in the text
    bool is_default = false;  ///< nobody gave it
};

/// In the order of the node's options; an option that was not given and has no default is absent.
using Values = std::vector<Value>;

/// What is wrong with what somebody wrote or chose. The last ones are found out by who looks up
/// references.
enum class ProblemKind : std::uint8_t {
    missing,             ///< `option` is required
    extra,               ///< more was given than there are options
    unknown_subcommand,  ///< `given` is none of `expected`
    missing_subcommand,
    unknown_option,  ///< `--given`
    given_twice,     ///< `option`
    no_value,        ///< `option`: a name with nothing behind it
    not_integer,
    not_number,
    not_boolean,
    not_duration,
    not_user,
    not_role,
    not_channel,
    not_mentionable,
    too_small,  ///< `expected` says what would do
    too_large,
    too_short,
    too_long,
    no_choice,
    no_attachment,
    unclosed_quote,
    text_too_long,  ///< the whole text
    not_utf8,
    not_found,     ///< nobody and nothing of that name or id: a mention of somebody who left
    ambiguous,     ///< several are named so
    channel_type,  ///< another kind of channel
    malformed,     ///< what came with a slash command has not the form it should have
};

struct Problem {
    ProblemKind kind = ProblemKind::missing;
    const Option* option = nullptr;  ///< whose value it is; null: of none
    std::string given;               ///< as it was written
    nlohmann::json expected;         ///< limits: {"min", "max"}; choices and names: a list of texts
    std::size_t at = 0;              ///< where in the text, in bytes; its end when something lacks
};

}  // namespace rookery::command
