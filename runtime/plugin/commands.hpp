#pragma once

#include "base/result.hpp"
#include "hostapi/extension.hpp"
#include "plugin/handle_map.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace rookery::plugin {

/// The commands that a plugin declares. Instance thread.
class Commands {
  public:
    static constexpr std::size_t kMaxText = std::size_t{256} << 10U;  ///< of one declaration

    explicit Commands(hostapi::ExtensionContext& context) : context_(context) {}

    /// In the platform's form. Errors of hostapi::CommandRegistry::declare(), and limit;
    /// unsupported where the runtime manages no commands.
    [[nodiscard]] Result<rk_handle_t> declare(std::string_view json);
    /// For every platform. Errors of hostapi::Commands::declare(), and the same.
    [[nodiscard]] Result<rk_handle_t> declare_for_all(std::string_view json);
    /// False when there is no such declaration.
    bool withdraw(rk_handle_t handle);

  private:
    [[nodiscard]] static Result<nlohmann::json> read(std::string_view json);

    hostapi::ExtensionContext& context_;
    HandleMap<hostapi::EffectId, HandleKind::command> declared_;
};

}  // namespace rookery::plugin
