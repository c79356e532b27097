#include "plugin/timers.hpp"

#include "plugin/failures.hpp"

namespace rookery::plugin {

Result<rk_handle_t> Timers::start(Kind kind, rk_task_fn task, void* user, rk_release_t release) {
    if (timers_.size() >= kMaxTimers) {
        return Error(ErrorKind::limit, "more than " + std::to_string(kMaxTimers) + " timers");
    }
    const TimerPtr timer(new Timer(kind, task, UserData(side_, user, release)));
    const rk_handle_t handle = timers_.add(timer);
    arm(*timer, handle);
    timer->effect = context_.scope->add(kind.cron ? std::string("cron")
                                                  : (kind.repeats ? "every " : "after ") +
                                                        std::to_string(kind.delay.count()) + " ms",
                                        [this, handle] {
                                            if (const auto found = timers_.take(handle)) {
                                                context_.worker->cancel((*found)->id);
                                            }
                                        });
    return handle;
}

bool Timers::cancel(rk_handle_t handle) {
    TimerPtr* const found = timers_.find(handle);
    return found != nullptr && context_.scope->undo((*found)->effect);
}

void Timers::arm(Timer& timer, rk_handle_t handle) {
    if (timer.kind.cron) {
        timer.kind.delay = timer.kind.cron->sleep(
            hostapi::CronTimer::moment(context_.worker->wall()),
            context_.worker->is_virtual() ? hostapi::CronTimer::kNobodySetsTheClock
                                          : hostapi::CronTimer::kLongestSleep);
    }
    timer.id = context_.worker->after(timer.kind.delay, [this, handle] { fire(handle); });
}

void Timers::fire(rk_handle_t handle) {
    TimerPtr* const found = timers_.find(handle);
    if (found == nullptr || silent_) {
        return;
    }
    const TimerPtr timer = *found;
    if (timer->kind.cron &&
        !timer->kind.cron->due(hostapi::CronTimer::moment(context_.worker->wall()))) {
        arm(*timer, handle);
        return;
    }
    if (!timer->kind.repeats) {
        context_.scope->forget(timer->effect);
        timers_.erase(handle);
    }
    rk_error_t error;
    const rk_status_t status = enter(
        side_, error, [&](rk_error_t* reason) { return timer->task(timer->user.get(), reason); });
    if (status < 0) {
        failures_.report("a timer", status, error);
    }
    if (timer->kind.cron && timer->kind.cron->over()) {
        (void)cancel(handle);
    }
    if (timers_.find(handle) != nullptr) {
        arm(*timer, handle);
    }
}

}  // namespace rookery::plugin
