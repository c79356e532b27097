#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::ScriptBox;
using Seqs = std::vector<std::uint64_t>;

std::string start_error(const std::string& program) {
    ScriptBox box(program);
    const auto result = box.start();
    return result ? "none" : result.error().message();
}

TEST(Interceptors, stop_keeps_the_event_from_others_and_nothing_lets_it_go_on) {
    ScriptBox box(R"(rookery.intercept("messageCreate", function(ev)
        if ev.content == "spam" then return "stop" end
    end))");
    box.started().intercept("spam");
    box.intercept("ham");
    EXPECT_EQ(box.probe().passed(), Seqs{2});
    EXPECT_EQ(box.counters().handled, 2U);
    EXPECT_EQ(box.in_flight(), 0U);
}

TEST(Interceptors, the_options_are_a_filter_and_a_priority) {
    ScriptBox box(R"(
        rookery.intercept("messageCreate", { priority = -3, contains = "spam" }, function(ev)
            print(ev.content)
            return "stop"
        end)
        rookery.intercept("*", { priority = 10 }, print)
    )");
    box.started().intercept("ham");
    EXPECT_EQ(box.counters().filtered, 1U);
    box.intercept("more spam");
    EXPECT_EQ(box.probe().passed(), Seqs{1});
    EXPECT_EQ(box.printed(), "more spam");
    EXPECT_EQ(box.intercepted(), (std::vector<std::string>{"messageCreate -3", "* 10"}));
}

TEST(Interceptors, it_may_wait_before_it_decides) {
    ScriptBox box(R"(rookery.intercept("messageCreate", function(ev)
        rookery.messages.delete(ev.channelId, "9")
        return "stop"
    end))");
    box.started().intercept("spam");
    box.intercept("next");
    EXPECT_EQ(box.probe().pending(), 2U);
    box.answer(nlohmann::json());
    EXPECT_EQ(box.probe().pending(), 1U);
    EXPECT_TRUE(box.probe().passed().empty());
}

TEST(Interceptors, a_handler_that_fails_lets_the_event_go_on) {
    ScriptBox box(R"(
        rookery.intercept("messageCreate", function(ev)
            if ev.content == "error" then error("on purpose") end
            return "Stop"
        end))");
    box.started().intercept("error");
    box.intercept("wrong word");
    EXPECT_EQ(box.probe().passed(), (Seqs{1, 2}));
    EXPECT_EQ(box.counters().errors, 2U);
    EXPECT_NE(box.printed().find("returns \"stop\" or nothing, got \"Stop\""), std::string::npos)
        << box.printed();
}

TEST(Interceptors, one_that_has_been_taken_off_lets_everything_go_on) {
    ScriptBox box(R"(
        local id
        id = rookery.intercept("messageCreate", function() rookery.off(id) return "stop" end))");
    box.started().intercept("first");
    box.intercept("second");
    EXPECT_EQ(box.probe().passed(), Seqs{2});
    EXPECT_TRUE(box.effects().empty());
}

TEST(Interceptors, a_script_that_ends_lets_go_of_what_it_has_in_hand) {
    ScriptBox box(R"(rookery.intercept("messageCreate", function()
        rookery.sleep(1000)
        return "stop"
    end))");
    box.started().intercept("held");
    EXPECT_TRUE(box.probe().passed().empty());
    box.stop();
    EXPECT_EQ(box.probe().passed(), Seqs{1});
}

TEST(Interceptors, a_runaway_one_lets_the_event_go_on) {
    if (testing::kSignalsAreDeferred) {
        GTEST_SKIP() << "the thread sanitizer defers signals";
    }
    ScriptBox::Options options;
    options.limits.time_limit = Millis{50};
    ScriptBox box(R"(rookery.intercept("messageCreate", function() while true do end end))",
                  options);
    box.started().intercept("loop");
    EXPECT_EQ(box.probe().passed(), Seqs{1});
    EXPECT_EQ(box.failures().size(), 1U);
}

TEST(Interceptors, what_is_wrong_is_refused_at_its_line) {
    EXPECT_EQ(start_error("rookery.intercept(5, print)"),
              "probe.lua:1: rookery.intercept: event must be a string, got number");
    EXPECT_EQ(start_error("rookery.intercept('messageCreate', {})"),
              "probe.lua:1: rookery.intercept: handler must be a function, got table");
    EXPECT_EQ(start_error("rookery.intercept('messageCreate', { priority = 'high' }, print)"),
              "probe.lua:1: rookery.intercept: priority must be a whole number from -1000000 to "
              "1000000");
    EXPECT_EQ(start_error("rookery.intercept('messageCreate', { prioriti = 1 }, print)"),
              "probe.lua:1: rookery.intercept: filter: \"prioriti\": a filter of messageCreate has "
              "no such key");
    EXPECT_NE(start_error("rookery.intercept('mesageCreate', print)").find("messageCreate"),
              std::string::npos);
}

}  // namespace
}  // namespace rookery::script
