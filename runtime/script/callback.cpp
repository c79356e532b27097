#include "script/callback.hpp"

#include "base/log.hpp"
#include "script/prelude.hpp"

#include <string_view>

namespace rookery::script {

CallbackPtr make_callback(lua_State* lua, int index, const std::string& what) {
    auto callback = std::make_shared<Callback>();
    lua_Debug info{};
    lua_pushvalue(lua, index);
    lua_getinfo(lua, ">S", &info);
    callback->label = what;
    if (info.linedefined > 0 && std::string_view(info.source) != kPreludeName) {
        callback->label +=
            " (" + log::clipped(info.short_src) + ":" + std::to_string(info.linedefined) + ")";
    }
    lua_pushvalue(lua, index);
    callback->function = luaL_ref(lua, LUA_REGISTRYINDEX);
    return callback;
}

}  // namespace rookery::script
