#include "script/timers.hpp"

#include <utility>

namespace rookery::script {

Millis Timers::moment() const { return hostapi::CronTimer::moment(context_.worker->wall()); }

Result<hostapi::EffectId> Timers::add(Kind kind, Millis delay, CallbackPtr callback) {
    return add(Timer{kind, delay, std::move(callback)});
}

Result<hostapi::EffectId> Timers::add(hostapi::Cron cron, CallbackPtr callback) {
    auto started = hostapi::CronTimer::start(std::move(cron), moment());
    if (!started) {
        return started.error();
    }
    return add(Timer{Kind::cron, Millis{0}, std::move(callback), 0, *std::move(started)});
}

Result<hostapi::EffectId> Timers::add(Timer timer) {
    if (timers_.size() >= kMost) {
        return Error(ErrorKind::limit, "a script can have at most 10000 timers");
    }
    // The effect's id is known only after add(), and its undo needs it.
    auto id = std::make_shared<hostapi::EffectId>(0);
    *id = context_.scope->add(timer.callback->label, [this, id] { forget(*id); });
    arm(*id, timers_.emplace(*id, std::move(timer)).first->second);
    return *id;
}

void Timers::arm(hostapi::EffectId id, Timer& timer) {
    if (timer.cron) {
        timer.delay = timer.cron->sleep(moment(), context_.worker->is_virtual()
                                                      ? hostapi::CronTimer::kNobodySetsTheClock
                                                      : hostapi::CronTimer::kLongestSleep);
    }
    timer.timer = context_.worker->after(timer.delay, [this, id] { due(id); });
}

void Timers::due(hostapi::EffectId id) {
    const auto found = timers_.find(id);
    if (found == timers_.end()) {
        return;
    }
    if (found->second.kind == Kind::repeating || found->second.kind == Kind::cron) {
        repeat(id, found->second);
        return;
    }
    const CallbackPtr callback = found->second.callback;
    const bool spawned = found->second.kind == Kind::spawned;
    timers_.erase(found);
    context_.scope->forget(id);
    fire_(callback, spawned);
    callback->remove(state_);
}

void Timers::repeat(hostapi::EffectId id, Timer& timer) {
    const CallbackPtr callback = timer.callback;
    const bool now = !timer.cron || timer.cron->due(moment());
    if (timer.cron && timer.cron->over()) {
        context_.scope->undo(id);
        return;
    }
    arm(id, timer);
    if (now && callback->running == 0) {
        fire_(callback, false);
    }
}

void Timers::clear() {
    while (!timers_.empty()) {
        const hostapi::EffectId last = timers_.rbegin()->first;
        context_.scope->undo(last);
        timers_.erase(last);
    }
}

/// The undo of a timer's effect.
void Timers::forget(hostapi::EffectId id) {
    const auto found = timers_.find(id);
    if (found == timers_.end()) {
        return;
    }
    context_.worker->cancel(found->second.timer);
    found->second.callback->remove(state_);
    timers_.erase(found);
}

}  // namespace rookery::script
