#include "plugin/pending.hpp"

#include "plugin/failures.hpp"
#include "plugin/plugin.hpp"

namespace rookery::plugin {

Pending* pending_of(const HostSide& side) noexcept {
    Plugin* const plugin = side.plugin();
    return plugin == nullptr ? nullptr : &plugin->pending();
}

Result<rk_handle_t> Pending::add(std::string what, void* user, rk_release_t release) {
    if (calls_.size() >= kMost) {
        return Error(ErrorKind::limit,
                     what + ": more than " + std::to_string(kMost) + " calls under way");
    }
    const rk_handle_t event = events_.current();
    const rk_handle_t held = events_.hold(event) == RK_OK ? event : 0;
    return calls_.add(Call{std::move(what), UserData(side_, user, release), held});
}

void Pending::finish(rk_handle_t handle, const Tell& tell) {
    auto call = calls_.take(handle);
    if (!call) {
        return;
    }
    {
        const Events::Current current(events_, call->event);
        rk_error_t error;
        const rk_status_t outcome =
            enter(side_, error, [&](rk_error_t* reason) { return tell(call->user.get(), reason); });
        if (outcome < 0) {
            failures_.report("the end of " + call->what, outcome, error);
        }
    }
    static_cast<void>(events_.release(call->event));
}

void Pending::finish(rk_handle_t handle, const Result<>& outcome) {
    auto call = calls_.take(handle);
    if (!call) {
        return;
    }
    if (!outcome) {
        failures_.report(call->what, outcome.error());
    }
    static_cast<void>(events_.release(call->event));
}

}  // namespace rookery::plugin
