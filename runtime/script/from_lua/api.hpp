#pragma once

#include "base/clock.hpp"
#include "script/from_lua/binding.hpp"

#include <lua.hpp>

namespace rookery::script {

/// Pushes the table of host functions and values that the prelude builds the script's world from.
/// Raises Lua errors.
void push_api(lua_State* lua, Script& script);

// Each sets its functions as fields of the table on top of the stack.
void set_registrations(lua_State* lua);  ///< on, once, off, after, every, cancel, spawn, save, load
void set_commands(lua_State* lua);       ///< command_declare, command_handle, phrase, usage
void set_waits(lua_State* lua);          ///< begin_sleep, begin_call, result, arguments, idle
void set_evaluation(lua_State* lua);     ///< set_evaluator, evaluation, evaluation_print
void set_storage(lua_State* lua);        ///< kv_encode, kv_decode, begin_kv_...
void set_http(lua_State* lua);           ///< begin_http
void set_server(lua_State* lua);         ///< server_..., begin_server_call
void set_settings(lua_State* lua);       ///< settings_..., begin_settings_...
void set_metrics(lua_State* lua);        ///< metric_...
void set_operations(lua_State* lua);     ///< operations_of, nouns, source
void set_texts(lua_State* lua);          ///< log, json_encode, json_decode, read_module

/// Seconds at `index` as milliseconds, rounded up; -1 with the error pushed when they make no
/// sense.
[[nodiscard]] Millis seconds_at(lua_State* lua, int index, std::string_view what);

}  // namespace rookery::script
