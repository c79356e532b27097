#pragma once

#include <rookery/host.hpp>
#include <rookery/task.hpp>
#include <rookery/view.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

/// How what the host calls reaches functions and coroutines of the plugin.
namespace rookery {

/// What becomes of an event that is intercepted. Since 1.2.
enum class Verdict : std::uint8_t {
    pass,  ///< others get it
    stop,  ///< nobody else does
};

namespace detail {

/// A callable that lives as long as a coroutine of it runs.
template <class Callable>
class Shared {
  public:
    explicit Shared(Callable callable) : node_(new Node{std::move(callable), 1}) {}
    Shared(const Shared& other) noexcept : node_(other.node_) { ++node_->count; }
    Shared(Shared&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
    Shared& operator=(Shared other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }
    ~Shared() {
        if (node_ != nullptr && --node_->count == 0) {
            delete node_;
        }
    }

    [[nodiscard]] Callable& operator*() const noexcept { return node_->callable; }

  private:
    struct Node {
        Callable callable;
        std::uint32_t count;
    };

    Node* node_;
};

template <class Keep>
struct KeepingRoot final : Root {
    explicit KeepingRoot(Keep kept) : keep(std::move(kept)) {}
    Keep keep;
};

inline std::uint64_t start(Tasks& tasks, Root* root, Task<> task) {
    const auto frame = task.release();
    root->frame = frame;
    return tasks.start(root, frame.promise());
}

/// A view that keeps its event open.
template <class Event>
Event kept_event(const Host& host, rk_view_t view) {
    Reason().check(host.events->hold(host.raw, view.event), "hold");
    return Event(host.raw, host.views, view, Hold(host.raw, view.event, host.events->release));
}

/// From what the host gives to what the handler takes.
template <class Argument>
struct Given {
    using Event = Argument;
    static const Argument& make(const Host& /*host*/, const Argument& event) { return event; }
};

template <class Argument, class Handler>
struct Subscriber {
    const Host* host;
    Shared<Handler> handler;
    rk_handle_t once = 0;  ///< the subscription, where one event is enough

    Subscriber(const Host* on, Handler callable) : host(on), handler(std::move(callable)) {}

    static rk_status_t run(void* user, rk_view_t view, rk_error_t* error) {
        return guarded(error, [&] {
            auto& self = *static_cast<Subscriber*>(user);
            const Host& host = *self.host;
            const Shared<Handler> handler = self.handler;
            if (self.once != 0) {
                // May free `self`.
                static_cast<void>(host.events->unsubscribe(host.raw, self.once));
            }
            using Event = typename Given<Argument>::Event;
            if constexpr (std::is_void_v<std::invoke_result_t<Handler&, const Argument&>>) {
                (*handler)(Given<Argument>::make(host, Event(host.raw, host.views, view)));
            } else {
                begin(host, handler, Given<Argument>::make(host, kept_event<Event>(host, view)));
            }
            return RK_OK;
        });
    }

  private:
    struct Keep {
        Shared<Handler> handler;
        Argument event;
    };

    static void begin(const Host& host, const Shared<Handler>& handler, Argument event) {
        static_assert(std::is_same_v<std::invoke_result_t<Handler&, const Argument&>, Task<>>,
                      "a handler returns nothing, or is a coroutine of rookery::Task<>");
        const rk_handle_t handle = event.handle().event;
        Boxed<KeepingRoot<Keep>> root(Keep{handler, std::move(event)});
        root.user()->event = handle;
        root.user()->loud = true;
        Task<> task = (*root.user()->keep.handler)(root.user()->keep.event);
        Root* const given = root.user();
        root.given();
        start(*host.tasks, given, std::move(task));
    }
};

/// As Subscriber, for what decides on events.
template <class Event, class Handler>
struct Interceptor {
    const Host* host;
    Shared<Handler> handler;

    Interceptor(const Host* on, Handler callable) : host(on), handler(std::move(callable)) {}

    static rk_status_t run(void* user, rk_view_t view, rk_error_t* error) {
        return guarded(error, [&]() -> rk_status_t {
            auto& self = *static_cast<Interceptor*>(user);
            const Host& host = *self.host;
            const Shared<Handler> handler = self.handler;
            if constexpr (is_task<std::invoke_result_t<Handler&, const Event&>>) {
                Boxed<KeepingRoot<Keep>> root(Keep{handler, kept_event<Event>(host, view)});
                root.user()->event = view.event;
                root.user()->loud = true;
                Task<> task = decide(host, view.event, (*handler)(root.user()->keep.event));
                Root* const given = root.user();
                root.given();
                start(*host.tasks, given, std::move(task));
                return RK_OK;
            } else {
                const Verdict verdict = (*handler)(Event(host.raw, host.views, view));
                return verdict == Verdict::stop ? RK_INTERCEPT_STOP : RK_OK;
            }
        });
    }

  private:
    struct Keep {
        Shared<Handler> handler;
        Event event;
    };

    static Task<> decide(const Host& host, rk_handle_t event, Task<Verdict> decision) {
        // Not within the condition: GCC 12 makes code of that which crashes.
        const Verdict verdict = co_await std::move(decision);
        if (verdict == Verdict::stop) {
            Reason().check(host.events->stop(host.raw, event), "intercept");
        }
    }
};

/// A callable without arguments: of a timer, or from another thread.
template <class Callable>
struct Step {
    const Host* host;
    Shared<Callable> callable;

    Step(const Host* on, Callable what) : host(on), callable(std::move(what)) {}

    static rk_status_t run(void* user, rk_error_t* error) {
        return guarded(error, [user] {
            const auto& self = *static_cast<Step*>(user);
            if constexpr (is_task<std::invoke_result_t<Callable&>>) {
                Tasks& tasks = *self.host->tasks;
                Boxed<KeepingRoot<Shared<Callable>>> root(self.callable);
                root.user()->loud = true;
                Task<> task = (*root.user()->keep)();
                Root* const given = root.user();
                root.given();
                start(tasks, given, std::move(task));
            } else {
                // Its own end may come while it runs: a timer that cancels itself.
                const Shared<Callable> callable = self.callable;
                (*callable)();
            }
            return RK_OK;
        });
    }
};

/// Waits for one event.
template <class Event, class Accept>
class [[nodiscard]] NextEvent {
  public:
    NextEvent(std::string filter, Accept accept, std::uint64_t millis)
        : filter_(std::move(filter)), accept_(std::move(accept)), millis_(millis) {}
    NextEvent(NextEvent&&) = default;
    NextEvent& operator=(NextEvent&&) = delete;
    ~NextEvent() { unsubscribe(); }

    [[nodiscard]] static bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
        waiting_.begin(self);
        const Host& host = waiting_.host();
        subscription_ = subscribe(host, Event::kEvent, filter_, &arrived, this, nullptr);
        alarm_.set(host, millis_, &expired, this);
    }
    Result<Event> await_resume() { return std::move(result_); }

  private:
    static rk_status_t arrived(void* user, rk_view_t view, rk_error_t* error) {
        return guarded(error, [&] {
            auto& self = *static_cast<NextEvent*>(user);
            const Host& host = self.waiting_.host();
            if (!self.accept_(Event(host.raw, host.views, view))) {
                return RK_OK;
            }
            self.result_ = kept_event<Event>(host, view);
            self.alarm_.cancel();
            self.unsubscribe();
            self.waiting_.resume();
            return RK_OK;
        });
    }
    static rk_status_t expired(void* user, rk_error_t* error) {
        return guarded(error, [user] {
            auto& self = *static_cast<NextEvent*>(user);
            self.alarm_.over();
            self.unsubscribe();
            self.waiting_.resume();
            return RK_OK;
        });
    }
    void unsubscribe() noexcept {
        if (subscription_ != 0) {
            const Host& host = waiting_.host();
            static_cast<void>(host.events->unsubscribe(host.raw, std::exchange(subscription_, 0)));
        }
    }

    std::string filter_;
    Accept accept_;
    std::uint64_t millis_;
    Waiting waiting_;
    Alarm alarm_;
    rk_handle_t subscription_ = 0;
    Result<Event> result_{Failure{RK_E_TIMEOUT, "no such event in time"}};
};

}  // namespace detail

/// A coroutine that was spawned. A cheap value, which need not be kept.
class Job {
  public:
    Job() = default;
    Job(detail::Tasks& tasks, Task<> task) : tasks_(&tasks) {
        struct Nothing {};
        id_ = detail::start(tasks, new detail::KeepingRoot<Nothing>(Nothing{}), std::move(task));
    }

    /// Ends it where it waits, destructors and all. False when it has ended.
    bool cancel() const { return tasks_ != nullptr && tasks_->cancel(id_); }

  private:
    detail::Tasks* tasks_ = nullptr;
    std::uint64_t id_ = 0;
};

}  // namespace rookery
