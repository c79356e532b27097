#pragma once

#include "script/prelude.hpp"

#include <lua.hpp>

#include <span>

namespace rookery::script {

/// Turns a fresh state into a script's world: opens the libraries that have something harmless in
/// them (and the JIT compiler), runs the prelude with the table of host functions that is on top of
/// the stack, and makes its choice of globals the only ones. The table is replaced by the function
/// that every coroutine runs. Raises Lua errors: to be called within LuaState::protected_call.
void open_sandbox(lua_State* lua);

/// The same for code that is no script: the same libraries and globals, without `rookery`, and then
/// what `files` make of them, each called as the prelude's are. The table stays on top.
void open_sandbox(lua_State* lua, std::span<const PreludeFile> files);

}  // namespace rookery::script
