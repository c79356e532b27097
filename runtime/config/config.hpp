#pragma once

#include "base/result.hpp"
#include "config/sections.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::config {

/// A whole file, checked.
struct Config {
    std::filesystem::path file;  ///< absolute
    RuntimeSection runtime;
    std::vector<BotSection> bots;
    ExtensionsSection plugins;
    ExtensionsSection scripts;
    CommandsSection commands;
    ServerSection server;
    SimulatorSection simulator;
    std::vector<std::string>
        warnings;  ///< what is allowed but probably not meant; "file:line:col: ..."
};

/// What load() takes from outside; the defaults are what the runtime uses.
struct LoadOptions {
    /// The value of an environment variable; null: the process's own.
    std::function<std::optional<std::string>(const std::string& name)> environment;
    /// Refuses names in a bot's `intents`: the text of the error is shown at the name's place.
    /// Null: any name is taken.
    std::function<Result<>(std::string_view platform, std::string_view intent)> check_intent;
    /// The same for what `grant` and `deny` name.
    std::function<Result<>(std::string_view capability)> check_capability;
    /// The same for the `scopes` of a [[server.key]].
    std::function<Result<>(std::string_view scope)> check_scope;
    /// The same for the `events` of [server] and [[server.key]].
    std::function<Result<>(std::string_view event)> check_event;
};

/// Reads and checks a file. The error's message lists every fault that was found (a fault of TOML's
/// own grammar hides the rest), each as `file:line:col: reason`, the line, and a caret below the
/// place. It never shows a secret.
[[nodiscard]] Result<Config> load(const std::filesystem::path& file,
                                  const LoadOptions& options = {});

/// The same for a text that is at hand; `file` names it in errors and is where relative paths
/// start.
[[nodiscard]] Result<Config> parse(std::string_view text, const std::filesystem::path& file,
                                   const LoadOptions& options = {});

/// Every section and key with type, default and meaning, as Markdown (docs/reference/config.md).
[[nodiscard]] std::string reference();

/// How two configurations of one runtime differ, by name.
struct Changes {
    std::vector<std::string> gone;
    std::vector<std::string> changed;
    std::vector<std::string> added;

    [[nodiscard]] bool empty() const noexcept {
        return gone.empty() && changed.empty() && added.empty();
    }
};

struct Diff {
    Changes bots;
    Changes plugins;  ///< by [plugins.NAME]; a changed folder or default is in `live`
    Changes scripts;
    std::vector<std::string> live;  ///< keys that take effect at once: "runtime.log_level"
    std::vector<std::string>
        restart;  ///< keys that need a restart: "runtime.state", "simulator.tls"

    [[nodiscard]] bool empty() const noexcept {
        return bots.empty() && plugins.empty() && scripts.empty() && live.empty() &&
               restart.empty();
    }
};

[[nodiscard]] Diff diff(const Config& before, const Config& after);

}  // namespace rookery::config
