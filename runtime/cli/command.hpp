#pragma once

#include <functional>
#include <string>

namespace rookery::cli {

/// Exit codes of every command.
constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;     ///< the runtime or the simulator answered, and the answer is no
constexpr int kExitUsage = 2;      ///< wrong arguments, or a config file that cannot be used
constexpr int kExitNoRuntime = 3;  ///< nobody listens in the state directory

/// What a parsed command line leaves for main: each command is `void add_<name>(CLI::App&,
/// CommandContext&)`, and the callback of the one that was named sets `action`, which main runs and
/// whose value it exits with.
struct CommandContext {
    std::string state_dir;  ///< --state; empty: not given
    std::function<int()> action;
};

}  // namespace rookery::cli
