#pragma once

#include "base/result.hpp"
#include "sim/revolt/actions.hpp"
#include "sim/revolt/file_server.hpp"

namespace rookery::sim::revolt {

/// Does what a member of the community could do: {"do": "join", "user": "zoe"}. The names of all
/// acts are in act_names(). Gives what was made (ids), or why it could not be done.
[[nodiscard]] Result<Json> perform(Actions& actions, FileServer& files, const Json& what);

[[nodiscard]] std::vector<std::string> act_names();

}  // namespace rookery::sim::revolt
