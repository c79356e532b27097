#pragma once

#include "script/view_reader.hpp"

#include <lua.hpp>

#include <string>

namespace rookery::script {

class Script;

/// Sets what runtime/script/lua/views.lua needs as fields of the table on top of the stack. Raises
/// Lua errors.
void set_views(lua_State* lua);

/// Pushes what views.lua makes a view of: the event's anchor, and the numbers of the mapping and of
/// the node that its object has. Raises
/// Lua errors.
void push_anchor(lua_State* lua, Script& script, EventRef ref);

/// The event that the view at `index` is of; null when it is none, or the event is gone.
[[nodiscard]] const model::Event* event_of_view(lua_State* lua, Script& script, int index);

/// Whether the value at `index` is a view; false for tables that merely look like one.
[[nodiscard]] bool is_view(lua_State* lua, int index);
/// Appends the JSON of the view at `index`; false when its event is gone.
[[nodiscard]] bool write_view(lua_State* lua, int index, std::string& out);

}  // namespace rookery::script
