#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::ScriptBox;

struct Run {
    std::string printed;
    std::string metrics;
};

Run run(const std::string& program) {
    ScriptBox::Options options;
    options.storage = true;
    ScriptBox box(
        "local settings, metrics = rookery.settings, rookery.metrics\n"
        "rookery.spawn(function() " +
            program + " print('end') end)",
        std::move(options));
    box.started();
    EXPECT_TRUE(ScriptBox::eventually([&box] {
        return box.printed().ends_with("end") || box.counters().errors > 0;
    })) << box.printed();
    return {box.printed(), box.metrics()};
}

std::string error_of(const std::string& program) {
    const std::string text = run("print(pcall(function() " + program + " end))").printed;
    return text.substr(0, text.find("|end"));
}

constexpr const char* kDeclare = R"(
    settings.declare {
        prefix = { type = 'string', default = '!', max = 5 },
        limit = { type = 'integer', min = 1, max = 10, default = 3 },
        roles = { type = 'list', of = 'id' },
    }
)";

TEST(SettingsOfLua, are_read_at_once_and_set_with_a_check) {
    EXPECT_EQ(run(std::string(kDeclare) + R"(
        print(settings.get('1').prefix, settings.get('1', 'limit'), settings.get('1', 'roles'))
        print(settings.set('1', 'limit', 7), settings.set('1', 'roles', { '5', '6' }))
        print(settings.get('1', 'limit'), settings.get('1').roles[2], settings.get('2', 'limit'), settings.get(nil, 'limit'))
        print(settings.set('1', 'limit', 11))
        print(settings.set('1', 'limt', 1))
        print(settings.reset('1', 'limit'), settings.get('1', 'limit'), settings.reset('1'), settings.get('1').roles)
        print(settings.get('x y', 'limit'))
        print(#rookery.kv.list()))")
                  .printed,
              "! 3 nil|true true|7 6 3 3|"
              "nil limit must be between 1 and 10, got 11 invalid|"
              "nil there is no setting limt: declared are limit, prefix, roles not_found|"
              "true 3 true nil|"
              "nil guild must be an id, got x y invalid|0|end");
}

TEST(SettingsOfLua, raise_what_is_wrong_in_the_program) {
    EXPECT_EQ(error_of("settings.declare({ a = { type = 'shop' } })"),
              "false probe.lua:2: rookery.settings.declare: a: \"type\" must be one of string, "
              "integer, number, boolean, choice, id, list, table, any, got \"shop\"");
    EXPECT_EQ(error_of("settings.get(1, 'a')"),
              "false probe.lua:2: rookery.settings: guild must be an id, got number");
    EXPECT_EQ(error_of("settings.set('1', nil, 1)"),
              "false probe.lua:2: rookery.settings: key must be a string, got nil");
}

TEST(MetricsOfLua, count) {
    const auto done = run(R"(
        local told = metrics.counter('told', { kind = 'joke' }, { help = 'Jokes.' })
        told:inc() told:inc(2)
        metrics.counter('told', { kind = 'joke' }):inc()
        local waiting = metrics.gauge('waiting')
        waiting:set(5) waiting:dec() waiting:inc(2)
        metrics.histogram('took', nil, { bounds = { 1 } }):observe(0.5))");
    EXPECT_EQ(done.printed, "end");
    EXPECT_EQ(done.metrics,
              "# HELP script_probe_told Jokes.\n# TYPE script_probe_told counter\n"
              "script_probe_told{kind=\"joke\"} 4\n"
              "# TYPE script_probe_took histogram\n"
              "script_probe_took_bucket{le=\"1\"} 1\nscript_probe_took_bucket{le=\"+Inf\"} 1\n"
              "script_probe_took_sum 0.5\nscript_probe_took_count 1\n"
              "# TYPE script_probe_waiting gauge\nscript_probe_waiting 6\n");
}

TEST(MetricsOfLua, raise_what_is_wrong_in_the_program) {
    EXPECT_EQ(error_of("metrics.counter('told'):inc(-1)"),
              "false probe.lua:2: rookery.metrics: a counter only grows");
    EXPECT_EQ(error_of("metrics.counter('told').inc(3)"),
              "false probe.lua:2: counter:inc: expected a metric; call it with a colon");
    EXPECT_EQ(error_of("metrics.counter({})"),
              "false probe.lua:2: rookery.metrics: name must be a string");
    EXPECT_EQ(error_of("metrics.gauge('a', { b = 1 })"),
              "false probe.lua:2: rookery.metrics: labels.b must be a string");
}

}  // namespace
}  // namespace rookery::script
