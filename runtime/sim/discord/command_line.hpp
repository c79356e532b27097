#pragma once

#include "base/result.hpp"
#include "sim/discord/core.hpp"

#include <string>

namespace rookery::sim::discord {

/// What a person typed or clicked, and where.
struct Gesture {
    Id bot = 0;
    Id guild = 0;
    std::string text;         ///< "/remind 2h tea", or the name of a user or message command
    std::string target;       ///< of a user or message command: a user's name or a message's id
    bool completing = false;  ///< asks for completions of what was typed last
};

/// The `data` of the interaction: finds the registered command that the text begins with and turns
/// the words into options by their types, `name:value` or in the order of the command; the last
/// text option takes the rest of the line. Fails as a client would refuse to send it.
[[nodiscard]] Result<Json> command_data(Core& core, const Gesture& gesture);

/// Adds what `id` names to `resolved` as an option or select of that type would (6 user, 7 channel,
/// 8 role, 9 any of user and role). False when there is no such thing.
bool resolve(Core& core, Id guild, int type, Id id, Json& resolved);

/// The id that a name stands for, by the type of option; 0 when there is none.
[[nodiscard]] Id named_thing(Core& core, Id guild, int type, const std::string& name);

}  // namespace rookery::sim::discord
