#pragma once

#include "base/clock.hpp"
#include "config/config.hpp"

#include <filesystem>
#include <optional>

namespace rookery {
class VirtualTime;
}
namespace rookery::sim {
class Simulator;
}
namespace rookery::hostapi {
class WebPort;
}

namespace rookery::app {

/// What a program that has a runtime inside itself lends it; all of it outlives the runtime.
struct Surroundings {
    VirtualTime* time = nullptr;          ///< by which extensions live
    sim::Simulator* simulator = nullptr;  ///< in which bots without a token live
    hostapi::WebPort* web = nullptr;      ///< takes the requests of extensions
};

struct RunOptions {
    config::Config config;
    std::optional<std::filesystem::path> state;  ///< in place of the file's own state directory
    std::optional<Millis> run_for;               ///< stop by itself after that long
    Surroundings around = {};                    ///< for Embedded
};

/// How the runtime reads its configuration: with what the platforms know.
[[nodiscard]] config::LoadOptions load_options();

/// Runs until a signal or the control socket says stop. Returns the process's exit code: 0 after an
/// orderly stop, 1 when it could not start. A bot that is refused for good (its token, say) does
/// not end the process: the log and `rookery list` say why, and a reload with a mended file
/// connects it.
int run(RunOptions options);

}  // namespace rookery::app
