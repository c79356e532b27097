#pragma once

#include "base/clock.hpp"
#include "config/config.hpp"

#include <filesystem>
#include <optional>

namespace rookery::app {

struct RunOptions {
    config::Config config;
    std::optional<std::filesystem::path> state;  ///< in place of the file's own state directory
    std::optional<Millis> run_for;               ///< stop by itself after that long
};

/// How the runtime reads its configuration: with what the platforms know.
[[nodiscard]] config::LoadOptions load_options();

/// Runs until a signal or the control socket says stop. Returns the process's exit code: 0 after an
/// orderly stop, 1 when it could not start. A bot that is refused for good (its token, say) does
/// not end the process: the log and `rookery list` say why, and a reload with a mended file
/// connects it.
int run(RunOptions options);

}  // namespace rookery::app
