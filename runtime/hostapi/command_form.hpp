#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace rookery::hostapi {

/// A declared application command, checked and in one form for all ways of writing it.
struct CommandForm {
    int type = 1;  ///< 1 slash, 2 user, 3 message, 4 entry point
    std::string name;
    /// As the platform wants it: what is a default is left out, so that two equal commands are
    /// equal texts.
    nlohmann::json body;
    std::vector<std::string> guilds;  ///< ids, sorted; empty: everywhere
    std::vector<std::string> bots;    ///< names; empty: all
};

/// Reads what an extension declares: keys in snake_case or camelCase, types as numbers or names
/// ("user", "integer"), and `guilds` and `bots` beside the platform's own. Error invalid, with the
/// place and what was expected: "options[2].name: expected 1 to 32 characters, got 40".
[[nodiscard]] Result<CommandForm> read_command(const nlohmann::json& given);

/// A short name of the form for logs, the same for equal texts: 16 hexadecimal digits.
[[nodiscard]] std::string fingerprint(const nlohmann::json& body);

}  // namespace rookery::hostapi
