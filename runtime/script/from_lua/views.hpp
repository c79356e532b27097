#pragma once

#include "script/event_slots.hpp"

#include <lua.hpp>

#include <array>
#include <string>

namespace rookery::script {

class Script;

/// Remembers where a field name was found in a shape, by the address of Lua's string. An address
/// may have come to mean another string, so a hit is checked against the field's name.
class FieldCache {
  public:
    /// Index of the field, or -1.
    [[nodiscard]] int find(const model::Shape& shape, const char* key, std::size_t size);

  private:
    struct Entry {
        const char* key = nullptr;
        const model::Shape* shape = nullptr;
        int field = -1;
    };
    std::array<Entry, 256> entries_{};
};

/// Registers the metatable of views; leaves the (empty) table of the methods of events on the
/// stack, for the prelude to complete. Raises Lua errors.
void open_views(lua_State* lua);

/// Pushes the view of a whole event. Raises Lua errors.
void push_event(lua_State* lua, Script& script, EventRef ref);

/// Appends the JSON of the view at `index`; false when there is no readable view.
[[nodiscard]] bool write_view(lua_State* lua, int index, std::string& out);

}  // namespace rookery::script
