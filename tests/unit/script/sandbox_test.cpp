#include "script/sandbox.hpp"

#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::ScriptBox;

/// What `expression` gives in a fresh script, or the error of its start.
std::string evaluate(const std::string& program) {
    ScriptBox box(program);
    const auto result = box.start();
    return result ? box.printed() : "error: " + result.error().message();
}

class Absent : public ::testing::TestWithParam<const char*> {};

TEST_P(Absent, from_the_world_of_a_script) {
    EXPECT_EQ(evaluate("print(type(" + std::string(GetParam()) + "))"), "nil");
}

INSTANTIATE_TEST_SUITE_P(Names, Absent,
                         ::testing::Values("io", "debug", "ffi", "jit", "package", "dofile",
                                           "loadfile", "module", "newproxy", "getfenv", "setfenv",
                                           "gcinfo", "os.execute", "os.exit", "os.getenv",
                                           "os.remove", "os.rename", "os.tmpname", "os.setlocale",
                                           "string.dump", "host"));

TEST(Sandbox, keeps_the_harmless_libraries) {
    EXPECT_EQ(
        evaluate("print(type(os.time()), type(os.clock()), os.date('!%Y', 0), os.difftime(3, 1), "
                 "bit.band(6, 3), ('x'):rep(3), table.concat({ 1, 2 }), math.floor(1.5), "
                 "select('#', 1, 2))"),
        "number number 1970 2 2 xxx 12 1 2");
}

TEST(Sandbox, the_string_metatable_is_locked) {
    EXPECT_EQ(evaluate("print(getmetatable(''), pcall(setmetatable, '', {}), ('').dump)"),
              "false false nil");
}

TEST(Sandbox, load_refuses_bytecode) {
    EXPECT_EQ(evaluate("print(load('\\27LJ\\2'))"), "nil attempt to load chunk with wrong mode");
}

TEST(Sandbox, load_refuses_bytecode_from_a_function_and_whatever_mode_is_asked_for) {
    EXPECT_EQ(evaluate("local n = 0 print(load(function() n = n + 1 return n == 1 and '\\27LJ' or "
                       "nil end, 'x', 'b') == nil)"),
              "true");
}

TEST(Sandbox, load_compiles_text_with_its_name_and_environment) {
    EXPECT_EQ(evaluate("print(load('return 1 + 1')(), loadstring('x = 5 return x')(), x, "
                       "load('return y', 'n', 't', { y = 7 })(), load('return (', '=mine'))"),
              "2 5 5 7 nil mine:1: unexpected symbol near '<eof>'");
}

TEST(Sandbox, loaded_code_lives_in_the_sandbox) {
    EXPECT_EQ(evaluate("print(load('return io, debug, _G == ...')(_G))"), "nil nil true");
}

TEST(Sandbox, a_coroutine_lives_in_the_sandbox) {
    EXPECT_EQ(evaluate("print(coroutine.wrap(function() return io, jit, string.dump end)())"),
              "nil nil nil");
}

TEST(Sandbox, collectgarbage_cannot_be_stopped) {
    EXPECT_EQ(evaluate("print(type(collectgarbage('count')), collectgarbage(), "
                       "pcall(collectgarbage, 'stop'))"),
              "number 0 false collectgarbage: only collect, count and step are available");
}

TEST(Sandbox, the_compiler_is_on) {
    // A hot loop: interpreted it takes about fifty times as long, which the time limit would show.
    EXPECT_EQ(evaluate("local s = 0 for i = 1, 5e6 do s = s + i % 7 end print(s > 0)"), "true");
}

TEST(Sandbox, a_syntax_error_names_file_and_line) {
    ScriptBox box("local a = 1\nlocal b = = 2\n");
    const auto staged = box.stage();
    ASSERT_FALSE(staged);
    EXPECT_EQ(staged.error().message(), "probe.lua:2: unexpected symbol near '='");
}

TEST(Sandbox, a_file_of_bytecode_is_refused) {
    ScriptBox box("\x1bLJ\x02");
    const auto staged = box.stage();
    ASSERT_FALSE(staged);
    EXPECT_NE(staged.error().message().find("is bytecode"), std::string::npos);
}

TEST(Sandbox, nothing_runs_before_start) {
    ScriptBox box("print('ran')");
    ASSERT_TRUE(box.stage());
    EXPECT_EQ(box.printed(), "");
}

TEST(Sandbox, require_finds_own_and_shared_modules) {
    ScriptBox::Options options;
    options.file = "box/init.lua";
    ScriptBox box(
        "print(require('inner').n, require 'deep.er', require 'shared', require 'inner' == require "
        "'inner')",
        options);
    box.dir().write("box/inner.lua", "return { n = ... }");
    box.dir().write("box/deep/er.lua", "return 'deeper'");
    box.dir().write("lib/shared.lua", "return io == nil");
    box.started();
    EXPECT_EQ(box.printed(), "inner deeper true true");
}

TEST(Sandbox, require_tells_where_it_looked) {
    EXPECT_EQ(evaluate("require 'nowhere'"),
              "error: probe.lua:1: module 'nowhere' not found: there is no lib/nowhere.lua");
}

class BadModule : public ::testing::TestWithParam<const char*> {};

TEST_P(BadModule, is_refused) {
    EXPECT_NE(
        evaluate("require(" + std::string(GetParam()) + ")").find("error: probe.lua:1: module '"),
        std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Names, BadModule,
                         ::testing::Values("'../secret'", "'..secret'", "'/etc/passwd'", "''",
                                           "'a..b'", "'a.'", "'a/b'", "'a\\0b'", "('x'):rep(500)"));

TEST(Sandbox, require_does_not_follow_a_link_out_of_the_folder) {
    ScriptBox box("require 'out'");
    box.dir().write("secret.lua", "return 1");
    box.dir().write("lib/in.lua", "return 1");
    std::filesystem::create_symlink(box.dir().path() / "secret.lua",
                                    box.dir().path() / "lib/out.lua");
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(),
              "probe.lua:1: module 'out': lib/out.lua leads out of its folder");
}

TEST(Sandbox, modules_in_a_circle_are_an_error) {
    ScriptBox box("require 'a'");
    box.dir().write("lib/a.lua", "return require 'b'");
    box.dir().write("lib/b.lua", "local a = require 'a' return a");
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(), "lib/b.lua:1: require: a requires itself");
}

TEST(Sandbox, an_error_in_a_module_names_its_file) {
    ScriptBox box("require 'bad'");
    box.dir().write("lib/bad.lua", "\n\nerror('no')");
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(), "lib/bad.lua:3: no");
}

TEST(Sandbox, what_is_made_at_its_first_use_is_seen_by_pairs) {
    EXPECT_EQ(
        evaluate(
            "local seen = {} for name, value in pairs(rookery) do seen[name] = type(value) end "
            "print(seen.messages, seen.kv, seen.time, seen.spawn, seen.on, seen.nothing)"),
        "table table table function function nil");
}

TEST(Sandbox, the_table_of_the_host_takes_what_a_script_sets_and_takes_away) {
    EXPECT_EQ(
        evaluate("rookery.http = 'mine' rookery.kv = nil rookery.spawn = 1 local all = rookery.all "
                 "print(rookery.http, rookery.kv, rookery.spawn, type(all), rookery.nothing)"),
        "mine nil 1 function nil");
}

TEST(Sandbox, the_metatable_of_the_host_is_locked) {
    EXPECT_EQ(evaluate("print(getmetatable(rookery), pcall(setmetatable, rookery, {}))"),
              "false false cannot change a protected metatable");
}

TEST(Sandbox, what_is_compiled_late_does_not_see_the_globals_of_the_script) {
    EXPECT_EQ(
        evaluate("local kept, all, rookery = print, _G, rookery "
                 "for name in pairs(all) do all[name] = function() kept('reached', name) end end "
                 "kept(rookery.time.iso(0), rookery.format.bold('x'))"),
        "1970-01-01T00:00:00.000Z **x**");
}

TEST(Sandbox, an_error_of_what_is_compiled_late_tells_the_place_of_the_script) {
    EXPECT_EQ(evaluate("\nrookery.time.parse(5)"),
              "error: probe.lua:2: rookery.time.parse: expected a string, got number");
}

}  // namespace
}  // namespace rookery::script
