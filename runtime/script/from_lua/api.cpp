#include "script/from_lua/api.hpp"

#include "hostapi/cron_timer.hpp"
#include "script/from_lua/views.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <cmath>
#include <random>

namespace rookery::script {

namespace {

constexpr double kLongest = 10.0 * 365 * 24 * 3600;  // ten years of seconds

/// The time of a world whose time is turned by hand, in seconds since 1970.
int virtual_now(lua_State* lua, Script& script) {
    const auto moment = hostapi::CronTimer::moment(script.context().worker->wall());
    lua_pushnumber(lua, static_cast<double>(moment.count()) / 1000.0);
    return 1;
}

}  // namespace

void push_api(lua_State* lua, Script& script) {
    lua_newtable(lua);
    set_registrations(lua);
    set_commands(lua);
    set_waits(lua);
    set_storage(lua);
    set_http(lua);
    set_server(lua);
    set_settings(lua);
    set_metrics(lua);
    set_texts(lua);
    set_evaluation(lua);
    set_views(lua);
    set_operations(lua);
    if (script.context().worker->is_virtual()) {
        lua_pushcfunction(lua, &bound<virtual_now>);
        lua_setfield(lua, -2, "virtual_now");
    }
    push_json(lua, script.context().spec.settings);
    lua_setfield(lua, -2, "config");
    push_text(lua, script.context().spec.name);
    lua_setfield(lua, -2, "name");
    push_text(lua, script.source().host_version);
    lua_setfield(lua, -2, "version");
    lua_pushlightuserdata(lua, nullptr);
    lua_setfield(lua, -2, "null");
    lua_pushlightuserdata(lua, const_cast<char*>(&kLeave));
    lua_setfield(lua, -2, "leave");
    lua_pushnumber(lua, static_cast<double>(std::random_device{}()));
    lua_setfield(lua, -2, "seed");
}

Millis seconds_at(lua_State* lua, int index, std::string_view what) {
    if (lua_type(lua, index) != LUA_TNUMBER) {
        (void)fail_argument(lua, what, "a number of seconds", index);
        return Millis{-1};
    }
    const double seconds = lua_tonumber(lua, index);
    if (!(seconds >= 0) || seconds > kLongest) {
        (void)fail(lua, std::string(what) + " must be between 0 and ten years");
        return Millis{-1};
    }
    return Millis{static_cast<std::int64_t>(std::ceil(seconds * 1000))};
}

}  // namespace rookery::script
