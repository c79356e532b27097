#include "script/sandbox.hpp"

#include "script/prelude.hpp"

#include <array>
#include <string>

namespace rookery::script {

namespace {

struct Library {
    const char* name;
    lua_CFunction open;
};

// Without io and package: what is not opened cannot be reached. debug and ffi serve the host's own
// part, jit switches the compiler on; none of them is handed to the script.
constexpr std::array kLibraries{
    Library{"", luaopen_base},
    Library{LUA_TABLIBNAME, luaopen_table},
    Library{LUA_STRLIBNAME, luaopen_string},
    Library{LUA_MATHLIBNAME, luaopen_math},
    Library{LUA_OSLIBNAME, luaopen_os},
    Library{LUA_BITLIBNAME, luaopen_bit},
    Library{LUA_DBLIBNAME, luaopen_debug},
    Library{LUA_JITLIBNAME, luaopen_jit},
};

// Machine code lies outside the arena and outlives a state that was stopped hard: this bounds it
// (KiB).
constexpr const char* kJitOptions = "jit.opt.start('maxmcode=512', 'sizemcode=64')";

void open_libraries(lua_State* lua) {
    for (const Library& library : kLibraries) {
        lua_pushcfunction(lua, library.open);
        lua_pushstring(lua, library.name);
        lua_call(lua, 1, 0);
    }
}

void load(lua_State* lua, std::string_view code, const char* name) {
    if (luaL_loadbufferx(lua, code.data(), code.size(), name, "bt") != 0) {
        lua_error(lua);
    }
}

/// With the tables `rookery` and of the globals above the host's, on top of the stack.
void run(lua_State* lua, std::string_view code, const char* name) {
    const int globals = lua_gettop(lua);
    load(lua, code, name);
    lua_pushvalue(lua, globals - 1);
    lua_pushvalue(lua, globals - 2);
    lua_pushvalue(lua, globals);
    lua_call(lua, 3, 0);
}

/// What is there before the first file of Lua runs.
void prepare(lua_State* lua, int host) {
    open_libraries(lua);
    lua_pushcfunction(lua, luaopen_ffi);
    lua_call(lua, 0, 1);
    lua_setfield(lua, host, "ffi");
    load(lua, kJitOptions, "=rookery/jit");
    lua_call(lua, 0, 0);
    lua_newtable(lua);
    lua_newtable(lua);
}

}  // namespace

void open_sandbox(lua_State* lua, std::span<const PreludeFile> files) {
    const int host = lua_gettop(lua);
    prepare(lua, host);
    run(lua, prelude_code(0), prelude_files()[0].name.data());
    for (const PreludeFile& file : files) {
        run(lua, file.text, file.name.data());
    }
    lua_replace(lua, LUA_GLOBALSINDEX);
    lua_settop(lua, host);
}

void open_sandbox(lua_State* lua) {
    const int host = lua_gettop(lua);
    prepare(lua, host);
    for (std::size_t i = 0; i < prelude_files_at_start(); ++i) {
        run(lua, prelude_code(i), prelude_files()[i].name.data());
    }
    lua_replace(lua, LUA_GLOBALSINDEX);
    lua_getfield(lua, host, "drive");
    lua_replace(lua, host);
    lua_settop(lua, host);
    // The first release of a reference makes an entry in the registry; later ones, outside
    // protected calls, then never allocate.
    lua_pushboolean(lua, 1);
    luaL_unref(lua, LUA_REGISTRYINDEX, luaL_ref(lua, LUA_REGISTRYINDEX));
}

}  // namespace rookery::script
