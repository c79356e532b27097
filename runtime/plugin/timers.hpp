#pragma once

#include "base/result.hpp"
#include "hostapi/cron_timer.hpp"
#include "hostapi/extension.hpp"
#include "plugin/handle_map.hpp"
#include "plugin/host_side.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <rookery/abi/ext/timers.h>

#include <optional>
#include <string>

namespace rookery::plugin {

class Failures;

/// A plugin's timers, each an effect of its scope. Instance thread.
class Timers {
  public:
    static constexpr std::size_t kMaxTimers = 10'000;
    static constexpr Millis kLongest{std::chrono::hours{24 * 366}};

    Timers(hostapi::ExtensionContext& context, const HostSide& side, Failures& failures)
        : context_(context), side_(side), failures_(failures) {}

    struct Kind {
        Millis delay;
        bool repeats;
        std::optional<hostapi::CronTimer> cron = std::nullopt;  ///< then `delay` means nothing
    };
    [[nodiscard]] Result<rk_handle_t> start(Kind kind, rk_task_fn task, void* user,
                                            rk_release_t release);
    /// False when there is no such timer.
    bool cancel(rk_handle_t handle);
    /// From now on none is called.
    void silence() noexcept { silent_ = true; }

  private:
    struct Timer : boost::intrusive_ref_counter<Timer, boost::thread_unsafe_counter> {
        Timer(Kind kind_in, rk_task_fn task_in, UserData user_in)
            : kind(kind_in), task(task_in), user(std::move(user_in)) {}

        Kind kind;
        rk_task_fn task;
        UserData user;
        hostapi::TimerId id = 0;
        hostapi::EffectId effect = 0;
    };
    using TimerPtr = boost::intrusive_ptr<Timer>;

    void arm(Timer& timer, rk_handle_t handle);
    void fire(rk_handle_t handle);

    hostapi::ExtensionContext& context_;
    const HostSide& side_;
    Failures& failures_;
    HandleMap<TimerPtr, HandleKind::timer> timers_;
    bool silent_ = false;
};

}  // namespace rookery::plugin
