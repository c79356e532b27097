#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::hostapi {

enum class ValueType : std::uint8_t {
    string,
    integer,
    number,
    boolean,
    choice,  ///< one of `choices`
    id,      ///< a snowflake: a string of up to 20 digits
    list,    ///< of `items`
    table,   ///< an object, not looked into
    any,
};

/// What one setting may be: of a manifest's `config`, or of a guild's settings. A plain value.
struct ValueRule {
    std::string name;
    ValueType type = ValueType::any;
    ValueType items = ValueType::any;
    std::optional<double> least;  ///< of a number; bytes of a string; items of a list
    std::optional<double> most;   ///< as `least`
    std::vector<std::string> choices;
    nlohmann::json fallback;  ///< null: none
    bool required = false;    ///< has no fallback and must be given
    std::string doc;
};

/// Reads {"type": "integer", "min": 1, "max": 10, "default": 3, "choices": [...], "of": "id",
/// "required": true, "doc": "..."}. Error invalid names the key that is wrong, unknown ones
/// included; a default must obey its own rule.
[[nodiscard]] Result<ValueRule> read_value_rule(std::string_view name, const nlohmann::json& form);

/// A whole object of them, sorted by name. At most 200.
[[nodiscard]] Result<std::vector<ValueRule>> read_value_rules(const nlohmann::json& forms);

/// Error invalid: "limit must be between 1 and 10, got 11".
[[nodiscard]] Result<> check_value(const ValueRule& rule, const nlohmann::json& value);

/// Null when there is none of that name.
[[nodiscard]] const ValueRule* find_rule(const std::vector<ValueRule>& rules,
                                         std::string_view name);

/// "channel, limit, prefix", for messages.
[[nodiscard]] std::string names_of(const std::vector<ValueRule>& rules);

}  // namespace rookery::hostapi
