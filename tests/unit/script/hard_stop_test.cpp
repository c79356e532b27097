#include "script/hard_stop.hpp"

#include "script/code_map.hpp"
#include "script/lua_state.hpp"
#include "unit/script/script_box.hpp"

#include <gtest/gtest.h>

#include <dlfcn.h>

namespace rookery::script {
namespace {

using testing::kSignalsAreDeferred;

constexpr Millis kBudget{50};

/// A state with the plain libraries, pcall included, and the JIT on.
std::unique_ptr<LuaState> open_state() {
    auto state = LuaState::create(std::size_t{64} << 20U);
    EXPECT_TRUE(state);
    EXPECT_TRUE((*state)->protected_call([](lua_State* lua) { luaL_openlibs(lua); }));
    return *std::move(state);
}

LuaState::Run run(LuaState& state, const char* program, Millis budget = kBudget) {
    lua_State* thread = nullptr;
    const auto loaded = state.protected_call([&](lua_State* lua) {
        thread = lua_newthread(lua);
        lua_setfield(lua, LUA_REGISTRYINDEX, "test.thread");
        if (luaL_loadstring(thread, program) != 0) {
            lua_xmove(thread, lua, 1);
            lua_error(lua);
        }
    });
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message());
    return state.resume(thread, 0, budget);
}

struct Runaway {
    const char* name;
    const char* program;
};

class HardStop : public ::testing::TestWithParam<Runaway> {};

TEST_P(HardStop, stops_it_again_and_again_and_gives_the_memory_back) {
    if (kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    for (int round = 0; round < 5; ++round) {
        const auto state = open_state();
        ASSERT_EQ(run(*state, GetParam().program), LuaState::Run::stopped) << "round " << round;
        EXPECT_FALSE(state->is_open());
        EXPECT_EQ(state->memory_used(), 0U);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Runaways, HardStop,
    ::testing::Values(
        Runaway{"counting_loop", "local i = 0 while true do i = i + 1 end"},
        Runaway{"interpreted_loop", "jit.off(true, true) local i = 0 while true do i = i + 1 end"},
        Runaway{"table_growth",
                "local t = {} while true do for i = 1, 100000 do t[i] = i end t = {} end"},
        Runaway{"endless_tail_call", "local function f(n) return f(n + 1) end f(1)"},
        Runaway{"catastrophic_pattern",
                "string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40) .. 'b')"},
        Runaway{"pcall_of_errors", "while true do pcall(error, 'x') end"},
        Runaway{"pcall_around_a_loop", "while true do pcall(function() while true do end end) end"},
        Runaway{"string_doubling",
                "while true do local s = 'x' for i = 1, 20 do s = s .. s end end"},
        Runaway{"table_of_tables",
                "while true do local t = {} for i = 1, 1000 do t[i] = { i, { i } } end end"},
        Runaway{"loop_in_a_coroutine",
                "local f = coroutine.wrap(function() while true do end end) f()"},
        Runaway{"coroutines_without_end",
                "while true do coroutine.wrap(function() coroutine.yield(1) end)() end"},
        Runaway{"loop_in_tostring",
                "tostring(setmetatable({}, { __tostring = function() while true do end end }))"},
        Runaway{"sort_with_a_liar",
                "local t = {} for i = 1, 1e5 do t[i] = i end "
                "while true do pcall(table.sort, t, function() return true end) end"}),
    [](const auto& test) { return test.param.name; });

TEST(Watch, a_run_within_its_budget_is_left_alone) {
    const auto state = open_state();
    EXPECT_EQ(run(*state, "local s = 0 for i = 1, 1e6 do s = s + i end", Millis{60'000}),
              LuaState::Run::finished);
    EXPECT_TRUE(state->is_open());
}

TEST(Watch, a_later_run_is_not_hit_by_an_earlier_deadline) {
    const auto state = open_state();
    for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(run(*state, "for i = 1, 10 do end", Millis{1000}), LuaState::Run::finished);
    }
}

TEST(Watch, waits_for_a_host_function_to_return) {
    if (kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    static int destroyed;
    destroyed = 0;
    struct Guard {
        ~Guard() { ++destroyed; }
    };
    const auto state = open_state();
    ASSERT_TRUE(state->protected_call([](lua_State* lua) {
        lua_register(lua, "work", [](lua_State* inner) -> int {
            const NoStop bar;
            const Guard guard;
            for (int i = 0; i < 2'000'000;
                 ++i) {  // longer than the budget, all of it in LuaJIT's text
                lua_pushinteger(inner, i);
                lua_pop(inner, 1);
            }
            return 0;
        });
    }));
    EXPECT_EQ(run(*state, "while true do work() end", Millis{2}), LuaState::Run::stopped);
    EXPECT_GE(destroyed, 1);
}

TEST(Watch, a_run_that_is_hardly_ever_outside_a_host_function_leaves_at_the_end_of_one) {
    if (kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    static int calls;
    calls = 0;
    const auto state = open_state();
    ASSERT_TRUE(state->protected_call([](lua_State* lua) {
        lua_register(lua, "work", [](lua_State*) -> int {
            ++calls;
            {
                const NoStop bar;
                const auto until = std::chrono::steady_clock::now() + Millis{1};
                while (std::chrono::steady_clock::now() < until) {
                }
            }
            Watch::leave_if_late();
            return 0;
        });
    }));
    EXPECT_EQ(run(*state, "while true do work() end", Millis{2}), LuaState::Run::stopped);
    EXPECT_LT(calls, 200);  // of thousands until a signal meets it between two
}

TEST(NoStop, is_lifted_when_a_lua_error_unwinds_it) {
    const auto state = open_state();
    static int destroyed;
    destroyed = 0;
    struct Guard {
        ~Guard() { ++destroyed; }
    };
    ASSERT_TRUE(state->protected_call([](lua_State* lua) {
        lua_register(lua, "burst", [](lua_State* inner) -> int {
            const NoStop bar;
            const Guard guard;
            lua_newuserdata(inner, std::size_t{1} << 30U);
            return 0;
        });
    }));
    EXPECT_EQ(
        run(*state, "assert(not pcall(burst)) for i = 1, 200 do pcall(burst) end", Millis{60'000}),
        LuaState::Run::finished);
    EXPECT_EQ(destroyed, 201);
    EXPECT_FALSE(NoStop::active());
}

TEST(CodeMap, tells_luajit_from_other_code) {
    refresh_code_map();
    const auto place = [](const char* symbol) {
        return code_place(reinterpret_cast<std::uintptr_t>(::dlsym(RTLD_DEFAULT, symbol)));
    };
    EXPECT_EQ(place("lua_newstate"), CodePlace::luajit);
    EXPECT_EQ(place("memcpy"), CodePlace::loaded);
    EXPECT_EQ(code_place(reinterpret_cast<std::uintptr_t>(&refresh_code_map)), CodePlace::loaded);
    EXPECT_EQ(code_place(0x1000), CodePlace::generated);
}

}  // namespace
}  // namespace rookery::script
