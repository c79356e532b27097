#pragma once

#include "base/result.hpp"
#include "hostapi/extension.hpp"
#include "plugin/events.hpp"
#include "plugin/handle_map.hpp"
#include "plugin/host_side.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace rookery::plugin {

class Failures;
class Pending;

/// Of the plugin behind the side; null once that is over.
[[nodiscard]] Pending* pending_of(const HostSide& side) noexcept;

/// Calls of a plugin that the host answers later. Each keeps the event that it was begun for open.
/// Instance thread.
class Pending {
  public:
    static constexpr std::size_t kMost = 10'000;

    /// Calls the plugin's callback with its user data; in `enter`.
    using Tell = std::function<rk_status_t(void* user, rk_error_t* reason)>;

    Pending(const HostSide& side, Failures& failures, Events& events)
        : side_(side), failures_(failures), events_(events) {}

    /// A call named `what` begins. The function that comes back takes its answer, on this thread or
    /// not at all; `tell` then hands it to the plugin, and may be null: a failure is then logged.
    /// On an error `user` stays with the caller.
    template <class T>
    [[nodiscard]] Result<std::function<void(Result<T>)>> begin(
        std::string what,
        std::function<rk_status_t(const Result<T>&, void* user, rk_error_t* reason)> tell,
        void* user, rk_release_t release) {
        auto handle = add(std::move(what), user, release);
        if (!handle) {
            return handle.error();
        }
        // The answer may come when the instance is over: the side outlives it.
        auto side = std::const_pointer_cast<HostSide>(side_.shared_from_this());
        return std::function<void(Result<T>)>([side = std::move(side), handle = *handle,
                                               tell = std::move(tell)](const Result<T>& result) {
            Pending* const pending = pending_of(*side);
            if (pending == nullptr) {
                return;
            }
            if (tell) {
                pending->finish(handle, [&](void* data, rk_error_t* reason) {
                    return tell(result, data, reason);
                });
            } else {
                pending->finish(handle, result ? Result<>() : Result<>(result.error()));
            }
        });
    }

    /// The event that writes are on behalf of, instead of the one at hand; 0: that.
    void name_event(rk_handle_t event) noexcept { named_ = event; }
    [[nodiscard]] rk_handle_t named_event() const noexcept { return named_; }

    /// Forgets all that is under way; no callback is called any more.
    void close() { calls_.clear(); }

  private:
    struct Call {
        std::string what;
        UserData user;
        rk_handle_t event;
    };

    [[nodiscard]] Result<rk_handle_t> add(std::string what, void* user, rk_release_t release);
    void finish(rk_handle_t handle, const Tell& tell);
    void finish(rk_handle_t handle, const Result<>& outcome);

    const HostSide& side_;
    Failures& failures_;
    Events& events_;
    HandleMap<Call, HandleKind::call> calls_;
    rk_handle_t named_ = 0;
};

}  // namespace rookery::plugin
