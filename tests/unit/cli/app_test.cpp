#include "cli/app.hpp"

#include "cli/command.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
};

Outcome rookery(const std::vector<std::string>& arguments) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Outcome outcome;
    outcome.code = run(arguments);
    outcome.out = testing::internal::GetCapturedStdout();
    outcome.err = testing::internal::GetCapturedStderr();
    return outcome;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class CliFile : public testing::Test {
  protected:
    CliFile() { fs::create_directories(dir_); }
    ~CliFile() override { fs::remove_all(dir_); }

    std::string write(const std::string& name, const std::string& text) const {
        const auto file = dir_ / name;
        fs::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file.string();
    }

    fs::path dir_ = fs::path(testing::TempDir()) / ("rookery_cli" + std::to_string(::getpid()));
};

TEST(Cli, help_lists_the_commands_and_exits_zero) {
    const auto outcome = rookery({"--help"});
    EXPECT_EQ(outcome.code, kExitOk);
    for (const auto* command : {"run", "check", "new", "sim", "list", "status", "reload", "disable",
                                "enable", "stop", "version"}) {
        EXPECT_TRUE(has(outcome.out, std::string("\n  ") + command + " ")) << command;
    }
}

TEST(Cli, every_command_has_help_with_an_example) {
    for (const auto* command : {"run", "check", "new", "sim", "list", "status", "reload", "disable",
                                "enable", "stop", "version"}) {
        const auto outcome = rookery({command, "--help"});
        EXPECT_EQ(outcome.code, kExitOk) << command;
        EXPECT_TRUE(has(outcome.out, "Example")) << command;
    }
}

TEST(Cli, misspelt_command_is_told_the_nearest) {
    const auto outcome = rookery({"relaod"});
    EXPECT_EQ(outcome.code, kExitUsage);
    EXPECT_EQ(outcome.err, "rookery: there is no command \"relaod\"; did you mean \"reload\"?\n");
}

TEST(Cli, no_command_is_a_usage_error) { EXPECT_EQ(rookery({}).code, kExitUsage); }

TEST(Cli, version_names_the_libraries_and_the_abi) {
    const auto outcome = rookery({"version"});
    EXPECT_EQ(outcome.code, kExitOk);
    for (const auto* part : {"rookery 0.", "Boost 1.", "LuaJIT 2.1", "OpenSSL 3.", "plugin ABI "}) {
        EXPECT_TRUE(has(outcome.out, part)) << outcome.out;
    }
}

TEST_F(CliFile, check_tells_what_would_run) {
    write("scripts/ping.lua", "");
    write("scripts/ping_spec.lua", "");
    write("scripts/poll/init.lua", "");
    const auto file = write("bot.toml",
                            "[[bot]]\nname = \"b\"\n[simulator]\nenabled = true\n"
                            "[scripts.ping]\nenabled = false\nanswer = 1\n[scripts.gone]\n");
    const auto outcome = rookery({"check", file});
    EXPECT_EQ(outcome.code, kExitOk);
    EXPECT_EQ(outcome.out, file + ": in order\n  state in " + (dir_ / "state").string() +
                               "\n  bot b: the embedded simulator, intents auto\n  plugins in " +
                               (dir_ / "plugins").string() + ": none\n  scripts in " +
                               (dir_ / "scripts").string() +
                               ":\n    ping (disabled) (settings: answer)\n    poll\n"
                               "  simulator: 1 guild, people talk\n");
    EXPECT_TRUE(has(outcome.err, "[scripts.gone] is for nothing")) << outcome.err;
}

TEST_F(CliFile, check_finds_faults_in_scripts_and_plugins) {
    write("plugins/karma.so", "no library");
    write("scripts/good.lua", "error('it is not run')");
    write("scripts/ping.lua", "local x =\n");
    write("scripts/poll/init.lua", "");
    write("scripts/poll/count.lua", "if then");
    const auto outcome = rookery(
        {"check", write("bot.toml", "[[bot]]\nname = \"b\"\n[simulator]\nenabled = true\n")});
    EXPECT_EQ(outcome.code, kExitUsage);
    EXPECT_TRUE(has(outcome.err, "plugin karma: ")) << outcome.err;
    EXPECT_TRUE(has(outcome.err, "script ping: ping.lua:")) << outcome.err;
    EXPECT_TRUE(has(outcome.err, "script poll: poll/count.lua:1: ")) << outcome.err;
    EXPECT_FALSE(has(outcome.err, "good")) << outcome.err;
}

TEST_F(CliFile, check_of_a_broken_file_exits_two_and_prints_every_fault) {
    const auto file = write("bot.toml", "[runtime]\nstat = 1\n[plugin]\n");
    const auto outcome = rookery({"check", file});
    EXPECT_EQ(outcome.code, kExitUsage);
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(has(outcome.err, file + ":2:1: unknown key \"stat\""));
    EXPECT_TRUE(has(outcome.err, file + ":3:2: unknown section \"plugin\""));
}

TEST_F(CliFile, run_of_a_broken_file_starts_nothing) {
    const auto file = write("bot.toml", "[runtime]\nstat = 1\n");
    const auto outcome = rookery({"run", "--config", file});
    EXPECT_EQ(outcome.code, kExitUsage);
    EXPECT_TRUE(has(outcome.err, "did you mean \"state\"?"));
    EXPECT_FALSE(fs::exists(dir_ / "state"));
}

TEST_F(CliFile, run_for_a_time_that_is_none) {
    EXPECT_EQ(rookery({"run", "--config", "x.toml", "--for", "soon"}).code, kExitUsage);
}

TEST_F(CliFile, command_without_a_runtime_exits_three_and_names_the_state_folder) {
    const auto outcome = rookery({"list", "--state", dir_.string()});
    EXPECT_EQ(outcome.code, kExitNoRuntime);
    EXPECT_TRUE(has(outcome.err, "no runtime answers in the state directory " + dir_.string()));
}

TEST_F(CliFile, command_finds_the_state_folder_through_a_config) {
    const auto file = write("bot.toml", "[runtime]\nstate = \"elsewhere\"\n");
    const auto outcome = rookery({"list", "--config", file});
    EXPECT_EQ(outcome.code, kExitNoRuntime);
    EXPECT_TRUE(has(outcome.err, (dir_ / "elsewhere").string()));
}

TEST(Cli, disable_needs_a_name) { EXPECT_EQ(rookery({"disable"}).code, kExitUsage); }

}  // namespace
}  // namespace rookery::cli
