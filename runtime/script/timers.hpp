#pragma once

#include "hostapi/cron_timer.hpp"
#include "hostapi/extension.hpp"
#include "script/callback.hpp"

#include <map>
#include <optional>

namespace rookery::script {

/// rookery.after, rookery.every, rookery.cron and rookery.spawn. Each timer is an effect of the
/// scope.
class Timers {
  public:
    static constexpr std::size_t kMost = 10'000;

    /// `fire` runs a timer's function.
    using Fire = std::function<void(const CallbackPtr& callback, bool spawned)>;

    Timers(LuaState& state, const hostapi::ExtensionContext& context, Fire fire)
        : state_(state), context_(context), fire_(std::move(fire)) {}
    Timers(const Timers&) = delete;
    Timers& operator=(const Timers&) = delete;

    enum class Kind : std::uint8_t { once, repeating, spawned, cron };
    /// A repeating timer leaves out a beat at which its function still waits. Error limit.
    [[nodiscard]] Result<hostapi::EffectId> add(Kind kind, Millis delay, CallbackPtr callback);
    /// Leaves out a time at which its function still waits, and those that pass while nothing runs.
    /// Errors: limit; invalid, when it would never happen.
    [[nodiscard]] Result<hostapi::EffectId> add(hostapi::Cron cron, CallbackPtr callback);
    bool cancel(hostapi::EffectId id) { return timers_.contains(id) && context_.scope->undo(id); }
    void clear();
    [[nodiscard]] std::size_t size() const noexcept { return timers_.size(); }

  private:
    struct Timer {
        Kind kind;
        Millis delay;
        CallbackPtr callback;
        hostapi::TimerId timer = 0;
        std::optional<hostapi::CronTimer> cron = std::nullopt;
    };

    [[nodiscard]] Result<hostapi::EffectId> add(Timer timer);
    /// Of the calendar, for cron.
    [[nodiscard]] Millis moment() const;
    void arm(hostapi::EffectId id, Timer& timer);
    void repeat(hostapi::EffectId id, Timer& timer);
    void due(hostapi::EffectId id);
    void forget(hostapi::EffectId id);

    LuaState& state_;
    const hostapi::ExtensionContext& context_;
    Fire fire_;
    std::map<hostapi::EffectId, Timer> timers_;
};

}  // namespace rookery::script
