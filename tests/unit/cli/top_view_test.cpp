#include "cli/top_view.hpp"

#include <gtest/gtest.h>

namespace rookery::cli {
namespace {

nlohmann::json extension(const std::string& name, int handled, int cpu_us, int memory) {
    return {{"kind", "script"},
            {"name", name},
            {"state", "active"},
            {"handled", handled},
            {"cpuUs", cpu_us},
            {"memory", memory},
            {"queued", 2},
            {"inFlight", 1},
            {"errors", 3},
            {"stops", 0},
            {"runUs", {{"p50", 12.5}, {"p99", 1500.0}}},
            {"rest", {{"calls", handled / 10}}}};
}

nlohmann::json answer(int handled, int cpu_us) {
    return {{"uptimeSeconds", 60},
            {"residentBytes", 20'000'000},
            {"bots",
             {{{"name", "demo"},
               {"state", "ready"},
               {"received", handled * 2},
               {"wanted", handled},
               {"restRequests", 4},
               {"latencyUs", 600}}}},
            {"extensions",
             {extension("slow", handled, cpu_us, 1'000'000), extension("idle", 0, 0, 2'000'000)}}};
}

TEST(TopView, rates_are_for_each_second_between_the_two_looks) {
    const auto figures = top_figures(answer(1000, 100'000), answer(3000, 1'100'000), 2.0, "cpu");
    const auto& slow = figures["extensions"][0];
    EXPECT_EQ(slow["name"], "slow");
    EXPECT_DOUBLE_EQ(slow["events"].get<double>(), 1000.0);
    EXPECT_DOUBLE_EQ(slow["cpu"].get<double>(), 50.0);
    EXPECT_DOUBLE_EQ(slow["rest"].get<double>(), 100.0);
    EXPECT_DOUBLE_EQ(figures["bots"][0]["received"].get<double>(), 2000.0);
}

TEST(TopView, the_order_is_what_was_asked_for) {
    const auto first = [](std::string_view order) {
        return top_figures(answer(0, 0), answer(10, 10), 1.0, order)["extensions"][0]["name"];
    };
    EXPECT_EQ(first("cpu"), "slow");
    EXPECT_EQ(first("memory"), "idle");
    EXPECT_EQ(first("name"), "idle");
    for (const auto& order : top_orders()) {
        EXPECT_NO_THROW((void)first(order)) << order;
    }
}

TEST(TopView, what_was_restarted_or_is_new_has_no_negative_rate) {
    const auto figures = top_figures(answer(3000, 500), answer(10, 10), 1.0, "cpu");
    EXPECT_DOUBLE_EQ(figures["extensions"][0]["events"].get<double>(), 0.0);
    const auto fresh = top_figures(nlohmann::json::object(), answer(10, 10), 1.0, "cpu");
    EXPECT_DOUBLE_EQ(fresh["extensions"][0]["events"].get<double>(), 10.0);
}

TEST(TopView, the_screen_has_a_line_for_each_and_says_what_is_unknown) {
    const auto screen =
        top_screen(top_figures(answer(1000, 0), answer(2000, 500'000), 1.0, "cpu"), {});
    EXPECT_NE(screen.find("bot demo: ready, 2000 events/s of which 1000/s wanted"),
              std::string::npos)
        << screen;
    EXPECT_NE(screen.find("50.0%  1.0 MB    2+1  12.5 us   1.5 ms         -"), std::string::npos)
        << screen;
    EXPECT_EQ(screen.find('\x1b'), std::string::npos);
}

TEST(TopView, a_small_terminal_gets_what_fits) {
    TopOptions options;
    options.columns = 20;
    options.rows = 5;
    const auto screen = top_screen(top_figures(answer(1, 1), answer(2, 2), 1.0, "cpu"), options);
    EXPECT_EQ(std::count(screen.begin(), screen.end(), '\n'), 5);
    EXPECT_LE(screen.substr(0, screen.find('\n')).size(), 20U);
}

TEST(TopView, an_answer_without_figures_does_no_harm) {
    EXPECT_NO_THROW((void)top_screen(top_figures(nullptr, nullptr, 1.0, "cpu"), {}));
    EXPECT_NO_THROW((void)top_screen(
        top_figures({{"bots", {1}}}, {{"bots", {1}}, {"extensions", {"x"}}}, 0.0, "cpu"), {}));
}

}  // namespace
}  // namespace rookery::cli
