#include "script/script.hpp"
#include "unit/script/script_box.hpp"

#include <gmock/gmock.h>

namespace rookery::script {
namespace {

using testing::ScriptBox;

/// Records what the compiler does: traces completed ("loop", "return", ...) and given up (the
/// reason's number).
constexpr std::string_view kWatch = R"(
    local jit, util = ...
    log = { stops = {}, aborts = {} }
    jit.attach(function(what, trace, func, pc, reason)
        if what == "stop" then log.stops[#log.stops + 1] = util.traceinfo(trace).linktype end
        if what == "abort" then
            local where = util.funcinfo(func, pc)
            log.aborts[#log.aborts + 1] = (where.loc or "?") .. " " .. tostring(reason)
        end
    end, "trace")
    return function() return table.concat(log.stops, " ") .. "|" .. table.concat(log.aborts, " ") end)";

/// What the compiler makes of the script's second message; with the first one everything is set up
/// that is made when it is needed.
std::string traces(const std::string& text) {
    ScriptBox box(text);
    box.started().message("hello");
    std::string seen;
    int report = LUA_NOREF;
    LuaState& state = static_cast<Script&>(box.extension()).state();
    box.on_worker([&] {
        const auto watched = state.protected_call([&](lua_State* lua) {
            if (luaL_loadbuffer(lua, kWatch.data(), kWatch.size(), "=watch") != 0) {
                lua_error(lua);
            }
            lua_getfield(lua, LUA_REGISTRYINDEX, "_LOADED");
            lua_getfield(lua, -1, "_G");  // the host's globals
            lua_setfenv(lua, -3);
            lua_getfield(lua, -1, "jit");
            lua_replace(lua, -2);
            lua_getfield(lua, LUA_REGISTRYINDEX, "_PRELOAD");
            lua_getfield(lua, -1, "jit.util");
            lua_call(lua, 0, 1);
            lua_replace(lua, -2);
            lua_call(lua, 2, 1);
            report = luaL_ref(lua, LUA_REGISTRYINDEX);
        });
        ASSERT_TRUE(watched) << watched.error().message();
    });
    box.message("hello");
    box.on_worker([&] {
        const auto told = state.protected_call([&](lua_State* lua) {
            lua_rawgeti(lua, LUA_REGISTRYINDEX, report);
            lua_call(lua, 0, 1);
            seen = lua_tostring(lua, -1);
        });
        ASSERT_TRUE(told) << told.error().message();
    });
    return seen + "|" + box.printed();
}

/// A loop was compiled, whatever it calls too, and nothing was given up.
auto compiled(const std::string& printed) {
    return ::testing::AllOf(::testing::ContainsRegex("^(return )*loop[a-z ]*[|][|]"),
                            ::testing::EndsWith("||" + printed));
}

TEST(Compiled, one_field) {
    EXPECT_THAT(traces(R"(
        local rounds = 1
        rookery.on("messageCreate", function(ev)
            local sum = 0
            for _ = 1, rounds do sum = sum + #ev.content end
            print(sum)
            rounds = 300
        end))"),
                compiled("5|1500"));
}

TEST(Compiled, twenty_fields) {
    EXPECT_THAT(traces(R"(
        local rounds = 1
        rookery.on("messageCreate", function(ev)
            local sum = 0
            for _ = 1, rounds do
                local author = ev.author
                sum = sum + #ev.id + #ev.channelId + #ev.guildId + #ev.content + #ev.createdAt
                    + (ev.editedAt and 1 or 0) + (ev.pinned and 1 or 0) + (ev.tts and 1 or 0) + ev.type
                    + #ev.typeName + ev.flags + (ev.webhookId and 1 or 0) + (ev.replyTo and 1 or 0)
                    + #author.id + #author.username + #author.discriminator + #author.avatarUrl
                    + (author.globalName and 1 or 0) + (author.bot and 1 or 0) + (author.system and 1 or 0)
                    + #ev.event
            end
            print(sum > 0)
            rounds = 300
        end))"),
                compiled("true|true"));
}

TEST(Compiled, a_handler_that_is_called_often) {
    EXPECT_THAT(traces(R"(
        local seen, rounds = 0, 1
        local function handler(ev)
            if ev.author.bot then return end
            if ev.content == "hello" then seen = seen + 1 end
        end
        rookery.on("messageCreate", function(ev)
            for _ = 1, rounds do handler(ev) end
            print(seen)
            rounds = 300
        end))"),
                compiled("1|301"));
}

TEST(Compiled, a_loop_without_end_that_reads_fields_is_stopped) {
    if (testing::kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    for (const char* body : {"local _ = ev.content", "local _ = ev.author.avatarUrl",
                             "local _ = #ev.mentions.users", "pcall(function() return ev.none end)",
                             "local _ = ev:get('author.id')", "local _ = ev:table()"}) {
        ScriptBox::Options options;
        options.limits.time_limit = Millis{30};
        ScriptBox box("rookery.on('messageCreate', function(ev) while true do " +
                          std::string(body) + " end end)",
                      options);
        box.started().message("hello");
        EXPECT_EQ(box.failures().size(), 1U) << body;
    }
}

}  // namespace
}  // namespace rookery::script
