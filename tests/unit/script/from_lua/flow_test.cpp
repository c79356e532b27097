#include "unit/script/script_box.hpp"

#include <gmock/gmock.h>

namespace rookery::script {
namespace {

using testing::ScriptBox;

TEST(Flow, wait_for_gives_the_next_event_that_fits) {
    ScriptBox box(R"(rookery.on('messageCreate', { equals = 'start' }, function(ev)
        local answer = rookery.wait_for('messageCreate', { user = ev.author.id, startsWith = 'a' }, 60)
        print(answer.content)
    end))");
    box.started().message("start");
    box.message("b");
    EXPECT_EQ(box.printed(), "");
    box.message("apple");
    box.message("avocado");
    EXPECT_TRUE(box.eventually_printed("apple"));
    EXPECT_EQ(box.subscriptions(), 1);
}

TEST(Flow, wait_for_ends_with_its_time) {
    ScriptBox box(
        R"(rookery.spawn(function() print(rookery.wait_for('messageCreate', 0.01)) end))");
    box.started();
    EXPECT_TRUE(box.eventually_printed("nil timeout timeout"));
    EXPECT_EQ(box.subscriptions(), 0);
}

TEST(Flow, a_spawned_function_can_be_waited_for) {
    ScriptBox box(R"(rookery.spawn(function()
        local task = rookery.spawn(function(a, b) rookery.sleep(0.01) return a + b, 'sum' end, 1, 2)
        print(task:status(), task:wait())
        print(task:status(), task:wait())
    end))");
    box.started();
    EXPECT_TRUE(box.eventually_printed("waiting 3 sum|done 3 sum"));
}

TEST(Flow, a_task_that_is_cancelled_cleans_up_and_is_no_error) {
    ScriptBox box(R"(rookery.spawn(function()
        local task = rookery.spawn(function()
            local ok, why = pcall(rookery.sleep, 100)
            print('cleaned up', ok, why)
        end)
        rookery.sleep(0.01)
        print(task:cancel(), task:status(), task:cancel())
        print(task:wait())
        local early = rookery.spawn(function() print('never') end)
        print(rookery.cancel(early), early:status())
        local plain = rookery.spawn(function() rookery.sleep(100) end)
        rookery.sleep(0.01)
        plain:cancel()
    end))");
    box.started();
    EXPECT_TRUE(
        box.eventually_printed("true cancelled false|nil cancelled cancelled|"
                               "true cancelled|cleaned up false probe.lua:3: cancelled"))
        << box.printed();
    EXPECT_EQ(box.counters().errors.load(), 0U);
}

TEST(Flow, a_task_that_fails_says_so_to_who_waits) {
    ScriptBox box(R"(rookery.spawn(function()
        local task = rookery.spawn(function() rookery.sleep(0.001) error('no luck') end)
        print(task:wait())
        print(task:status())
    end))");
    box.started();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.lines().size() == 3; }));
    EXPECT_THAT(box.lines()[0],
                ::testing::HasSubstr("spawned function (probe.lua:2): probe.lua:2: no luck"));
    EXPECT_EQ(box.lines()[1], "nil probe.lua:2: no luck failed");
    EXPECT_EQ(box.lines()[2], "failed");
}

TEST(Flow, all_gives_what_each_one_gave) {
    ScriptBox box(R"(rookery.spawn(function()
        local r = rookery.all {
            function() rookery.sleep(0.02) return 'slow' end,
            function() return 'at once' end,
            function() rookery.sleep(0.01) return 'soon' end,
        }
        print(r[1], r[2], r[3], r.n)
    end))");
    box.started();
    EXPECT_TRUE(box.eventually_printed("slow at once soon 3"));
}

TEST(Flow, all_fails_with_the_first_that_fails_and_cancels_the_others) {
    ScriptBox box(R"(rookery.spawn(function()
        print(pcall(rookery.all, {
            function() local ok, why = pcall(rookery.sleep, 100) print('other', why) end,
            function() rookery.sleep(0.001) error('broken') end,
        }))
    end))");
    box.started();
    EXPECT_TRUE(box.eventually_printed("false probe.lua:4: broken|other probe.lua:3: cancelled"))
        << box.printed();
}

TEST(Flow, race_gives_what_the_first_one_gave) {
    ScriptBox box(R"(rookery.spawn(function()
        print(rookery.race {
            function() rookery.sleep(100) print('never') end,
            function() rookery.sleep(0.001) return 'winner', 2 end,
        })
    end))");
    box.started();
    EXPECT_TRUE(box.eventually_printed("winner 2"));
}

TEST(Flow, several_waits_end_with_the_script) {
    ScriptBox box(R"(for i = 1, 20 do
        rookery.spawn(function() rookery.all { function() rookery.wait_for('messageCreate') end,
                                               function() rookery.sleep(100) end } end)
    end)");
    box.started();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.subscriptions() == 20; }));
    box.stop();
    EXPECT_EQ(box.subscriptions(), 0);
}

TEST(Flow, misuse_is_named) {
    ScriptBox box(R"(rookery.spawn(function()
        print(pcall(rookery.all, {})) print(pcall(rookery.race, { 1 })) print(pcall(rookery.all))
        print(pcall(rookery.wait_for, 'mesageCreate')) print(pcall(rookery.on_error, 1))
        print(pcall(rookery.wait_for, 'messageCreate', 'x')) print(pcall(rookery.spawn(function() end).wait))
    end))");
    box.started();
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.lines().size() == 7; }));
    EXPECT_THAT(box.lines()[0],
                ::testing::HasSubstr("rookery.all: expected a list of functions, got none"));
    EXPECT_THAT(box.lines()[1],
                ::testing::HasSubstr("rookery.race: [1] must be a function, got number"));
    EXPECT_THAT(box.lines()[2],
                ::testing::HasSubstr("rookery.all: expected a list of functions, got nil"));
    EXPECT_THAT(box.lines()[3], ::testing::HasSubstr("messageCreate"));
    EXPECT_THAT(box.lines()[4], ::testing::HasSubstr("must be a function, got number"));
    EXPECT_THAT(box.lines()[5], ::testing::HasSubstr("the filter must be a table, got string"));
    EXPECT_THAT(box.lines()[6], ::testing::HasSubstr("wait: call it with a colon"));
}

TEST(Flow, a_cron_is_a_timer_like_others) {
    ScriptBox box(R"(
        local id = rookery.cron('0 9 * * 1-5', { tz = 'Europe/Berlin' }, function() end)
        rookery.cron('@daily', function() end)
        print(rookery.cancel(id), rookery.cancel(id)))");
    box.started();
    EXPECT_EQ(box.printed(), "true false");
    EXPECT_THAT(box.effects(), ::testing::ElementsAre("cron @daily (probe.lua:3)"));
}

TEST(Flow, a_wrong_cron_is_an_error_with_its_place) {
    for (const auto& [program, error] :
         {std::pair{"rookery.cron('61 * * * *', print)", "probe.lua:1: rookery.cron: minute '61'"},
          std::pair{"rookery.cron('@daily', { tz = 'Mars' }, print)",
                    "probe.lua:1: rookery.cron: there is no time zone 'Mars'"},
          std::pair{"rookery.cron('0 0 31 2 *', print)",
                    "probe.lua:1: rookery.cron: this will never happen"},
          std::pair{"rookery.cron('@daily')", "the last argument must be a function, got"},
          std::pair{"rookery.cron(5, print)", "the first argument must be a string, got number"},
          std::pair{"rookery.cron('@daily', { tz = 1 }, print)",
                    "tz must be a string, got number"}}) {
        ScriptBox box(program);
        const auto started = box.start();
        ASSERT_FALSE(started) << program;
        EXPECT_THAT(started.error().message(), ::testing::HasSubstr(error));
    }
}

TEST(Flow, the_next_moment_of_a_cron_line_can_be_asked_for) {
    ScriptBox box(R"(
        local next = rookery.time.next
        print(next('0 9 * * 1-5', { tz = 'Europe/Berlin', after = rookery.time.parse('2024-05-17T12:30:00Z') }))
        print(next('@daily', { after = 1 }), next('@hourly') > rookery.time.now())
        print(next('61 * * * *'))
        print(next('* * * * *', { tz = 'Mars' }))
        print(next('0 0 31 2 *'))
        print(pcall(next, '@daily', { after = 0 / 0 }))
        print(pcall(next, 5)))");
    box.started();
    const auto lines = box.lines();
    ASSERT_EQ(lines.size(), 7U);
    EXPECT_EQ(lines[0], "1716188400");
    EXPECT_EQ(lines[1], "86400 true");
    EXPECT_THAT(lines[2], ::testing::HasSubstr("nil cron: minute '61'"));
    EXPECT_THAT(lines[3], ::testing::HasSubstr("nil there is no time zone 'Mars'"));
    EXPECT_EQ(lines[4], "nil this will never happen");
    EXPECT_THAT(lines[5], ::testing::HasSubstr("after: out of range"));
    EXPECT_THAT(lines[6], ::testing::HasSubstr("expected a string, got number"));
}

TEST(OnError, is_told_what_failed_where_and_about_what) {
    ScriptBox box(R"(
        rookery.on_error(function(failure)
            print(failure.message)
            print((failure.traceback:gsub('\n', ';')))
            print(failure.handler, failure.event and failure.event.content)
        end)
        local function deeper() error('boom') end
        rookery.on('messageCreate', function(ev) deeper() end))");
    box.started().message("hello");
    const auto lines = box.lines();
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[1], "probe.lua:7: boom");
    EXPECT_THAT(lines[2], ::testing::HasSubstr("probe.lua:7: in deeper;"));
    EXPECT_THAT(lines[2], ::testing::Not(::testing::HasSubstr("rookery/")));
    EXPECT_EQ(lines[3], "handler of messageCreate (probe.lua:8) hello");
}

TEST(OnError, its_own_failure_is_logged_and_not_told) {
    ScriptBox box(R"(
        rookery.on_error(function() error('in the handler') end)
        rookery.on('messageCreate', function() error('boom') end))");
    box.started().message("hello");
    box.message("hello");
    EXPECT_EQ(box.lines().size(), 2U);
    EXPECT_EQ(box.counters().errors.load(), 4U);
}

TEST(OnError, a_handler_that_runs_away_is_stopped) {
    if (testing::kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    ScriptBox::Options options;
    options.limits.time_limit = Millis{30};
    ScriptBox box(
        "rookery.on_error(function() while true do end end) "
        "rookery.on('messageCreate', function() error('boom') end)",
        options);
    box.started().message("hello");
    EXPECT_EQ(box.failures().size(), 1U);
}

}  // namespace
}  // namespace rookery::script
