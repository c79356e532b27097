#pragma once

#include <rookery/host.hpp>

#include <utility>

namespace rookery {

/// Names something that the plugin has registered: a handler, a timer. The host undoes every
/// registration when the plugin ends, so most plugins ignore it. A cheap value.
class Registration {
  public:
    using Undo = rk_status_t (*)(const rk_host_t*, rk_handle_t);

    Registration() = default;
    Registration(const Host& host, rk_handle_t handle, Undo undo) noexcept
        : host_(&host), handle_(handle), undo_(undo) {}

    /// Nothing more is called. False when it is gone already (a timer that has fired).
    bool cancel() const noexcept { return host_ != nullptr && undo_(host_->raw, handle_) == RK_OK; }

  private:
    const Host* host_ = nullptr;
    rk_handle_t handle_ = 0;
    Undo undo_ = nullptr;
};

/// Cancels its registration at its end.
class ScopedRegistration {
  public:
    ScopedRegistration() = default;
    ScopedRegistration(Registration registration) noexcept  // NOLINT(google-explicit-constructor)
        : registration_(registration) {}
    ScopedRegistration(ScopedRegistration&& other) noexcept
        : registration_(std::exchange(other.registration_, {})) {}
    ScopedRegistration& operator=(ScopedRegistration&& other) noexcept {
        if (this != &other) {
            registration_.cancel();
            registration_ = std::exchange(other.registration_, {});
        }
        return *this;
    }
    ~ScopedRegistration() { registration_.cancel(); }

  private:
    Registration registration_;
};

/// Keeps an event (its views, its texts, its place among the unfinished ones) after its handler has
/// returned, for as long as this lives.
class HeldEvent {
  public:
    /// Throws Error when the event is gone.
    HeldEvent(const Host& host, rk_handle_t event) : host_(&host), event_(event) {
        detail::Reason().check(host.events->hold(host.raw, event), "hold");
    }
    HeldEvent(HeldEvent&& other) noexcept
        : host_(other.host_), event_(std::exchange(other.event_, 0)) {}
    HeldEvent& operator=(HeldEvent&&) = delete;
    ~HeldEvent() {
        if (event_ != 0) {
            static_cast<void>(host_->events->release(host_->raw, event_));
        }
    }

    [[nodiscard]] rk_handle_t handle() const noexcept { return event_; }

  private:
    const Host* host_;
    rk_handle_t event_;
};

}  // namespace rookery
