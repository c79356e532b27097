#pragma once

#include <string_view>

namespace rookery::script {

/// Chunk name of the Lua part of the host, by which its frames are told from the script's.
inline constexpr std::string_view kPreludeName = "=rookery";

/// Called with the table of host functions; returns the globals of the script and the function that
/// every coroutine runs (see to_lua/tasks.hpp).
extern const std::string_view kPrelude;

}  // namespace rookery::script
