#include "config/config.hpp"

#include <gtest/gtest.h>

namespace rookery::config {
namespace {

using Names = std::vector<std::string>;

Config of(std::string_view text) {
    auto config = parse(text, "/srv/bot.toml");
    EXPECT_TRUE(config) << config.error().message();
    return config ? *config : Config{};
}

TEST(ConfigDiff, same_file_differs_in_nothing) {
    const auto config = of("[[bot]]\nname = \"a\"\ntoken = \"aaaaaaaa\"\n[scripts.x]\nkey = 1\n");
    EXPECT_TRUE(diff(config, config).empty());
}

TEST(ConfigDiff, bots_that_came_changed_and_went) {
    const auto before =
        of("[[bot]]\nname = \"stays\"\ntoken = \"aaaaaaaa\"\n"
           "[[bot]]\nname = \"changes\"\ntoken = \"bbbbbbbb\"\n"
           "[[bot]]\nname = \"goes\"\ntoken = \"cccccccc\"\n");
    const auto after =
        of("[[bot]]\nname = \"comes\"\ntoken = \"dddddddd\"\n"
           "[[bot]]\nname = \"changes\"\ntoken = \"eeeeeeee\"\n"
           "[[bot]]\nname = \"stays\"\ntoken = \"aaaaaaaa\"\n");
    const auto changes = diff(before, after).bots;
    EXPECT_EQ(changes.added, Names{"comes"});
    EXPECT_EQ(changes.changed, Names{"changes"});
    EXPECT_EQ(changes.gone, Names{"goes"});
}

TEST(ConfigDiff, setting_of_a_script_changes_that_script_alone) {
    const auto changes = diff(of("[scripts.x]\nkey = 1\n[scripts.y]\n[plugins.x]\n"),
                              of("[scripts.x]\nkey = 2\n[scripts.y]\n[plugins.x]\n"));
    EXPECT_EQ(changes.scripts.changed, Names{"x"});
    EXPECT_TRUE(changes.plugins.empty());
    EXPECT_TRUE(changes.restart.empty());
}

TEST(ConfigDiff, tells_what_takes_effect_at_once_from_what_needs_a_restart) {
    const auto changes =
        diff(of(""), of("[runtime]\nlog_level = \"debug\"\nstate = \"other\"\n"
                        "[simulator]\nseed = 2\n[plugins]\ndir = \"elsewhere\"\n"));
    EXPECT_EQ(changes.live, (Names{"runtime.log_level", "plugins.dir"}));
    EXPECT_EQ(changes.restart, (Names{"runtime.state", "simulator.seed"}));
}

}  // namespace
}  // namespace rookery::config
