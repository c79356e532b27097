#include "config/config.hpp"
#include "config/keys.hpp"
#include "places.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

// What the repository ships: its configuration files and the page about them.
namespace rookery::config {
namespace {

const std::filesystem::path kSource = ROOKERY_SOURCE_DIR;

std::string text_of(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

LoadOptions full_environment() {
    LoadOptions options;
    options.environment = [](const std::string&) { return "a-token-for-the-test"; };
    return options;
}

TEST(ConfigFiles, every_shipped_file_loads_without_a_warning) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kSource / "config")) {
        if (entry.path().extension() != ".toml") {
            continue;
        }
        ++files;
        const auto config = load(entry.path(), full_environment());
        ASSERT_TRUE(config) << config.error().message();
        EXPECT_TRUE(config->warnings.empty()) << config->warnings.front();
        EXPECT_FALSE(config->bots.empty()) << entry.path();
    }
    EXPECT_GE(files, 3U);
}

TEST(ConfigFiles, rookery_toml_shows_every_key) {
    const auto text = text_of(kSource / "config/rookery.toml");
    const auto shows = [&](const auto& keys) {
        for (const auto& key : keys) {
            const auto name = std::string(key.name);
            EXPECT_TRUE(text.find("\n" + name + " = ") != std::string::npos ||
                        text.find("\n# " + name + " = ") != std::string::npos)
                << name;
        }
    };
    shows(runtime_keys());
    shows(bot_keys());
    shows(commands_keys());
    shows(plugins_keys());
    shows(scripts_keys());
    shows(script_keys());
    shows(server_keys());
    shows(socketio_keys());
    shows(server_key_keys());
    shows(simulator_keys());
}

TEST(ConfigFiles, reference_page_is_up_to_date) {
    EXPECT_TRUE(text_of(kSource / "docs/reference/config.md") == reference())
        << "write it anew: build/dev/rookery check --keys > docs/reference/config.md";
}

}  // namespace
}  // namespace rookery::config
