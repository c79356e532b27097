#pragma once

#include "hostapi/event_filter.hpp"
#include "hostapi/extension.hpp"
#include "hostapi/interaction_filter.hpp"
#include "script/callback.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace rookery::script {

struct Handler {
    hostapi::EffectId id = 0;
    model::EventType type{};
    CallbackPtr callback;
    bool once = false;
    std::optional<hostapi::InteractionFilter> filter = std::nullopt;
    std::shared_ptr<const hostapi::EventFilter> where = nullptr;  ///< null: every event
};

/// The script's subscriptions. A dispatch walks a snapshot, so that handlers may come and go
/// meanwhile.
class Handlers {
  public:
    static constexpr std::size_t kMost = 1000;

    using Snapshot = std::shared_ptr<const std::vector<Handler>>;

    Handlers(LuaState& state, const hostapi::ExtensionContext& context)
        : state_(state), context_(context) {}
    Handlers(const Handlers&) = delete;
    Handlers& operator=(const Handlers&) = delete;

    /// Subscribes to the events that `where` (null: none) lets through; owned by the scope. Errors:
    /// invalid (unknown event, with the nearest name), limit.
    [[nodiscard]] Result<hostapi::EffectId> add(
        std::string_view event, CallbackPtr callback, bool once,
        std::shared_ptr<const hostapi::EventFilter> where = nullptr);
    /// A handler of those interactions, as far as it is the script's best one for them.
    [[nodiscard]] Result<hostapi::EffectId> add(hostapi::InteractionFilter filter,
                                                CallbackPtr callback);
    /// Decides on the events that `where` lets through; the higher `priority` first. Errors as of
    /// add(), and those of ExtensionContext::intercept.
    [[nodiscard]] Result<hostapi::EffectId> intercept(
        std::string_view event, CallbackPtr callback, std::int32_t priority,
        std::shared_ptr<const hostapi::EventFilter> where);
    /// The interception of that tag; null when there is none any more.
    [[nodiscard]] const Handler* interception(std::uint64_t tag) const noexcept;
    bool remove(hostapi::EffectId id);
    void clear();

    /// In order of registration; null when there are none. kAnyEvent for those of "*".
    [[nodiscard]] const Snapshot& of(model::EventType type) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept {
        return types_.size() + interceptions_.size();
    }

  private:
    [[nodiscard]] Result<hostapi::EffectId> add(std::string_view event, Handler handler);
    void forget(hostapi::EffectId id);

    LuaState& state_;
    const hostapi::ExtensionContext& context_;
    std::unordered_map<std::uint16_t, Snapshot> by_type_;
    std::map<hostapi::EffectId, model::EventType> types_;  ///< of each handler
    std::map<std::uint64_t, Handler> interceptions_;       ///< by tag
};

}  // namespace rookery::script
