#include "script/from_lua/binding.hpp"

#include "script/lua_state.hpp"
#include "script/script.hpp"

#include <string>

namespace rookery::script {

int fail(lua_State* lua, std::string_view message) {
    push_text(lua, message);
    return kRaise;
}

int fail_argument(lua_State* lua, std::string_view what, std::string_view expected, int index) {
    return fail(lua, std::string(what) + " must be " + std::string(expected) + ", got " +
                         luaL_typename(lua, index));
}

Script& script_of(lua_State* lua) noexcept {
    return *static_cast<Script*>(LuaState::owner_of(lua));
}

void raise_with_place(lua_State* lua) {
    {
        const NoStop bar;
        if (const std::string place = place_of_caller(lua); !place.empty()) {
            push_text(lua, place + ": ");
            lua_insert(lua, -2);
            lua_concat(lua, 2);
        }
    }
    lua_error(lua);
    __builtin_unreachable();
}

}  // namespace rookery::script
