#pragma once

#include "base/result.hpp"

#include <lua.hpp>

#include <string>
#include <string_view>

namespace rookery::script {

/// The state that one version of a script leaves to the next: nil, booleans, numbers, strings and
/// tables of them, with any such keys, exactly. A compact form of our own, since JSON has no tables
/// with both kinds of keys.

/// The value at `index`. Errors: invalid (a function, a metatable's trick, a userdata; names the
/// place), limit (16 MiB, 64 levels, which a cycle exceeds). Raises Lua errors (memory).
[[nodiscard]] Result<std::string> encode_state(lua_State* lua, int index);

/// Pushes the value; on an error pushes nothing. Raises Lua errors (memory).
[[nodiscard]] Result<> decode_state(lua_State* lua, std::string_view data);

}  // namespace rookery::script
