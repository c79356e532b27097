#pragma once

#include "server/rest/call.hpp"

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace rookery::server::rest {

/// Awaits the value that a callback brings, be it at once or later; never when the call's task has
/// gone by then. Named, and then awaited.
template <class T>
class Awaiting {
  public:
    using Done = std::function<void(T)>;

    Awaiting(const Call& call, std::function<void(Done)> begin)
        : call_(call), begin_(std::move(begin)) {}

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> waiting) {
        state_ = std::make_shared<State>();
        begin_([state = state_, &call = call_, waiting,
                alive = std::weak_ptr<const bool>(call_.alive)](T value) {
            if (alive.expired()) {
                return;
            }
            state->value.emplace(std::move(value));
            if (state->waits) {
                call.resume(waiting);
            }
        });
        state_->waits = !state_->value;
        return state_->waits;
    }
    T await_resume() { return std::move(*state_->value); }

  private:
    struct State {
        bool waits = false;
        std::optional<T> value;
    };
    const Call& call_;
    std::function<void(Done)> begin_;
    std::shared_ptr<State> state_;
};

}  // namespace rookery::server::rest
