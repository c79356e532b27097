#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::ScriptBox;

std::string start_error(const std::string& program) {
    ScriptBox box(program);
    const auto result = box.start();
    return result ? "none" : result.error().message();
}

TEST(Filters, a_handler_gets_what_its_filter_lets_through) {
    ScriptBox box(R"(
        rookery.on("messageCreate", { startsWith = "!" }, function(ev) print("command", ev.content) end)
        rookery.on("messageCreate", { channel = { "1", "500" }, ["author.username"] = "alice" },
            function(ev) print("alice", ev.content) end)
        rookery.on("messageCreate", { user = "8" }, function() print("never") end)
        rookery.on("*", { guild = "100" }, function(ev) print("any", ev.content) end)
    )");
    box.started().message("!ping");
    box.message("hello");
    EXPECT_EQ(box.printed(), "command !ping|alice !ping|any !ping|alice hello|any hello");
}

TEST(Filters, what_no_filter_takes_does_not_enter_the_script_and_is_finished) {
    ScriptBox box(R"(rookery.on("messageCreate", { startsWith = "!" }, print))");
    box.started().message("hello");
    EXPECT_EQ(box.counters().handled, 1U);
    EXPECT_EQ(box.counters().filtered, 1U);
    EXPECT_EQ(box.finished(), std::vector<std::uint64_t>{1});
    box.message("!x");
    EXPECT_EQ(box.counters().handled, 2U);
    EXPECT_EQ(box.counters().filtered, 1U);
}

TEST(Filters, once_waits_for_the_event_that_fits) {
    ScriptBox box(
        R"(rookery.once("messageCreate", { contains = "x" }, function(ev) print(ev.content) end))");
    box.started().message("a");
    box.message("bx");
    box.message("cx");
    EXPECT_EQ(box.printed(), "bx");
    EXPECT_TRUE(box.effects().empty());
}

TEST(Filters, a_wrong_filter_is_refused_at_its_line) {
    EXPECT_EQ(start_error(R"(rookery.on("messageCreate", { startWith = "!" }, print))"),
              "probe.lua:1: rookery.on: filter: \"startWith\": a filter of messageCreate has no "
              "such key: did you mean startsWith?");
    EXPECT_EQ(start_error(R"(rookery.once("messageCreate", { channel = true }, print))"),
              "probe.lua:1: rookery.once: filter: channel: expected an id or a "
              "list of them, got a boolean");
    EXPECT_EQ(start_error(R"(rookery.on("messageCreate", { channel = print }, print))"),
              "probe.lua:1: rookery.on: filter: channel is a function");
    EXPECT_EQ(start_error(R"(rookery.on("messageCreate", { channel = "1" }, 5))"),
              "probe.lua:1: rookery.on: handler must be a function, got number");
}

}  // namespace
}  // namespace rookery::script
