#pragma once

#include <rookery/duration.hpp>
#include <rookery/result.hpp>
#include <rookery/tasks.hpp>

#include <coroutine>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rookery {

namespace detail {

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;

    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (failure != nullptr) {
            std::rethrow_exception(std::exchange(failure, nullptr));
        }
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    static void return_void() noexcept {}
    void take() {
        if (failure != nullptr) {
            std::rethrow_exception(std::exchange(failure, nullptr));
        }
    }
};

}  // namespace detail

/// A coroutine of a plugin: `Task<int> f() { ...; co_return 1; }`. It does nothing until it is
/// awaited (`co_await f()`), or given to Plugin::spawn() or returned by a handler; dropped before
/// that, it never runs. What it throws comes out where it is awaited.
///
/// Parameters that are references must live as long as it: the event of a handler does. A lambda
/// that is a coroutine must live as long as it too: handlers do; elsewhere prefer functions.
template <class T = void>
class [[nodiscard]] Task {
  public:
    using Value = T;
    struct promise_type : detail::Promise<T> {
        Task get_return_object() noexcept {
            return Task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
    };

    Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(frame_, other.frame_);
        return *this;
    }
    ~Task() {
        if (frame_) {
            frame_.destroy();
        }
    }

    [[nodiscard]] static bool await_ready() noexcept { return false; }
    /// Runs it; the awaiting coroutine stops only when it has to wait.
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> parent) {
        detail::PromiseBase& own = frame_.promise();
        own.tasks = parent.promise().tasks;
        frame_.resume();
        if (frame_.done()) {
            return false;
        }
        own.continuation = parent;
        return true;
    }
    T await_resume() { return frame_.promise().take(); }

    /// For what drives tasks; empties this.
    [[nodiscard]] std::coroutine_handle<promise_type> release() noexcept {
        return std::exchange(frame_, nullptr);
    }
    [[nodiscard]] std::coroutine_handle<promise_type> frame() const noexcept { return frame_; }

  private:
    explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}

    std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

/// Something that ends by itself, for a coroutine that waits. `event`: for which that acts.
class Waiting {
  public:
    template <class Promise>
    void begin(std::coroutine_handle<Promise> self) noexcept {
        tasks_ = self.promise().tasks;
        self_ = self;
        event_ = tasks_->host().event;
    }
    [[nodiscard]] const Host& host() const noexcept { return tasks_->host(); }
    void resume() const { tasks_->resume(self_, event_); }

  private:
    Tasks* tasks_ = nullptr;
    std::coroutine_handle<> self_;
    rk_handle_t event_ = 0;
};

/// A timer of one shot that ends with its owner, which must not move while it runs.
class Alarm {
  public:
    Alarm() = default;
    Alarm(Alarm&&) noexcept {}  // before it is set
    Alarm& operator=(Alarm&&) = delete;
    ~Alarm() { cancel(); }

    void set(const Host& host, std::uint64_t millis, rk_task_fn fired, void* user) {
        host_ = &host;
        Reason reason;
        reason.check(host.timers->after(host.raw, millis, fired, user, nullptr, &timer_, reason),
                     "timer");
    }
    void cancel() noexcept {
        if (timer_ != 0) {
            static_cast<void>(host_->timers->cancel(host_->raw, std::exchange(timer_, 0)));
        }
    }
    /// To be called when it has fired.
    void over() noexcept { timer_ = 0; }

  private:
    const Host* host_ = nullptr;
    rk_handle_t timer_ = 0;
};

}  // namespace detail

/// What `co_await sleep(1s)` waits for.
class [[nodiscard]] Sleep {
  public:
    explicit Sleep(std::uint64_t millis) noexcept : millis_(millis) {}
    Sleep(Sleep&&) = default;

    [[nodiscard]] static bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
        waiting_.begin(self);
        alarm_.set(waiting_.host(), millis_, &fired, this);
    }
    static void await_resume() noexcept {}

  private:
    static rk_status_t fired(void* user, rk_error_t* error) {
        return detail::guarded(error, [user] {
            auto& self = *static_cast<Sleep*>(user);
            self.alarm_.over();
            self.waiting_.resume();
            return RK_OK;
        });
    }

    std::uint64_t millis_;
    detail::Waiting waiting_;
    detail::Alarm alarm_;
};

/// `co_await sleep(1s)`: goes on later, at the earliest after that time. Ended with the plugin.
template <class Duration>
[[nodiscard]] Sleep sleep(Duration duration) noexcept {
    return Sleep(detail::millis_of(duration));
}

namespace detail {

template <class T>
struct AwaitedOf {
    using Type = decltype(std::declval<T>().operator co_await().await_resume());
};
template <class T>
requires requires(T& one) { one.await_resume(); }
struct AwaitedOf<T> {
    using Type = decltype(std::declval<T&>().await_resume());
};
template <class T>
using Awaited = typename AwaitedOf<T>::Type;

template <class Awaitable>
Task<Awaited<Awaitable>> as_task(Awaitable awaitable) {
    co_return co_await std::move(awaitable);
}
template <class T>
Task<T> as_task(Task<T> task) {
    return task;
}

template <class T>
using Filled = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T>
Filled<T> take(Task<T>& task) {
    if constexpr (std::is_void_v<T>) {
        task.frame().promise().take();
        return {};
    } else {
        return task.frame().promise().take();
    }
}

/// Begins coroutines that one waits for together; ends those that still run at its own end.
class Joined {
  public:
    explicit Joined(bool any) noexcept { join_.any = any; }

    template <class Promise, class... Ts>
    bool begin(std::coroutine_handle<Promise> parent, Task<Ts>&... tasks) {
        join_.tasks = parent.promise().tasks;
        join_.parent = parent;
        join_.left = sizeof...(Ts);
        std::size_t index = 0;
        (one(tasks, index++), ...);
        join_.waits = true;
        return !join_.over();
    }
    template <class Promise, class T>
    bool begin(std::coroutine_handle<Promise> parent, std::vector<Task<T>>& tasks) {
        join_.tasks = parent.promise().tasks;
        join_.parent = parent;
        join_.left = tasks.size();
        for (std::size_t index = 0; index < tasks.size(); ++index) {
            one(tasks[index], index);
        }
        join_.waits = true;
        return !join_.over();
    }
    [[nodiscard]] std::size_t first() const noexcept { return join_.first; }

  private:
    template <class T>
    void one(Task<T>& task, std::size_t index) {
        if (join_.any && join_.over()) {
            return;
        }
        PromiseBase& promise = task.frame().promise();
        promise.tasks = join_.tasks;
        promise.join = &join_;
        promise.index = index;
        task.frame().resume();
    }

    Join join_;
};

template <class... Ts>
class [[nodiscard]] AllOf {
  public:
    explicit AllOf(Task<Ts>&&... tasks) : tasks_(std::move(tasks)...) {}
    [[nodiscard]] static bool await_ready() noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> parent) {
        return std::apply([&](auto&... each) { return joined_.begin(parent, each...); }, tasks_);
    }
    std::tuple<Filled<Ts>...> await_resume() {
        return std::apply([](auto&... each) { return std::tuple<Filled<Ts>...>{take(each)...}; },
                          tasks_);
    }

  private:
    Joined joined_{false};
    std::tuple<Task<Ts>...> tasks_;
};

template <class T>
class [[nodiscard]] EachOf {
  public:
    explicit EachOf(std::vector<Task<T>>&& tasks) : tasks_(std::move(tasks)) {}
    [[nodiscard]] static bool await_ready() noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> parent) {
        return joined_.begin(parent, tasks_);
    }
    std::vector<Filled<T>> await_resume() {
        std::vector<Filled<T>> out;
        for (Task<T>& task : tasks_) {
            out.push_back(take(task));
        }
        return out;
    }

  private:
    Joined joined_{false};
    std::vector<Task<T>> tasks_;
};

template <class... Ts>
class [[nodiscard]] FirstOf {
  public:
    explicit FirstOf(Task<Ts>&&... tasks) : tasks_(std::move(tasks)...) {}
    [[nodiscard]] static bool await_ready() noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> parent) {
        return std::apply([&](auto&... each) { return joined_.begin(parent, each...); }, tasks_);
    }
    std::variant<Filled<Ts>...> await_resume() { return pick(std::index_sequence_for<Ts...>()); }

  private:
    using Out = std::variant<Filled<Ts>...>;
    template <std::size_t... Is>
    Out pick(std::index_sequence<Is...>) {
        std::optional<Out> out;
        ((Is == joined_.first()
              ? void(out.emplace(std::in_place_index<Is>, take(std::get<Is>(tasks_))))
              : void()),
         ...);
        return std::move(*out);
    }

    Joined joined_{true};
    std::tuple<Task<Ts>...> tasks_;
};

}  // namespace detail

/// `auto [a, b] = co_await all(f(), messages().get(channel, id))`: both at once; goes on when all
/// have ended. Throws what the first of them, in their order, has thrown.
template <class... Awaitables>
[[nodiscard]] auto all(Awaitables... awaitables) {
    return detail::AllOf<detail::Awaited<Awaitables>...>(detail::as_task(std::move(awaitables))...);
}
template <class T>
[[nodiscard]] auto all(std::vector<Task<T>> tasks) {
    return detail::EachOf<T>(std::move(tasks));
}
/// `co_await race(f(), sleep(1s))`: a std::variant of what ended first, by its index(); the others
/// are cancelled.
template <class... Awaitables>
[[nodiscard]] auto race(Awaitables... awaitables) {
    return detail::FirstOf<detail::Awaited<Awaitables>...>(
        detail::as_task(std::move(awaitables))...);
}

}  // namespace rookery
