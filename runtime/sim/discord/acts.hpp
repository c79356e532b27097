#pragma once

#include "base/result.hpp"
#include "sim/discord/interactions.hpp"

namespace rookery::sim::discord {

class Rest;

/// Does what a member of the community could do: {"do": "join", "user": "zoe"}. The names of all
/// acts are in act_names(). Gives what was made (ids), or why it could not be done.
[[nodiscard]] Result<Json> perform(Core& core, Actions& actions, Interactions& interactions,
                                   Rest& rest, const Json& act);

[[nodiscard]] std::vector<std::string> act_names();

}  // namespace rookery::sim::discord
