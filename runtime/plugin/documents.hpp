#pragma once

#include "base/result.hpp"
#include "model/plain.hpp"
#include "plugin/debug_host.hpp"
#include "plugin/handle_map.hpp"

#include <nlohmann/json.hpp>
#include <rookery/abi/status.h>

#include <memory>
#include <string_view>

namespace rookery::plugin {

/// JSON values that a plugin may read through the interface. Each is there until the host has
/// dropped it and the plugin has let go as often as it took hold. Instance thread.
class Documents {
  public:
    static constexpr std::uint32_t kMaxHolds = 1'000'000;

    /// `debug` (may be null) lends the texts.
    explicit Documents(DebugHost* debug) noexcept : debug_(debug) {}

    /// `shape`: of the value, or of its elements, where that is known; may be null.
    [[nodiscard]] rk_handle_t add(std::shared_ptr<const nlohmann::json> value,
                                  const model::Shape* shape = nullptr) {
        return documents_.add(Document{std::move(value), shape, 0, true, nullptr});
    }
    /// Null when the document is gone.
    [[nodiscard]] const nlohmann::json* find(rk_handle_t handle) noexcept {
        const Document* const found = documents_.find(handle);
        return found == nullptr ? nullptr : found->value.get();
    }
    /// The host needs it no longer.
    void drop(rk_handle_t handle) noexcept;

    // For the plugin.
    [[nodiscard]] rk_status_t hold(rk_handle_t handle) noexcept;
    [[nodiscard]] rk_status_t release(rk_handle_t handle) noexcept;

    /// The document as views see it, made when it is first asked for; null when it is gone.
    [[nodiscard]] Result<model::PlainDocument*> plain(rk_handle_t handle);
    /// The same if it has been asked for; else null.
    [[nodiscard]] model::PlainDocument* find_plain(rk_handle_t handle) noexcept {
        const Document* const found = documents_.find(handle);
        return found == nullptr ? nullptr : found->plain.get();
    }

    /// The value at "roles.0.name" in `root`; null when there is none.
    [[nodiscard]] static const nlohmann::json* at(const nlohmann::json& root,
                                                  std::string_view path) noexcept;

  private:
    struct Document {
        std::shared_ptr<const nlohmann::json> value;
        const model::Shape* shape;
        std::uint32_t holds;  ///< the plugin's
        bool kept;            ///< by the host
        std::unique_ptr<model::PlainDocument> plain;
    };

    void erase(rk_handle_t handle) noexcept;

    DebugHost* debug_;
    HandleMap<Document, HandleKind::document> documents_;
};

}  // namespace rookery::plugin
