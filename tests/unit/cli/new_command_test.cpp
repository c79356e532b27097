#include "cli/new_command.hpp"

#include "cli/app.hpp"
#include "cli/command.hpp"
#include "config/config.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

class NewCommand : public testing::Test {
  protected:
    ~NewCommand() override { fs::remove_all(dir_); }

    static std::string text_of(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }

    fs::path dir_ = fs::path(testing::TempDir()) / ("rookery_new" + std::to_string(::getpid()));
};

TEST_F(NewCommand, bot_has_a_config_that_loads_without_a_warning) {
    const auto written = write_template("bot", "magpie", dir_);
    ASSERT_TRUE(written) << written.error().message();
    const auto config = config::load(dir_ / "magpie/rookery.toml");
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_TRUE(config->warnings.empty());
    ASSERT_EQ(config->bots.size(), 1U);
    EXPECT_EQ(config->bots[0].name, "magpie");
    EXPECT_TRUE(config->bots[0].simulated);
    EXPECT_TRUE(fs::exists(config->scripts.dir / "ping.lua"));
    EXPECT_TRUE(fs::exists(config->scripts.dir / "ping_spec.lua"));
    EXPECT_TRUE(fs::is_directory(config->plugins.dir));
}

TEST_F(NewCommand, plugin_is_named_in_its_files) {
    ASSERT_TRUE(write_template("plugin", "mod-log", dir_));
    const auto source = text_of(dir_ / "mod-log/plugin.cpp");
    EXPECT_NE(source.find("class ModLog final : public rookery::Plugin"), std::string::npos);
    EXPECT_NE(source.find("ROOKERY_PLUGIN(ModLog)"), std::string::npos);
    EXPECT_NE(text_of(dir_ / "mod-log/CMakeLists.txt")
                  .find("rookery_add_plugin(mod-log plugin.cpp MANIFEST"),
              std::string::npos);
}

TEST_F(NewCommand, an_editor_finds_the_annotations_and_its_settings_stay) {
    ASSERT_TRUE(write_template("script", "greet", dir_));
    const auto settings = nlohmann::json::parse(text_of(dir_ / ".luarc.json"), nullptr, false);
    ASSERT_EQ(settings["workspace.library"], nlohmann::json::array({".rookery"}));
    EXPECT_NE(text_of(dir_ / ".rookery/rookery.lua").find("---@meta"), std::string::npos);
    std::ofstream(dir_ / ".luarc.json") << "mine";
    const auto second = write_template("script", "other", dir_);
    ASSERT_TRUE(second) << second.error().message();
    EXPECT_EQ(text_of(dir_ / ".luarc.json"), "mine");
}

TEST_F(NewCommand, a_bot_comes_with_it_too) {
    ASSERT_TRUE(write_template("bot", "magpie", dir_));
    EXPECT_TRUE(fs::exists(dir_ / "magpie/scripts/.luarc.json"));
}

TEST_F(NewCommand, script_is_one_file_of_its_name_and_its_spec) {
    const auto written = write_template("script", "greet", dir_);
    ASSERT_TRUE(written);
    EXPECT_EQ(*written,
              (std::vector<fs::path>{dir_ / "greet.lua", dir_ / "greet_spec.lua",
                                     dir_ / ".luarc.json", dir_ / ".rookery/rookery.lua"}));
    EXPECT_NE(text_of(dir_ / "greet.lua").find("name = \"greet\""), std::string::npos);
}

TEST_F(NewCommand, no_placeholder_is_left_in_any_file) {
    for (const auto* kind : {"bot", "plugin", "script"}) {
        const auto written = write_template(kind, std::string("a") + kind, dir_);
        ASSERT_TRUE(written);
        for (const auto& file : *written) {
            for (const auto* placeholder : {"@NAME@", "@CLASS@", "@SDK@", "@UPPER@"}) {
                EXPECT_EQ(text_of(file).find(placeholder), std::string::npos) << file;
            }
        }
    }
}

TEST_F(NewCommand, existing_file_stays_and_nothing_else_is_written) {
    fs::create_directories(dir_ / "magpie");
    std::ofstream(dir_ / "magpie/rookery.toml") << "mine";
    const auto written = write_template("bot", "magpie", dir_);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind(), ErrorKind::exists);
    EXPECT_EQ(text_of(dir_ / "magpie/rookery.toml"), "mine");
    EXPECT_FALSE(fs::exists(dir_ / "magpie/README.md"));
}

TEST_F(NewCommand, dangling_link_counts_as_existing) {
    fs::create_directories(dir_);
    fs::create_symlink("/nonexistent/target", dir_ / "greet.lua");
    const auto written = write_template("script", "greet", dir_);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind(), ErrorKind::exists);
}

TEST_F(NewCommand, names_that_are_paths_are_refused) {
    for (const auto* name : {"", "../x", "a/b", "A", "a b", "-x"}) {
        const auto written = write_template("script", name, dir_);
        ASSERT_FALSE(written) << name;
        EXPECT_EQ(written.error().kind(), ErrorKind::invalid);
    }
    EXPECT_FALSE(fs::exists(dir_));
}

}  // namespace
}  // namespace rookery::cli
