#pragma once

#include "hostapi/extension.hpp"

#include <string>

namespace rookery::script {

/// Finds Lua scripts and makes instances of them. A script is NAME.lua or NAME/init.lua; files
/// *_spec.lua, names that begin with '.' or '_', and the folder lib (modules for all scripts) are
/// not scripts.
class ScriptHost final : public hostapi::ExtensionHost {
  public:
    /// `version` is what scripts see as rookery.version.
    explicit ScriptHost(std::string version) : version_(std::move(version)) {}

    [[nodiscard]] std::string_view kind() const noexcept override { return "script"; }

    /// The fingerprint covers every .lua file of the script's folder and of lib.
    [[nodiscard]] Result<std::vector<hostapi::ExtensionSpec>> discover(
        const std::filesystem::path& dir) const override;

    /// From a comment `--[[rookery { ... } ]]` at the head of the main file.
    [[nodiscard]] Result<hostapi::Manifest> manifest(
        const hostapi::ExtensionSpec& spec) const override;

    /// Reads and compiles; nothing of the script runs. Errors: invalid ("ping.lua:3: ..."), io,
    /// limit.
    /// All of a script's files.
    [[nodiscard]] Result<> check(const hostapi::ExtensionSpec& spec) const override;
    [[nodiscard]] Result<std::unique_ptr<hostapi::Extension>> stage(
        hostapi::ExtensionContext context) override;

  private:
    const std::string version_;
};

}  // namespace rookery::script
