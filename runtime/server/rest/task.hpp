#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace rookery::server::rest {

/// A coroutine that runs when it is awaited, or started as the outermost one. Owns its frame, and
/// by that whatever it awaits: dropped while it waits, it never goes on. Server thread.
template <class T>
class [[nodiscard]] Task {
  public:
    struct promise_type {
        std::optional<T> value;
        std::exception_ptr thrown;
        std::coroutine_handle<> waiting;

        Task get_return_object() {
            return Task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        struct Back {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(
                std::coroutine_handle<promise_type> done) noexcept {
                const auto waiting = done.promise().waiting;
                return waiting ? waiting : std::noop_coroutine();
            }
            void await_resume() noexcept {}
        };
        Back final_suspend() noexcept { return {}; }
        void return_value(T result) { value.emplace(std::move(result)); }
        void unhandled_exception() { thrown = std::current_exception(); }
    };

    Task() = default;
    Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(frame_, other.frame_);
        return *this;
    }
    ~Task() {
        if (frame_) {
            frame_.destroy();
        }
    }

    void start() { frame_.resume(); }
    [[nodiscard]] bool done() const { return frame_.done(); }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
        frame_.promise().waiting = waiting;
        return frame_;
    }
    T await_resume() {
        if (frame_.promise().thrown) {
            std::rethrow_exception(frame_.promise().thrown);
        }
        return std::move(*frame_.promise().value);
    }

  private:
    explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}

    std::coroutine_handle<promise_type> frame_;
};

}  // namespace rookery::server::rest
