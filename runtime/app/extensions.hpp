#pragma once

#include "base/result.hpp"
#include "config/config.hpp"
#include "hostapi/manager.hpp"
#include "store/slot_registry.hpp"
#include "store/state_dir.hpp"

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::app {

/// All extensions of the process, of every kind: brings the files on disk, the TOML, and what was
/// disabled by hand together into what the manager is to run. Manager thread, except where said.
class Extensions {
  public:
    struct Kind {
        std::unique_ptr<hostapi::ExtensionHost> host;
        config::ExtensionsSection config::Config::*section;
    };

    Extensions(const store::StateDir& state, bus::EventBus& bus, hostapi::Operations& operations,
               hostapi::InteractionWatch& interactions, hostapi::CommandRegistry& commands,
               const hostapi::Services& services, const config::RuntimeSection& runtime,
               std::function<void()> changed);

    void add_kind(Kind kind) { kinds_.push_back(std::move(kind)); }
    /// What the runtime brings along: a script named "commands" of that text, which `host` runs
    /// while an extension has declared commands, and none is named so. Before open().
    void add_builtin(std::unique_ptr<hostapi::ExtensionHost> host, std::string_view text);
    [[nodiscard]] Result<> open();

    /// Looks at the folders and makes it so; `progress` gets every step, folders that cannot be
    /// read included.
    std::vector<hostapi::StepResult> apply(const config::Config& config,
                                           const hostapi::Manager::Progress& progress);

    /// Loads or unloads what the runtime brings along, as it is wanted now.
    std::vector<hostapi::StepResult> settle_builtin(const config::Config& config,
                                                    const hostapi::Manager::Progress& progress);

    /// `name` is "ping", or "script ping" / "script/ping" where two kinds share a name.
    Result<hostapi::StepResult> reload(const config::Config& config, const std::string& name);
    /// Unloads and remembers it, over restarts, until enable().
    Result<hostapi::StepResult> disable(const config::Config& config, const std::string& name);
    Result<hostapi::StepResult> enable(const config::Config& config, const std::string& name);

    [[nodiscard]] hostapi::Manager& manager() noexcept { return manager_; }
    /// Any thread.
    [[nodiscard]] std::vector<std::string> disabled() const;

    /// The place in the delivery ledgers of that extension, or of another part of the process. Any
    /// thread, after open(). Errors of SlotRegistry::slot().
    [[nodiscard]] Result<unsigned> slot(const std::string& title);

  private:
    struct Found {
        Kind* kind;
        hostapi::ExtensionSpec spec;
        [[nodiscard]] std::string title() const;
    };

    [[nodiscard]] Result<std::vector<Found>> discover(Kind& kind,
                                                      const config::Config& config) const;
    [[nodiscard]] Result<Found> find(const config::Config& config, const std::string& name);
    [[nodiscard]] Result<> write_builtin() const;
    [[nodiscard]] Result<> save_disabled() const;
    [[nodiscard]] bool is_disabled(const std::string& title) const;

    const store::StateDir& state_;
    hostapi::CommandDesk* const desk_;
    std::vector<Kind> kinds_;
    std::unique_ptr<hostapi::ExtensionHost> builtin_;
    std::string_view builtin_text_;
    std::mutex slots_mutex_;
    std::unique_ptr<store::SlotRegistry> slots_;
    mutable std::mutex mutex_;
    std::set<std::string> disabled_;
    hostapi::Manager manager_;
};

}  // namespace rookery::app
