#include "script/script.hpp"

#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::kSignalsAreDeferred;
using testing::ScriptBox;

ScriptBox::Options with_limits(Millis time, Millis wait = Millis{300'000},
                               std::size_t memory = std::size_t{64} << 20U) {
    ScriptBox::Options options;
    options.limits.time_limit = time;
    options.limits.wait_limit = wait;
    options.limits.memory_limit = memory;
    return options;
}

/// Of the tests with a runaway: enough for the start, even on a busy machine.
constexpr Millis kBudget{300};

TEST(Script, a_handler_gets_the_event_and_the_ticket_is_finished) {
    ScriptBox box("rookery.on('messageCreate', function(ev) print(ev.content) end)");
    box.started().message("hello");
    EXPECT_EQ(box.printed(), "hello");
    EXPECT_EQ(box.finished(), std::vector<std::uint64_t>{1});
    EXPECT_EQ(box.counters().handled.load(), 1U);
    EXPECT_EQ(box.in_flight(), 0U);
}

TEST(Script, an_event_that_nobody_handles_is_finished_at_once) {
    ScriptBox box("");
    box.started().message("hello");
    EXPECT_EQ(box.finished(), std::vector<std::uint64_t>{1});
}

TEST(Script, handlers_run_in_order_of_registration_and_those_of_everything_last) {
    ScriptBox box(R"(
        rookery.on('*', function(ev) print('any', ev.event) end)
        rookery.on('messageCreate', function() print('first') end)
        rookery.on('messageCreate', function() print('second') end))");
    box.started().message("x");
    EXPECT_EQ(box.printed(), "first|second|any messageCreate");
}

TEST(Script, a_raw_event_passes_through) {
    ScriptBox box(
        "rookery.on('discord:NEWER_THAN_THIS', function(ev) print(ev.event, ev.name, ev.owner.id) "
        "end)");
    box.started().publish("discord:NEWER_THAN_THIS", R"({"name":"t","owner":{"id":"5"}})");
    EXPECT_EQ(box.printed(), "discord:NEWER_THAN_THIS t 5");
}

TEST(Script, an_error_is_counted_and_the_other_handlers_go_on) {
    ScriptBox box(R"(
        rookery.on('messageCreate', function(ev)
            local function deep() error('broken') end
            deep()
        end)
        rookery.on('messageCreate', function() print('still here') end))");
    box.started().message("x");
    const auto lines = box.lines();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0],
              "handler of messageCreate (probe.lua:2): probe.lua:3: broken"
              "\n    probe.lua:3: in deep\n    probe.lua:4: in handler");
    EXPECT_EQ(lines[1], "still here");
    EXPECT_EQ(box.counters().errors.load(), 1U);
    EXPECT_EQ(box.finished().size(), 1U);
}

TEST(Script, the_same_error_is_logged_once_and_counted_always) {
    ScriptBox box("rookery.on('messageCreate', function(ev) error('broken') end)");
    box.started();
    for (int i = 0; i < 50; ++i) {
        box.message("x");
    }
    EXPECT_EQ(box.lines().size(), 1U);
    EXPECT_EQ(box.counters().errors.load(), 50U);
}

TEST(Script, errors_that_differ_each_time_are_cut_too) {
    ScriptBox box(
        "local n = 0 rookery.on('messageCreate', function() n = n + 1 error('number ' .. n) end)");
    box.started();
    for (int i = 0; i < 1000; ++i) {
        box.message("x");
    }
    EXPECT_EQ(box.counters().errors.load(), 1000U);
    EXPECT_LT(box.lines().size(), 900U);
}

TEST(Script, a_chunk_name_cannot_forge_a_line_of_the_log) {
    ScriptBox box("rookery.on('messageCreate', load('local x = nil; x()', '=a\\nb'))");
    box.started().message("x");
    EXPECT_EQ(box.printed().find("a\nb"), std::string::npos);
    EXPECT_NE(box.printed().find("a\\x0ab:1"), std::string::npos);
}

TEST(Script, a_failed_load_leaves_the_coroutine_usable) {
    ScriptBox box(
        "rookery.load(function() error('no') end) rookery.after(0.01, function(...) "
        "print(select('#', ...)) end)");
    box.started();
    ASSERT_FALSE(box.load({1, "0"}));
    ASSERT_TRUE(box.eventually([&] { return box.printed() == "0"; }));
}

TEST(Script, a_script_that_prints_without_end_is_cut) {
    ScriptBox box("for i = 1, 5000 do print(i) end");
    box.started();
    EXPECT_LT(box.lines().size(), 1000U);
    EXPECT_GE(box.lines().size(), 200U);
}

TEST(Script, error_objects_are_described_without_calling_them) {
    ScriptBox box(R"(
        local object = setmetatable({ message = 'from a table' }, { __tostring = function() while true do end end })
        rookery.on('messageCreate', function(ev) error(object) end)
        rookery.on('messageCreate', function(ev) error(setmetatable({}, { __index = error })) end)
        rookery.on('messageCreate', function(ev) error() end))");
    box.started().message("x");
    const std::string printed = box.printed();
    EXPECT_NE(printed.find("from a table"), std::string::npos);
    EXPECT_NE(printed.find("error value is a table"), std::string::npos);
    EXPECT_NE(printed.find("error value is a nil"), std::string::npos);
}

TEST(Script, sleep_lets_other_events_through_and_keeps_its_own_open) {
    ScriptBox box(R"(
        rookery.on('messageCreate', function(ev)
            if ev.content == 'slow' then rookery.sleep(0.02) end
            print(ev.content)
        end))");
    box.started().message("slow");
    EXPECT_EQ(box.in_flight(), 1U);
    EXPECT_TRUE(box.finished().empty());
    box.message("fast");
    ASSERT_TRUE(box.eventually_printed("fast|slow"));
    EXPECT_EQ(box.in_flight(), 0U);
    EXPECT_EQ(box.finished(), (std::vector<std::uint64_t>{2, 1}));
}

TEST(Script, an_event_is_finished_when_its_last_handler_is_done) {
    ScriptBox box(R"(
        for i = 1, 3 do
            rookery.on('messageCreate', function(ev) rookery.messages.send('1', i) end)
        end)");
    box.started().message("x");
    box.answer(nlohmann::json());
    box.answer(nlohmann::json());
    EXPECT_TRUE(box.finished().empty());
    box.answer(nlohmann::json());
    EXPECT_EQ(box.finished().size(), 1U);
}

TEST(Script, waiting_while_loading_is_an_error) {
    ScriptBox box("rookery.sleep(1)");
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(),
              "probe.lua:1: waiting is not possible while the script loads: use rookery.spawn");
}

TEST(Script, waiting_in_a_coroutine_of_its_own_is_an_error) {
    ScriptBox box(R"(rookery.on('messageCreate', function()
        print(pcall(coroutine.wrap(function() rookery.sleep(1) end)))
        print(pcall(table.sort, { 2, 1 }, function() rookery.sleep(1) end))
    end))");
    box.started().message("x");
    EXPECT_EQ(
        box.printed(),
        "false probe.lua:2: waiting is not possible in a coroutine of your own: use rookery.spawn|"
        "false probe.lua:3: waiting is not possible inside a function that the library calls "
        "(table.sort, string.gsub)");
    EXPECT_EQ(box.in_flight(), 0U);
}

TEST(Script, yielding_to_nobody_ends_the_handler) {
    ScriptBox box(
        "rookery.on('messageCreate', function() coroutine.yield(1, 2, 3) print('never') end)");
    box.started().message("x");
    EXPECT_NE(box.printed().find("coroutine.yield outside a coroutine of its own"),
              std::string::npos);
    EXPECT_EQ(box.finished().size(), 1U);
    EXPECT_EQ(box.counters().errors.load(), 1U);
    box.message("again");
    EXPECT_EQ(box.finished().size(), 2U);
}

TEST(Script, a_wait_beyond_the_limit_is_cancelled) {
    ScriptBox box("rookery.on('messageCreate', function() rookery.sleep(1000) print('never') end)",
                  with_limits(Millis{5000}, Millis{20}));
    box.started().message("x");
    ASSERT_TRUE(box.eventually([&] { return box.finished().size() == 1; }));
    EXPECT_EQ(box.counters().stops.load(), 1U);
    EXPECT_EQ(box.counters().errors.load(), 0U);
    EXPECT_NE(box.printed().find("probe.lua:1: cancelled: waited longer than 20 ms"),
              std::string::npos);
    EXPECT_EQ(box.in_flight(), 0U);
}

TEST(Script, a_handler_that_waits_on_after_its_cancellation_is_dropped) {
    ScriptBox box(R"(rookery.on('messageCreate', function()
        while true do pcall(rookery.sleep, 1000) end
    end))",
                  with_limits(Millis{5000}, Millis{20}));
    box.started().message("x");
    ASSERT_TRUE(box.eventually([&] { return box.finished().size() == 1; }));
    EXPECT_NE(box.printed().find("went on waiting and was dropped"), std::string::npos);
    EXPECT_TRUE(box.failures().empty());
}

TEST(Script, an_answer_that_never_comes_is_cancelled_too) {
    ScriptBox box("rookery.on('messageCreate', function(ev) ev:reply('x') end)",
                  with_limits(Millis{5000}, Millis{20}));
    box.started().message("x");
    ASSERT_TRUE(box.eventually([&] { return box.finished().size() == 1; }));
    box.answer(nlohmann::json());  // late: nobody is left to take it
    EXPECT_EQ(box.counters().stops.load(), 1U);
}

TEST(Script, a_spawned_function_may_wait_beyond_the_limit) {
    ScriptBox box("rookery.spawn(function() rookery.sleep(0.1) print('done') end)",
                  with_limits(Millis{5000}, Millis{10}));
    box.started();
    EXPECT_TRUE(box.eventually_printed("done"));
}

TEST(Script, a_runaway_handler_is_stopped_and_the_instance_is_given_up) {
    if (kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    ScriptBox box(R"(
        rookery.on('messageCreate', function(ev)
            if ev.content == 'wait' then rookery.sleep(100) end
            while ev.content == 'spin' do end
            print(ev.content)
        end))",
                  with_limits(kBudget));
    box.started().message("wait");
    box.message("spin");
    ASSERT_EQ(box.failures().size(), 1U);
    EXPECT_EQ(
        box.failures()[0],
        "handler of messageCreate (probe.lua:2) ran for 300 ms without a pause and was stopped");
    EXPECT_EQ(box.finished().size(), 2U);
    EXPECT_EQ(box.counters().stops.load(), 1U);
    EXPECT_EQ(box.counters().errors.load(), 2U);
    EXPECT_EQ(box.counters().memory.load(), 0U);
    EXPECT_EQ(box.subscriptions(), 1);  // events go on gathering for the successor
    box.message("more");
    EXPECT_EQ(box.finished().size(), 3U);
    box.stop();
    EXPECT_TRUE(box.effects().empty());
    EXPECT_EQ(box.subscriptions(), 0);
}

TEST(Script, a_runaway_start_is_stopped) {
    if (kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    ScriptBox box("while true do end", with_limits(kBudget));
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(), "probe.lua ran for 300 ms without a pause and was stopped");
}

TEST(Script, a_runaway_timer_is_stopped) {
    if (kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    ScriptBox box("rookery.every(0.01, function() while true do end end)", with_limits(kBudget));
    box.started();
    ASSERT_TRUE(box.eventually([&] { return !box.failures().empty(); }));
    EXPECT_EQ(box.failures()[0],
              "timer every 0.01 s (probe.lua:1) ran for 300 ms without a pause and was stopped");
    EXPECT_EQ(box.failures().size(), 1U);
}

TEST(Script, running_out_of_memory_is_an_error_of_the_handler) {
    ScriptBox box(R"(rookery.on('messageCreate', function(ev)
        local t = {}
        for i = 1, 1e7 do t[i] = { i } end
    end))",
                  with_limits(Millis{20'000}, Millis{1000}, std::size_t{4} << 20U));
    box.started().message("x");
    EXPECT_NE(box.printed().find("not enough memory"), std::string::npos);
    EXPECT_TRUE(box.failures().empty());
    EXPECT_EQ(box.counters().errors.load(), 1U);
    EXPECT_LT(box.counters().memory.load(), std::size_t{1} << 20U);
}

TEST(Script, memory_that_is_full_for_good_gives_the_instance_up) {
    ScriptBox box(R"(kept = {}
        rookery.on('messageCreate', function(ev)
            for i = 1, 1e7 do kept[#kept + 1] = 'a string of its own ' .. i end
        end))",
                  with_limits(Millis{20'000}, Millis{1000}, std::size_t{4} << 20U));
    box.started().message("x");
    ASSERT_EQ(box.failures().size(), 1U);
    EXPECT_EQ(box.failures()[0], "holds all of its 4 MiB of memory");
}

TEST(Script, events_that_are_kept_count_as_memory) {
    ScriptBox box("kept = {} rookery.on('messageCreate', function(ev) kept[#kept + 1] = ev end)",
                  with_limits(Millis{20'000}, Millis{1000}, std::size_t{2} << 20U));
    box.started();
    for (int i = 0; i < 100 && box.failures().empty(); ++i) {
        box.message(std::string(100'000, 'x'));
    }
    ASSERT_EQ(box.failures().size(), 1U);
    EXPECT_EQ(box.failures()[0], "holds all of its 2 MiB of memory");
    EXPECT_GT(box.counters().handled.load(), 10U);
}

TEST(Script, a_giant_string_is_an_ordinary_error) {
    ScriptBox box("print(pcall(string.rep, 'x', 1e9))");
    box.started();
    EXPECT_EQ(box.printed(), "false not enough memory");
}

TEST(Script, deep_recursion_is_an_ordinary_error) {
    ScriptBox box(
        "local function f() return 1 + f() end local ok, e = pcall(f) print(ok, e:match('stack "
        "overflow'))");
    box.started();
    EXPECT_EQ(box.printed(), "false stack overflow");
}

TEST(Script, too_many_subscriptions_are_refused) {
    ScriptBox box("for i = 1, 1001 do rookery.on('messageCreate', print) end");
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(),
              "probe.lua:1: a script can have at most 1000 subscriptions");
}

TEST(Script, too_many_timers_are_refused) {
    ScriptBox box("for i = 1, 10001 do rookery.after(1000, print) end",
                  with_limits(Millis{30'000}));
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(), "probe.lua:1: a script can have at most 10000 timers");
}

TEST(Script, after_unloading_nothing_is_registered) {
    ScriptBox box(R"(
        rookery.on('messageCreate', function() rookery.sleep(100) end)
        rookery.once('guildCreate', print)
        rookery.after(100, print)
        rookery.every(100, print)
        rookery.spawn(function() rookery.sleep(100) end)
        rookery.save(function() end))");
    box.started().message("x");
    EXPECT_EQ(box.effects(),
              (std::vector<std::string>{
                  "on messageCreate", "  handler of messageCreate (probe.lua:2)", "on guildCreate",
                  "  handler of guildCreate", "timer after 100 s", "timer every 100 s"}));
    box.stop();
    EXPECT_TRUE(box.effects().empty());
    EXPECT_EQ(box.subscriptions(), 0);
    EXPECT_EQ(box.finished().size(), 1U);
    EXPECT_EQ(box.counters().memory.load(), 0U);
}

TEST(Script, stopping_can_leave_events_open_for_the_next_start) {
    ScriptBox box("rookery.on('messageCreate', function() rookery.sleep(100) end)");
    box.started().message("x");
    box.stop(bus::Lane::Rest::leave_open);
    EXPECT_TRUE(box.finished().empty());
    EXPECT_EQ(box.counters().in_flight.load(), 0U);
}

TEST(Script, a_failed_start_leaves_nothing_behind) {
    ScriptBox box("rookery.on('messageCreate', print) rookery.every(1, print) error('no')");
    ASSERT_FALSE(box.start());
    box.stop();
    EXPECT_TRUE(box.effects().empty());
}

TEST(Script, state_is_handed_over_exactly) {
    ScriptBox old(R"(
        rookery.state_version = 3
        rookery.save(function() return { list = { 1, 2.5, 'x\0y' }, [7] = true, nested = { [1.5] = { ok = false } } } end))");
    old.started();
    const auto saved = old.save();
    ASSERT_TRUE(saved) << saved.error().message();
    ASSERT_TRUE(saved->has_value());
    EXPECT_EQ((*saved)->version, 3U);
    ScriptBox next(R"(rookery.load(function(s, version)
        print(version, s.list[1], s.list[2], #s.list[3], s[7], s.nested[1.5].ok)
    end))");
    next.started();
    ASSERT_TRUE(next.load(**saved));
    EXPECT_EQ(next.printed(), "3 1 2.5 3 true false");
}

TEST(Script, without_save_there_is_no_state_and_without_load_it_is_ignored) {
    ScriptBox box("");
    box.started();
    const auto saved = box.save();
    ASSERT_TRUE(saved);
    EXPECT_FALSE(saved->has_value());
    EXPECT_TRUE(box.load({1, "whatever"}));
}

struct BadState {
    const char* name;
    const char* program;
    const char* error;
};
class RefusedState : public ::testing::TestWithParam<BadState> {};

TEST_P(RefusedState, with_a_clear_error) {
    ScriptBox box(GetParam().program);
    box.started();
    const auto saved = box.save();
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().message(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    States, RefusedState,
    ::testing::Values(
        BadState{"function_value", "rookery.save(function() return { a = { b = print } } end)",
                 "state.a.b is a function: only plain values can be handed over"},
        BadState{"table_key", "rookery.save(function() return { [{}] = print } end)",
                 "state[table] is a function: only plain values can be handed over"},
        BadState{
            "cycle", "rookery.save(function() local t = {} t.t = t return t end)",
            "the saved state is nested deeper than 64 levels, or refers to itself, at "
            "state.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t."},
        BadState{"own_error", "rookery.save(function() error('mine') end)", "probe.lua:1: mine"},
        BadState{"wait", "rookery.save(function() rookery.sleep(1) end)",
                 "probe.lua:1: waiting is not possible while the state is handed over"}),
    [](const auto& test) { return test.param.name; });

TEST(Script, damaged_state_refuses_the_reload) {
    ScriptBox box("rookery.load(function() print('never') end)");
    box.started();
    for (const std::string data : {"", "x", "{", "s\xff\xff\xff\xff", "{00}", "n123", "t t"}) {
        const auto result = box.load({1, data});
        ASSERT_FALSE(result) << data;
        EXPECT_EQ(result.error().message(), "the saved state is damaged");
    }
    EXPECT_EQ(box.printed(), "");
}

TEST(Script, an_error_in_load_refuses_the_reload) {
    ScriptBox box("rookery.load(function(s) error('too old') end)");
    box.started();
    const auto result = box.load({1, "0"});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(), "probe.lua:1: too old");
}

TEST(Script, coroutines_are_used_again) {
    ScriptBox box(
        "local seen = {} rookery.on('messageCreate', function() seen[coroutine.running()] = true "
        "local n = 0 for _ in pairs(seen) do n = n + 1 end print(n) end)");
    box.started();
    for (int i = 0; i < 20; ++i) {
        box.message("x");
    }
    EXPECT_EQ(box.lines().back(), "1");
}

TEST(Script, ten_thousand_waiting_handlers_are_the_limit) {
    ScriptBox box("rookery.on('messageCreate', function() rookery.sleep(1000) end)",
                  with_limits(Millis{60'000}));
    box.started();
    for (int i = 0; i < 10'001; ++i) {
        box.message("x");
    }
    EXPECT_EQ(box.finished().size(), 1U);
    EXPECT_EQ(box.counters().errors.load(), 1U);
    EXPECT_NE(box.printed().find("10000 coroutines waiting already"), std::string::npos);
}

}  // namespace
}  // namespace rookery::script
