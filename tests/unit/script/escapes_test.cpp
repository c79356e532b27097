// The known ways out of a sandbox of Lua 5.1 and LuaJIT, each tried, at the start of a script and
// in a handler's coroutine; and what has crashed interpreters before.

#include "unit/script/script_box.hpp"

#include <filesystem>

namespace rookery::script {
namespace {

using testing::ScriptBox;

struct Attempt {
    const char* name;
    const char* program;  ///< gives the texts that are printed
    const char* printed;
};

/// What the attempt prints in a handler, after it has printed the same at the start.
std::string outcome(const std::string& program) {
    ScriptBox box("local rookery = require 'rookery'\nlocal function attempt()\n" + program +
                  "\nend\nprint(attempt())\n"
                  "rookery.on('messageCreate', function() print(attempt()) end)");
    if (const auto started = box.start(); !started) {
        return "error: " + started.error().message();
    }
    const std::string first = box.printed();
    box.message("x");
    const std::string both = box.printed();
    return both == first + "|" + first ? first : "differs: " + both;
}

class Escape : public ::testing::TestWithParam<Attempt> {};

TEST_P(Escape, leads_nowhere) { EXPECT_EQ(outcome(GetParam().program), GetParam().printed); }

INSTANTIATE_TEST_SUITE_P(
    Known, Escape,
    ::testing::Values(
        Attempt{"dump_as_a_method", "return ('').dump, string.dump", "nil nil"},
        Attempt{"bytecode", "return (load('\\27LJ\\2\\0'))", "nil"},
        Attempt{"bytecode_by_loadstring", "return (loadstring('\\27LJ\\2\\0'))", "nil"},
        Attempt{"bytecode_of_lua_5_1", "return (load('\\27Lua\\81\\0\\1\\4\\8\\4\\8\\0'))", "nil"},
        Attempt{"bytecode_after_a_comment", "return (load('#\\n\\27LJ\\2\\0'))", "nil"},
        Attempt{"bytecode_after_a_mark", "return (load('\\239\\187\\191\\27LJ\\2\\0'))", "nil"},
        Attempt{"bytecode_in_pieces",
                "local pieces, i = { '\\27', 'L', 'J\\2' }, 0 "
                "return (load(function() i = i + 1 return pieces[i] end, 'x', 'b'))",
                "nil"},
        Attempt{"bytecode_by_asking_for_it", "return (load('\\27LJ\\2\\0', 'x', 'bt', {}))", "nil"},
        Attempt{"environment_of_loaded_code",
                "return load('return io, debug, jit, package, ffi, _G == ...')(_G)",
                "nil nil nil nil nil true"},
        Attempt{"environment_of_nothing",
                "return load('return io, debug, jit, package', 'x', 't', nil)()",
                "nil nil nil nil"},
        Attempt{"environment_in_a_coroutine",
                "return coroutine.wrap(function() return load('return io, debug, _G == ...')(_G) "
                "end)()",
                "nil nil true"},
        Attempt{"environments_of_functions", "return getfenv, setfenv, _ENV", "nil nil nil"},
        Attempt{"debug_by_any_name", "return debug, _G.debug, rawget(_G, 'debug'), (string.debug)",
                "nil nil nil nil"},
        Attempt{"the_globals_behind_the_globals",
                "return getmetatable(_G), rawget(_G, '_G') == _G, _G._G.io", "nil true nil"},
        Attempt{"the_metatable_of_texts",
                "return getmetatable(''), pcall(setmetatable, '', {}), "
                "pcall(function() getmetatable('').__index = {} end)",
                "false false false probe.lua:3: attempt to index a boolean value"},
        Attempt{"the_metatable_of_events",
                "return "
                "getmetatable(rookery.config), pcall(setmetatable, rookery.config, {})",
                "false false cannot change a protected metatable"},
        Attempt{"userdata_of_ones_own", "return newproxy, pcall(setmetatable, print, {})",
                "nil false bad argument #1 to '?' (table expected, got function)"},
        Attempt{
            "modules_of_the_host",
            "local out = {} for _, name in ipairs({ 'ffi', 'jit', 'jit.util', 'jit.opt', "
            "'debug', 'io', 'os', 'package', 'string', '_G', 'table.new', 'table.clear', "
            "'string.buffer', 'bit', 'prelude', 'core', 'sandbox' }) do "
            "out[#out + 1] = tostring((pcall(require, name))) end return table.concat(out, ' ')",
            "false false false false false false false false false false false false false "
            "false false false false"},
        Attempt{
            "modules_of_other_folders",
            "local out = {} for _, name in ipairs({ '../x', '..x', '...', '/etc/passwd', "
            "'etc/passwd', 'a/../../x', 'a\\\\..\\\\x', './x', '.hidden', '', ' ', 'x\\0y', "
            "('a.'):rep(500) .. 'b', ('x'):rep(5000), 'lib..x', 'lib/../x', '~/x' }) do "
            "out[#out + 1] = tostring((pcall(require, name))) end return table.concat(out, ' ')",
            "false false false false false false false false false false false false false "
            "false false false false"},
        Attempt{"the_tables_of_require", "return package, module, loadfile, dofile",
                "nil nil nil nil"},
        Attempt{"the_collector",
                "local out = {} for _, what in ipairs({ 'stop', 'restart', 'setpause', "
                "'setstepmul', 'generational', 'incremental', 'isrunning' }) do "
                "out[#out + 1] = tostring((pcall(collectgarbage, what, 1e9))) end "
                "return table.concat(out, ' ')",
                "false false false false false false false"},
        Attempt{"the_operating_system",
                "local out = {} for name in pairs(os) do out[#out + 1] = name end "
                "table.sort(out) return table.concat(out, ' ')",
                "clock date difftime time"},
        Attempt{"the_world",
                "local out = {} for name in pairs(_G) do out[#out + 1] = name end "
                "table.sort(out) return table.concat(out, ' ')",
                "_G _VERSION assert bit collectgarbage coroutine error getmetatable ipairs load "
                "loadstring math next os pairs pcall print rawequal rawget rawset require rookery "
                "select setmetatable string table tonumber tostring type unpack xpcall"},
        Attempt{"the_state_of_an_error",
                "local ok, e = pcall(error) local ok2, e2 = xpcall(error, function(...) return "
                "select('#', ...) end) return ok, e, ok2, e2",
                "false nil false 1"},
        Attempt{"levels_of_errors",
                "return pcall(error, 'x', 1e9), pcall(error, 'x', -5), pcall(error, 'x', 0/0)",
                "false false false x"},
        Attempt{"the_main_thread",
                "local co, main = coroutine.running() return main == true, "
                "(coroutine.resume(co or coroutine.create(function() end)))",
                "false false"},
        Attempt{"functions_of_the_host_in_a_coroutine_of_ones_own",
                "return coroutine.wrap(function() return (pcall(rookery.sleep, 1)) end)()",
                "false"},
        Attempt{"functions_of_the_host_as_coroutines",
                "return (pcall(coroutine.wrap(rookery.sleep), 1))", "false"},
        Attempt{"functions_of_the_host_as_comparators",
                "return (pcall(table.sort, { 3, 1, 2 }, rookery.sleep)), "
                "(pcall(string.gsub, 'xx', 'x', rookery.sleep))",
                "false false"},
        Attempt{"yielding_across_a_sort",
                "return (pcall(table.sort, { 3, 1, 2 }, function() coroutine.yield() end))",
                "false"},
        Attempt{"tampering_with_what_the_host_uses",
                "local keep = {} for k, v in pairs(string) do keep[k] = v string[k] = nil end "
                "local concat = table.concat table.concat = nil "
                "local text = rookery.json.encode({ a = { 1, 2 } }) table.concat = concat "
                "for k, v in pairs(keep) do string[k] = v end return text",
                "{\"a\":[1,2]}"}),
    [](const auto& attempt) { return attempt.param.name; });

/// What has to leave the process, and the script, alive. Whether it is an error does not matter.
class Trick : public ::testing::TestWithParam<Attempt> {};

TEST_P(Trick, leaves_the_script_alive) {
    ScriptBox::Options options;
    options.limits.memory_limit = std::size_t{24} << 20U;
    ScriptBox box(std::string("local rookery = require 'rookery'\n"
                              "rookery.on('messageCreate', function(ev)\n"
                              "if ev.content == 'answer' then print('alive') return end\n") +
                      GetParam().program + "\nend)",
                  options);
    box.started();
    box.message("go");
    box.message("answer");
    ASSERT_EQ(box.counters().stops, 0U) << box.printed();
    const auto lines = box.lines();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "alive"), 1) << box.printed().substr(0, 2000);
}

INSTANTIATE_TEST_SUITE_P(
    Known, Trick,
    ::testing::Values(
        Attempt{"an_error_that_prints_itself_for_ever",
                "error(setmetatable({}, { __tostring = function(t) return tostring(t) end }))", ""},
        Attempt{"an_error_whose_text_is_an_error",
                "error(setmetatable({}, { __tostring = function() error('again') end }))", ""},
        Attempt{"an_error_whose_text_is_none",
                "error(setmetatable({}, { __tostring = function() return 5 end }))", ""},
        Attempt{"an_error_of_nothing", "error()", ""},
        Attempt{"an_error_of_bytes", "error('\\0\\255\\27[31m\\n\\r' .. ('x'):rep(1e6))", ""},
        Attempt{"an_error_that_is_a_function", "error(print)", ""},
        Attempt{"an_error_in_a_coroutine_of_a_coroutine",
                "coroutine.wrap(function() coroutine.wrap(function() error({}) end)() end)()", ""},
        Attempt{"recursion", "local function f() return 1 + f() end f()", ""},
        Attempt{"recursion_in_index",
                "local t t = setmetatable({}, { __index = function(_, k) return t[k .. 1] end }) "
                "return t.x",
                ""},
        Attempt{"an_index_that_is_itself",
                "local t = {} setmetatable(t, { __index = t }) t.x = t.y", ""},
        Attempt{"metatables_in_a_ring",
                "local a, b = {}, {} setmetatable(a, { __index = b, __newindex = b }) "
                "setmetatable(b, { __index = a, __newindex = a }) a.x = b.y",
                ""},
        Attempt{"a_call_that_is_itself", "local t = {} setmetatable(t, { __call = t }) t()", ""},
        Attempt{"a_metatable_that_is_itself",
                "local t = {} t.__index, t.__call, t.__concat, t.__eq = t, t, t, t "
                "setmetatable(t, t) return t .. t",
                ""},
        Attempt{"comparators_that_lie",
                "local t = {} for i = 1, 500 do t[i] = i % 7 end "
                "for _, f in ipairs({ function() return true end, function() return false end, "
                "function(a, b) return a >= b end, function() return math.random() < 0.5 end }) do "
                "pcall(table.sort, t, f) end",
                ""},
        Attempt{"a_comparator_that_empties_the_table",
                "local t = {} for i = 1, 500 do t[i] = 500 - i end "
                "pcall(table.sort, t, function(a, b) for i = 1, 500 do t[i] = nil end return a < b "
                "end)",
                ""},
        Attempt{"a_comparator_that_fails", "table.sort({ 3, 2, 1 }, function() error('no') end)",
                ""},
        Attempt{"positions_beyond_all_numbers",
                "local m = 2 ^ 53 pcall(unpack, {}, -m, m) pcall(unpack, {}, 1, 2 ^ 31) "
                "pcall(select, -m) pcall(string.byte, 'x', -m, m) pcall(string.sub, 'x', -m, m) "
                "pcall(string.rep, 'x', m) pcall(string.rep, 'x', -m) "
                "pcall(table.concat, {}, '', -m, -m + 5) pcall(string.find, 'x', 'x', m) "
                "pcall(string.char, -1) pcall(string.char, m) pcall(math.random, m, -m) "
                "pcall(math.random, 0/0) pcall(bit.rol, m, m) pcall(tonumber, 'z', 37)",
                ""},
        Attempt{"numbers_that_are_none",
                "local t = {} pcall(rawset, t, 0/0, 1) t[1/0] = 1 t[-1/0] = 2 "
                "pcall(rookery.after, 0/0, print) pcall(rookery.after, 1/0, print) "
                "pcall(rookery.sleep, -1/0) for i = 1/0, 0/0 do end",
                ""},
        Attempt{"formats",
                "for _, f in ipairs({ '%99999d', '%.99999f', '%s%s%s', '%', '%y', '%5', "
                "'%' .. ('0'):rep(200) .. 'd', '%q', '%c', '%-+ #0d', '%.20s', '%p', '%a', '%n' }) "
                "do pcall(string.format, f, 1) pcall(string.format, f, 'x') end",
                ""},
        Attempt{"patterns",
                "for _, p in ipairs({ '[', '[^', '[%', '%', '%b', '%bx', '%f', '%f[', '(', '()(', "
                "')', '(()', '%1', '%9', '(%1)', '[]', '[^]', '[a-', ('('):rep(33), "
                "('(x)'):rep(40), ('x*'):rep(5) .. 'y', '\\0', '%g', '^*', '$^' }) do "
                "pcall(string.find, ('x'):rep(50), p) pcall(string.gsub, 'xyx', p, '%1') "
                "pcall(string.gsub, 'xyx', p, '%9%0%') pcall(string.match, 'x\\0y', p) end",
                ""},
        Attempt{"a_deep_pattern", "return (('x'):rep(3e5)):find(('x?'):rep(2000) .. 'y')", ""},
        Attempt{"replacements_that_are_none",
                "pcall(string.gsub, 'xx', 'x', setmetatable({}, { __index = error })) "
                "pcall(string.gsub, 'xx', 'x', function() return {} end) "
                "pcall(string.gsub, 'xx', 'x', function() return true end)",
                ""},
        Attempt{
            "dates",
            "for _, f in ipairs({ '%', '%Ez', '%O', '%E', '%10Y', ('%c'):rep(5000), '*t', '!*t', "
            "'!%c', '\\0', '%+' }) do for _, at in ipairs({ 0, -1, 1e18, -1e18, 1e300, 2 ^ 62 }) "
            "do pcall(os.date, f, at) end end pcall(os.time, { year = 1e300, month = 1, day = 1 }) "
            "pcall(os.time, { year = 0/0, month = 1, day = 1 }) pcall(os.time, {}) "
            "pcall(os.date, '%c', 0/0)",
            ""},
        Attempt{"programs_that_are_deep",
                "for _, one in ipairs({ '(', '{', '[', 'not ', '-', '#', 'a.', 'a[', 'f(', 'do ', "
                "'if 1 then ', 'function f() ', 'return function() ', 'a..', 'a^', '::x::', '\"', "
                "'[==[', '--[[' }) do load(one:rep(30000)) load('return ' .. one:rep(30000)) end",
                ""},
        Attempt{
            "programs_that_are_wide",
            "load('local a = ' .. ('1,'):rep(1e5) .. '1') "
            "load('return {' .. ('x,'):rep(1e5) .. '}') load('local ' .. ('a,'):rep(300) .. 'b') "
            "load(('goto x '):rep(1e4) .. '::x::') load('return ' .. ('\"k\"..'):rep(5e3) .. '1')",
            ""},
        Attempt{"a_reader_that_never_ends",
                "local n = 0 load(function() n = n + 1 if n > 1e5 then return nil end return 'x=1 "
                "' end)",
                ""},
        Attempt{"a_reader_that_fails",
                "load(function() error({}) end) load(function() return 5 end) "
                "load(function() return {} end)",
                ""},
        Attempt{"a_reader_that_yields", "pcall(load, function() coroutine.yield() return nil end)",
                ""},
        Attempt{
            "calls_with_many_arguments",
            "pcall(print, unpack({}, 1, 200)) pcall(string.char, unpack({}, 1, 7900)) "
            "pcall(math.max, unpack({}, 1, 7900)) pcall(rookery.log.debug, unpack({}, 1, 7000)) "
            "pcall(rookery.messages.send, unpack({}, 1, 7000))",
            ""},
        Attempt{"coroutines_that_resume_one_another",
                "local a, b a = coroutine.create(function() coroutine.resume(b) end) "
                "b = coroutine.create(function() coroutine.resume(a) end) coroutine.resume(a)",
                ""},
        Attempt{"coroutines_that_never_end",
                "for i = 1, 2000 do coroutine.wrap(function() coroutine.yield() end)() end", ""},
        Attempt{"a_coroutine_that_ended_is_resumed",
                "local co = coroutine.create(error) coroutine.resume(co) coroutine.resume(co) "
                "local w = coroutine.wrap(function() end) w() pcall(w)",
                ""},
        Attempt{"yielding_where_nobody_waits", "coroutine.yield(1, 2, 3)", ""},
        Attempt{"weak_tables_of_events",
                "local t = setmetatable({}, { __mode = 'kv', __gc = error }) "
                "for i = 1, 100 do t[i] = ev t[ev] = i end collectgarbage() collectgarbage()",
                ""},
        Attempt{
            "events_in_raw_functions",
            "pcall(rawget, ev, 'id') pcall(rawset, ev, 'id', 1) pcall(next, ev) pcall(unpack, ev) "
            "pcall(setmetatable, ev, {}) pcall(function() ev.content = 'x' end) "
            "pcall(function() return ev + 1 end) pcall(function() return #ev end) "
            "pcall(function() return ev < ev end) pcall(function() return ev() end)",
            ""},
        Attempt{"methods_on_what_is_no_event",
                "local m = ev.reply for _, x in ipairs({ 1, 'x', {}, print, true, rookery, _G, "
                "coroutine.create(print), setmetatable({}, { __index = ev }) }) do "
                "pcall(m, x, 'y') pcall(ev.table, x) pcall(ev.json, x) pcall(ev.fields, x) end "
                "pcall(m) pcall(ev.table)",
                ""},
        Attempt{"json_that_is_deep",
                "pcall(rookery.json.decode, ('['):rep(1e6)) pcall(rookery.json.decode, "
                "('{\"a\":'):rep(1e5)) local t = {} t.t = t pcall(rookery.json.encode, t) "
                "local d = {} for i = 1, 1e4 do d = { d } end pcall(rookery.json.encode, d)",
                ""},
        Attempt{
            "json_that_is_none",
            "for _, text in ipairs({ '', ' ', 'nul', '1e999', '-', '\"\\\\ud800\"', '\"\\255\"', "
            "'{\"a\":1,\"a\":2}', '[1,]', '\\0', '1 2', '\"' .. ('x'):rep(1e5) }) do "
            "pcall(rookery.json.decode, text) end for _, v in ipairs({ 0/0, 1/0, print, "
            "coroutine.create(print), '\\255\\254', { [1.5] = 1 }, { [{}] = 1 }, "
            "{ [true] = 1 }, { 1, nil, 3 }, { 1, a = 2 } }) do pcall(rookery.json.encode, v) end",
            ""},
        Attempt{
            "arguments_of_every_type",
            "local values = { 1, -1, 0/0, 1e300, 'x', '', '\\0', ('x'):rep(1e5), true, {}, { 1 }, "
            "{ a = {} }, print, coroutine.create(print), rookery, ev, ev.author, "
            "rookery.json.null, "
            "setmetatable({}, { __index = error, __len = error, __tostring = error }) } "
            "local skip = { sleep = true } "
            "local function try(f) pcall(f) for _, v in ipairs(values) do pcall(f, v) "
            "pcall(f, v, v) pcall(f, 'messageCreate', v) pcall(f, 1, v) end end "
            "for _, name in ipairs({ 'on', 'once', 'after', 'every', 'save', "
            "'load', "
            "'spawn', 'on_command', 'on_component', 'on_modal', 'on_autocomplete', 'each' }) do "
            "if type(rookery[name]) == 'function' then "
            "for _, v in ipairs(values) do if type(v) ~= 'function' then pcall(rookery[name], v) "
            "pcall(rookery[name], v, v) pcall(rookery[name], 'x', v) end end end end "
            "try(rookery.json.decode) try(rookery.json.encode) try(rookery.log.debug)",
            ""},
        Attempt{"the_table_of_the_host_emptied",
                "for k in pairs(rookery) do if k ~= 'on' then rookery[k] = nil end end "
                "for k in pairs(_G) do if k ~= 'print' then _G[k] = nil end end",
                ""}),
    [](const auto& attempt) { return attempt.param.name; });

/// What nests in C without a limit: there is no way to go on with the script, but the process does.
class Abyss : public ::testing::TestWithParam<Attempt> {};

TEST_P(Abyss, costs_the_script_alone) {
    ScriptBox::Options options;
    options.limits.time_limit = Millis{3'000};
    ScriptBox box(std::string("local rookery = require 'rookery'\n"
                              "rookery.on('messageCreate', function(ev)\n"
                              "(function()\n") +
                      GetParam().program + "\nend)() print('returned') end)",
                  options);
    box.started();
    box.message("go");
    if (box.failures().empty()) {
        EXPECT_FALSE(box.lines().empty());  // Lua's own limits were reached first
    } else {
        EXPECT_NE(box.failures().front().find(" and was stopped"), std::string::npos)
            << box.failures().front();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Known, Abyss,
    ::testing::Values(
        Attempt{"gsub", "local function f() return ('x'):gsub('x', f) end f()", ""},
        Attempt{"gsub_within_pcall",
                "local function f() return (pcall(string.gsub, 'x', 'x', f)) end f()", ""},
        Attempt{"gsub_within_coroutines",
                "local function f() return coroutine.wrap(function() return ('x'):gsub('x', f) "
                "end)() end f()",
                ""},
        Attempt{
            "gsub_by_a_metatable",
            "local t t = setmetatable({}, { __index = function() return ('x'):gsub('x', t) end })"
            " return t.x",
            ""},
        Attempt{"sort", "local function f() table.sort({ 3, 2, 1 }, f) return true end f()", ""},
        Attempt{"tostring",
                "local t t = setmetatable({}, { __tostring = function() return tostring(t) end }) "
                "tostring(t)",
                ""},
        Attempt{
            "tostring_by_format",
            "local t t = setmetatable({}, { __tostring = function() return ('%s'):format(t) end "
            "}) tostring(t)",
            ""},
        Attempt{"foreach", "local function f() table.foreach({ 1 }, f) end f()", ""},
        Attempt{"load", "local function f() load(f) end f()", ""},
        Attempt{"xpcall", "local function f() xpcall(f, f) end f()", ""},
        Attempt{"coroutines", "local function f() return coroutine.wrap(f)() end f()", ""},
        Attempt{"require_of_nothing",
                "local function f() pcall(require, 'nothing') return 1 + f() end f()", ""}),
    [](const auto& attempt) { return attempt.param.name; });

TEST(Escapes, a_handler_that_waits_cannot_be_resumed_by_another) {
    ScriptBox box(R"(
        local rookery = require 'rookery'
        local sleeper
        rookery.on('messageCreate', function(ev)
            if ev.content == 'sleep' then
                sleeper = coroutine.running()
                rookery.sleep(0.05)
                print('woke')
            elseif ev.content == 'wake' then
                print(coroutine.status(sleeper), (coroutine.resume(sleeper, 'x')))
                print((pcall(coroutine.wrap(function() return coroutine.resume(sleeper) end))))
            else
                print('alive')
            end
        end))");
    box.started();
    box.message("sleep");
    box.message("wake");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; }));
    box.message("answer");
    EXPECT_EQ(box.lines().back(), "alive") << box.printed();
    const auto lines = box.lines();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "woke"), 1) << box.printed();
    EXPECT_EQ(box.finished().size(), 3U);
}

TEST(Escapes, a_wait_that_was_cancelled_cannot_be_swallowed) {
    ScriptBox::Options options;
    options.limits.wait_limit = Millis{30};
    ScriptBox box(R"(
        local rookery = require 'rookery'
        rookery.on('messageCreate', function(ev)
            if ev.content == 'answer' then print('alive') return end
            while true do pcall(rookery.sleep, 3600) end
        end))",
                  options);
    box.started();
    box.message("go");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.in_flight() == 0; })) << box.printed();
    box.message("answer");
    EXPECT_EQ(box.lines().back(), "alive") << box.printed();
}

TEST(Escapes, ten_thousand_timers_are_the_most) {
    ScriptBox box(R"(
        local rookery = require 'rookery'
        local made, why = 0
        for i = 1, 10001 do
            local ok, failure = pcall(rookery.after, 3600, function() end)
            if ok then made = made + 1 else why = failure end
        end
        print(made, why)
        rookery.on('messageCreate', function() print('alive') end))");
    box.started();
    EXPECT_EQ(box.lines().front().substr(0, 6), "10000 ") << box.printed();
    EXPECT_NE(box.lines().front().find("10000"), std::string::npos);
    box.message("x");
    EXPECT_EQ(box.lines().back(), "alive") << box.printed();
}

TEST(Escapes, a_link_out_of_the_folder_is_not_followed) {
    ScriptBox::Options options;
    options.file = "box/init.lua";
    ScriptBox box("print((pcall(require, 'outside')), (pcall(require, 'folder.outside')))",
                  options);
    testing::TempDir elsewhere;
    elsewhere.write("outside.lua", "return 'escaped'");
    std::filesystem::create_symlink(elsewhere.path() / "outside.lua",
                                    box.dir().path() / "box/outside.lua");
    std::filesystem::create_directory_symlink(elsewhere.path(), box.dir().path() / "box/folder");
    box.started();
    EXPECT_EQ(box.printed(), "false false");
}

TEST(Escapes, modules_of_odd_kinds_are_refused) {
    ScriptBox::Options options;
    options.file = "box/init.lua";
    ScriptBox box(
        "for _, name in ipairs({ 'bytecode', 'folder', 'huge', 'broken', 'ring' }) do "
        "print((pcall(require, name))) end",
        options);
    box.dir().write("box/bytecode.lua", "\x1bLJ\x02");
    box.dir().write("box/huge.lua", "return '" + std::string(std::size_t{40} << 20U, 'x') + "'");
    box.dir().write("box/broken.lua", "return (");
    box.dir().write("box/ring.lua", "return require 'ring'");
    std::filesystem::create_directory(box.dir().path() / "box/folder.lua");
    box.started();
    EXPECT_EQ(box.printed(), "false|false|false|false|false");
}

}  // namespace
}  // namespace rookery::script
