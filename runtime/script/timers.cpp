#include "script/timers.hpp"

#include <utility>

namespace rookery::script {

Result<hostapi::EffectId> Timers::add(Kind kind, Millis delay, CallbackPtr callback) {
    if (timers_.size() >= kMost) {
        return Error(ErrorKind::limit, "a script can have at most 10000 timers");
    }
    // The effect's id is known only after add(), and its undo needs it.
    auto id = std::make_shared<hostapi::EffectId>(0);
    *id = context_.scope->add(callback->label, [this, id] { forget(*id); });
    Timer& timer = timers_.emplace(*id, Timer{kind, delay, std::move(callback), 0}).first->second;
    arm(*id, timer);
    return *id;
}

void Timers::arm(hostapi::EffectId id, Timer& timer) {
    timer.timer = context_.worker->after(timer.delay, [this, id] { due(id); });
}

void Timers::due(hostapi::EffectId id) {
    const auto found = timers_.find(id);
    if (found == timers_.end()) {
        return;
    }
    const CallbackPtr callback = found->second.callback;
    if (found->second.kind == Kind::repeating) {
        arm(id, found->second);
        if (callback->running == 0) {
            fire_(callback, false);
        }
        return;
    }
    const bool spawned = found->second.kind == Kind::spawned;
    timers_.erase(found);
    context_.scope->forget(id);
    fire_(callback, spawned);
    callback->remove(state_);
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
