#pragma once

#include "cli/command.hpp"
#include "cli/control_client.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace rookery::cli {

/// Which running process a command means, besides --state.
struct ControlTarget {
    std::string config;  ///< --config
};

/// Adds --config.
void add_target(CLI::App& command, ControlTarget& target);

/// --state, else the state directory of --config, else ./state, else that of ./rookery.toml. Empty
/// when the config cannot be used: why has been told.
[[nodiscard]] std::optional<std::filesystem::path> state_dir_of(const ControlTarget& target,
                                                                const std::string& state_dir);

/// The process in state_dir_of(). Empty when it cannot be reached: why has been told, as
/// `command`'s, and `exit_code` is set.
[[nodiscard]] std::optional<ControlClient> connect(const ControlTarget& target,
                                                   const std::string& state_dir,
                                                   std::string_view command, int& exit_code,
                                                   Millis silence_limit = Millis(120'000));

}  // namespace rookery::cli
