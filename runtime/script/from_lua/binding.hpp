#pragma once

#include "script/hard_stop.hpp"

#include <lua.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace rookery::script {

class Script;

/// The edge between Lua and C++. A function that Lua calls is a plain function of the state and the
/// script; it returns how many results it has pushed, or kRaise with the error's text pushed, or
/// kYield. Nothing else crosses: C++ exceptions become Lua errors here, and no hard stop comes
/// while it runs, but one that is due comes at its end.
using Binding = int (*)(lua_State* lua, Script& script);

inline constexpr int kRaise = -1;
inline constexpr int kYield = -2;

/// Pushes the error's text; to be returned.
[[nodiscard]] int fail(lua_State* lua, std::string_view message);
/// "rookery.on: handler must be a function, got nil"
[[nodiscard]] int fail_argument(lua_State* lua, std::string_view what, std::string_view expected,
                                int index);

[[nodiscard]] Script& script_of(lua_State* lua) noexcept;
/// Raises the error on top of the stack, with the script's place in front.
[[noreturn]] void raise_with_place(lua_State* lua);

template <Binding Function>
int bound(lua_State* lua) {
    int results = kRaise;
    {
        const NoStop bar;
        try {
            results = Function(lua, script_of(lua));
        } catch (const std::exception& error) {
            results = fail(lua, error.what());
        }
    }
    Watch::leave_if_late();
    if (results == kRaise) {
        raise_with_place(lua);
    }
    return results == kYield ? lua_yield(lua, 0) : results;
}

/// Sets bindings as fields of the table on top of the stack.
struct NamedBinding {
    const char* name;
    lua_CFunction function;
};
template <std::size_t Count>
void set_bindings(lua_State* lua, const NamedBinding (&bindings)[Count]) {
    for (const NamedBinding& binding : bindings) {
        lua_pushcfunction(lua, binding.function);
        lua_setfield(lua, -2, binding.name);
    }
}

/// The text at `index`; empty view with a null pointer when it is not a string.
[[nodiscard]] inline std::string_view text_at(lua_State* lua, int index) {
    if (lua_type(lua, index) != LUA_TSTRING) {
        return {};
    }
    std::size_t size = 0;
    const char* data = lua_tolstring(lua, index, &size);
    return {data, size};
}

inline void push_text(lua_State* lua, std::string_view text) {
    lua_pushlstring(lua, text.data(), text.size());
}

}  // namespace rookery::script
