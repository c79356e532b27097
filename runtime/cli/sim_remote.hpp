#pragma once

#include "cli/command.hpp"
#include "cli/control_target.hpp"
#include "sim/control_client.hpp"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace rookery::cli {

/// What the commands that talk to a running simulator share.
struct Remote {
    std::string control;   ///< URL; empty: named by the state directory
    ControlTarget target;  ///< which that is

    [[nodiscard]] Result<sim::ControlClient> client(const CommandContext& context) const;
};

/// Sends one request and hands its answer to `show`, whose exit code counts.
int ask_simulator(const CommandContext& context, const Remote& remote, const std::string& path,
                  const nlohmann::json& body, Millis timeout,
                  int (*show)(const nlohmann::json& answer));

/// Prints the error; the exit code that fits it.
int sim_failed(const Error& error);

/// {KEY=VALUE...} as an object; a value may be JSON. False, with a message printed, when a pair
/// has no '='.
[[nodiscard]] bool read_pairs(const std::vector<std::string>& pairs, nlohmann::json& into);

/// `rookery sim slash`, `complete`, `click` and `submit`.
void add_sim_interactions(CLI::App& sim, CommandContext& context,
                          const std::shared_ptr<Remote>& remote);

}  // namespace rookery::cli
