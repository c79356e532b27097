#pragma once

#include "hostapi/extension.hpp"
#include "plugin/names.hpp"

#include <filesystem>
#include <memory>

namespace rookery::plugin {

/// Native plugins: NAME.so in a folder. See sdk/include/rookery/abi/entry.h for what one is.
class PluginHost final : public hostapi::ExtensionHost {
  public:
    /// `staging_dir` belongs to this host alone: it is made where needed, and emptied of what an
    /// earlier process left.
    explicit PluginHost(std::filesystem::path staging_dir);

    [[nodiscard]] std::string_view kind() const noexcept override { return "plugin"; }
    [[nodiscard]] Result<std::vector<hostapi::ExtensionSpec>> discover(
        const std::filesystem::path& dir) const override;
    [[nodiscard]] Result<> check(const hostapi::ExtensionSpec& spec) const override;
    /// From the section of the library that holds it.
    [[nodiscard]] Result<hostapi::Manifest> manifest(
        const hostapi::ExtensionSpec& spec) const override;
    [[nodiscard]] Result<std::unique_ptr<hostapi::Extension>> stage(
        hostapi::ExtensionContext context) override;

  private:
    std::filesystem::path staging_dir_;
    std::shared_ptr<Names> names_ = std::make_shared<Names>();
};

}  // namespace rookery::plugin
