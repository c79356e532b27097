#pragma once

#include "base/result.hpp"
#include "hostapi/extension.hpp"
#include "plugin/handle_map.hpp"

#include <string_view>

namespace rookery::plugin {

/// The application commands that a plugin declares. Instance thread.
class Commands {
  public:
    static constexpr std::size_t kMaxText = std::size_t{256} << 10U;  ///< of one declaration

    explicit Commands(hostapi::ExtensionContext& context) : context_(context) {}

    /// Errors of hostapi::CommandRegistry::declare(), and limit; unsupported where the runtime
    /// manages no commands.
    [[nodiscard]] Result<rk_handle_t> declare(std::string_view json);
    /// False when there is no such declaration.
    bool withdraw(rk_handle_t handle);

  private:
    hostapi::ExtensionContext& context_;
    HandleMap<hostapi::EffectId, HandleKind::command> declared_;
};

}  // namespace rookery::plugin
