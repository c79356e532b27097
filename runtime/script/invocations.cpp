#include "script/invocations.hpp"

#include <utility>

namespace rookery::script {

Result<hostapi::EffectId> Invocations::add(hostapi::InvocationKind kind, std::string_view key,
                                           CallbackPtr callback) {
    if (context_.commands == nullptr) {
        return Error(ErrorKind::unsupported, "this runtime has no commands");
    }
    const auto made = context_.commands->handle(kind, key);
    if (!made) {
        return made.error();
    }
    const std::uint64_t handler = made->handler;
    const std::string label = callback->label;
    callbacks_.emplace(handler, Entry{made->effect, std::move(callback)});
    context_.scope->add(
        label,
        [this, handler] {
            const auto gone = callbacks_.extract(handler);
            gone.mapped().callback->remove(state_);
        },
        made->effect);
    return made->effect;
}

CallbackPtr Invocations::find(std::uint64_t handler) const {
    const auto found = callbacks_.find(handler);
    return found == callbacks_.end() ? nullptr : found->second.callback;
}

void Invocations::clear() {
    while (!callbacks_.empty()) {
        context_.scope->undo(callbacks_.rbegin()->second.effect);
    }
}

}  // namespace rookery::script
