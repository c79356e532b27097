#include "cli/control_target.hpp"

#include "cli/config_file.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <system_error>

namespace rookery::cli {
namespace {

const std::string kUsualConfig = "rookery.toml";

}  // namespace

std::optional<std::filesystem::path> state_dir_of(const ControlTarget& target,
                                                  const std::string& state_dir) {
    if (!state_dir.empty()) {
        return state_dir;
    }
    std::error_code ignored;
    const bool here = std::filesystem::exists("state", ignored) ||
                      !std::filesystem::exists(kUsualConfig, ignored);
    if (target.config.empty() && here) {
        return "state";
    }
    const auto config = load_or_explain(target.config.empty() ? kUsualConfig : target.config);
    return config ? std::optional(config->runtime.state) : std::nullopt;
}

void add_target(CLI::App& command, ControlTarget& target) {
    command.add_option("-c,--config", target.config, "Find the state directory through this file")
        ->type_name("FILE");
}

std::optional<ControlClient> connect(const ControlTarget& target, const std::string& state_dir,
                                     std::string_view command, int& exit_code,
                                     Millis silence_limit) {
    const auto folder = state_dir_of(target, state_dir);
    if (!folder) {
        exit_code = kExitUsage;
        return std::nullopt;
    }
    auto client = ControlClient::connect(*folder, silence_limit);
    if (!client) {
        std::cerr << fmt::format("rookery {}: {}\n", command, client.error().message());
        exit_code = kExitNoRuntime;
        return std::nullopt;
    }
    return *std::move(client);
}

}  // namespace rookery::cli
