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

/// Seconds that people wait for an answer of a bot: longer than it is kept back where five messages
/// have been written in five seconds.
inline constexpr double kPatience = 10;

/// What the commands that talk to a running simulator share.
struct Remote {
    std::string control;   ///< URL; empty: named by the state directory
    ControlTarget target;  ///< which that is
    std::string platform;  ///< empty: the first one that the simulator plays

    [[nodiscard]] Result<sim::ControlClient> client(const CommandContext& context) const;
    /// The request with the platform in it.
    [[nodiscard]] nlohmann::json asking(nlohmann::json body) const;
    /// The target with "?platform=..." or "?" behind it: further parameters go on with '&'.
    [[nodiscard]] std::string aimed(const std::string& target) const;
};

/// Sends one request and hands its answer to `show`, whose exit code counts.
int ask_simulator(const CommandContext& context, const Remote& remote, const std::string& path,
                  const nlohmann::json& body, Millis timeout,
                  int (*show)(const nlohmann::json& answer));

/// Percent-encoded for a query.
[[nodiscard]] std::string url_encoded(const std::string& text);

/// `rookery sim violations` and `messages`.
void add_sim_looks(CLI::App& sim, CommandContext& context, const std::shared_ptr<Remote>& remote);

/// Prints the error; the exit code that fits it.
int sim_failed(const Error& error);

/// {KEY=VALUE...} as an object; a value may be JSON. False, with a message printed, when a pair
/// has no '='.
[[nodiscard]] bool read_pairs(const std::vector<std::string>& pairs, nlohmann::json& into);

/// `rookery sim slash`, `complete`, `click` and `submit`.
void add_sim_interactions(CLI::App& sim, CommandContext& context,
                          const std::shared_ptr<Remote>& remote);

}  // namespace rookery::cli
