#include "script/prelude.hpp"

#include <lua.hpp>

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace rookery::script {

namespace {

int append(lua_State* /*lua*/, const void* bytes, std::size_t size, void* into) {
    try {
        static_cast<std::string*>(into)->append(static_cast<const char*>(bytes), size);
        return 0;
    } catch (const std::exception&) {
        return 1;
    }
}

/// With names and lines, so that errors tell the same places as from the text. Empty on failure.
std::string compile(lua_State* lua, const PreludeFile& file) {
    std::string code;
    if (luaL_loadbufferx(lua, file.text.data(), file.text.size(), file.name.data(), "t") != 0 ||
        lua_dump(lua, &append, &code) != 0) {
        code.clear();
    }
    lua_settop(lua, 0);
    return code;
}

/// In a state of its own, which runs nothing and which no script ever sees.
std::vector<std::string> compile_all() {
    const auto files = prelude_files();
    std::vector<std::string> codes(files.size());
    const std::unique_ptr<lua_State, decltype(&lua_close)> lua(luaL_newstate(), &lua_close);
    if (lua) {
        // A 64-bit number opens the FFI, whose tables nothing holds in a state without libraries.
        lua_gc(lua.get(), LUA_GCSTOP, 0);
        for (std::size_t i = 0; i < files.size(); ++i) {
            codes[i] = compile(lua.get(), files[i]);
        }
    }
    return codes;
}

}  // namespace

std::string_view prelude_code(std::size_t index) {
    static const std::vector<std::string> codes = compile_all();
    return codes[index].empty() ? prelude_files()[index].text : std::string_view(codes[index]);
}

}  // namespace rookery::script
