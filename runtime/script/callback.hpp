#pragma once

#include "script/lua_state.hpp"

#include <lua.hpp>

#include <memory>
#include <string>

namespace rookery::script {

/// A function of the script that the host will call. Shared by its registration and the coroutines
/// that run it; the reference into the state goes with remove(), when the registration is undone.
struct Callback {
    int function = LUA_NOREF;
    std::string label;  ///< "handler of messageCreate (ping.lua:12)", for messages
    int running = 0;    ///< coroutines in it

    [[nodiscard]] bool removed() const noexcept { return function == LUA_NOREF; }
    void remove(LuaState& state) {
        if (state.is_open()) {
            luaL_unref(state.main(), LUA_REGISTRYINDEX, function);
        }
        function = LUA_NOREF;
    }
};
using CallbackPtr = std::shared_ptr<Callback>;

/// Takes the function at `index` of a calling thread into a callback, labelled "WHAT (ping.lua:12)"
/// with the place of its definition; or with that of the function at `named`, which it stands for.
/// Raises Lua errors.
[[nodiscard]] CallbackPtr make_callback(lua_State* lua, int index, const std::string& what,
                                        int named = 0);

}  // namespace rookery::script
