#pragma once

#include "plugin/handle_map.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string_view>

namespace rookery::plugin {

/// JSON values that a plugin may read through the interface. Instance thread.
class Documents {
  public:
    [[nodiscard]] rk_handle_t add(std::shared_ptr<const nlohmann::json> value) {
        return documents_.add(std::move(value));
    }
    void erase(rk_handle_t handle) { documents_.erase(handle); }
    /// Null when the document is gone.
    [[nodiscard]] const nlohmann::json* find(rk_handle_t handle) noexcept {
        auto* const found = documents_.find(handle);
        return found == nullptr ? nullptr : found->get();
    }

    /// The value at "roles.0.name" in `root`; null when there is none.
    [[nodiscard]] static const nlohmann::json* at(const nlohmann::json& root,
                                                  std::string_view path) noexcept;

  private:
    HandleMap<std::shared_ptr<const nlohmann::json>, HandleKind::document> documents_;
};

}  // namespace rookery::plugin
