#include "script/callback.hpp"

#include "base/log.hpp"
#include "script/prelude.hpp"

namespace rookery::script {

CallbackPtr make_callback(lua_State* lua, int index, const std::string& what, int named) {
    auto callback = std::make_shared<Callback>();
    lua_Debug info{};
    lua_pushvalue(lua, named != 0 ? named : index);
    lua_getinfo(lua, ">S", &info);
    callback->label = what;
    if (info.linedefined > 0 && !is_prelude(info.source)) {
        callback->label +=
            " (" + log::clipped(info.short_src) + ":" + std::to_string(info.linedefined) + ")";
    }
    lua_pushvalue(lua, index);
    callback->function = luaL_ref(lua, LUA_REGISTRYINDEX);
    return callback;
}

}  // namespace rookery::script
