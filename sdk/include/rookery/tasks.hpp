#pragma once

#include <rookery/host.hpp>

#include <coroutine>
#include <exception>
#include <utility>
#include <vector>

namespace rookery::detail {

class Tasks;

/// The outermost coroutine of a chain, and what it must find alive as long as it runs.
struct Root {
    Root() = default;
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;
    virtual ~Root() = default;

    std::coroutine_handle<> frame;
    std::uint64_t id = 0;
    rk_handle_t event = 0;  ///< that it acts for
    bool loud = false;      ///< what it throws at its beginning goes to who began it
    Root* next = nullptr;
};

/// Of several coroutines that one waits for together.
struct Join {
    Tasks* tasks = nullptr;
    std::coroutine_handle<> parent;
    std::size_t left = 0;
    std::size_t first = kNone;  ///< the one that ended first
    bool any = false;           ///< one is enough
    bool waits = false;

    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    [[nodiscard]] bool over() const noexcept { return any ? first != kNone : left == 0; }
    inline void ended(std::size_t index);
};

/// What ended() of a coroutine tells, besides its value.
struct PromiseBase {
    Tasks* tasks = nullptr;
    std::coroutine_handle<> continuation;
    Root* root = nullptr;
    Join* join = nullptr;
    std::size_t index = 0;
    std::exception_ptr failure;

    struct Last {
        static bool await_ready() noexcept { return false; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> self) noexcept {
            self.promise().end();
        }
        static void await_resume() noexcept {}
    };

    static std::suspend_always initial_suspend() noexcept { return {}; }
    static Last final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }
    inline void end() noexcept;
};

/// The coroutines of one plugin instance. They run on the instance's thread, one at a time, and end
/// with the instance: what is suspended then is destroyed, destructors and all.
class Tasks {
  public:
    explicit Tasks(const Host& host) : host_(host) {}
    Tasks(const Tasks&) = delete;
    Tasks& operator=(const Tasks&) = delete;
    ~Tasks() { cancel_all(); }

    [[nodiscard]] const Host& host() const noexcept { return host_; }

    /// Runs it until it first waits; owned from here on. Throws what a loud one throws until then.
    std::uint64_t start(Root* root, PromiseBase& promise) {
        if (closed_) {
            drop(root);
            return 0;
        }
        promise.tasks = this;
        promise.root = root;
        root->id = ++last_id_;
        root->next = std::exchange(first_, root);
        const std::uint64_t id = root->id;
        const bool loud = root->loud;
        run(root->frame, root->event);
        if (std::exception_ptr failure = std::exchange(failure_, nullptr)) {
            if (loud) {
                std::rethrow_exception(std::move(failure));
            }
            complain(failure);
        }
        return id;
    }

    /// Goes on with a coroutine that waited; `event`: for which it acts. Throws what ended it, for
    /// the host to log.
    void resume(std::coroutine_handle<> waiting, rk_handle_t event) {
        run(waiting, event);
        if (std::exception_ptr failure = std::exchange(failure_, nullptr)) {
            std::rethrow_exception(std::move(failure));
        }
    }
    /// Goes on with it as soon as what runs at the moment has come to rest.
    void ready(std::coroutine_handle<> waiting) { ready_.push_back(waiting); }

    /// False when it has ended. One that cancels itself ends when it next waits.
    bool cancel(std::uint64_t id) {
        for (Root** place = &first_; *place != nullptr; place = &(*place)->next) {
            if ((*place)->id == id) {
                Root* const root = *place;
                *place = root->next;
                if (depth_ != 0) {
                    root->next = std::exchange(ended_, root);
                } else {
                    drop(root);
                }
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] std::size_t count() const noexcept {
        std::size_t count = 0;
        for (const Root* root = first_; root != nullptr; root = root->next) {
            ++count;
        }
        return count;
    }

    /// Destroys all of them; whatever is started later is destroyed at once.
    void cancel_all() {
        closed_ = true;
        ready_.clear();
        while (Root* const root = first_) {
            first_ = root->next;
            drop(root);
        }
    }

    void ended(Root* root, std::exception_ptr failure) {
        for (Root** place = &first_; *place != nullptr; place = &(*place)->next) {
            if (*place == root) {
                *place = root->next;
                root->next = std::exchange(ended_, root);
                break;
            }
        }
        if (failure != nullptr && failure_ != nullptr) {
            complain(failure);
        } else if (failure != nullptr) {
            failure_ = std::move(failure);
        }
    }

  private:
    static void drop(Root* root) {
        root->frame.destroy();
        delete root;
    }

    void run(std::coroutine_handle<> frame, rk_handle_t event) {
        const rk_handle_t before = std::exchange(host_.event, event);
        ++depth_;
        frame.resume();
        --depth_;
        // What ended has its continuations in the list: nested resumptions would grow the stack
        // with each step of a loop.
        while (depth_ == 0 && !ready_.empty()) {
            const auto next = ready_.back();
            ready_.pop_back();
            ++depth_;
            next.resume();
            --depth_;
        }
        host_.event = before;
        while (depth_ == 0 && ended_ != nullptr) {
            drop(std::exchange(ended_, ended_->next));
        }
    }

    void complain(const std::exception_ptr& failure) const noexcept {
        rk_error_t error{};
        error.size = sizeof(error);
        guarded(&error, [&]() -> rk_status_t { std::rethrow_exception(failure); });
        try {
            const std::string line = "a task failed: " + std::string(error.text, error.length);
            static_cast<void>(host_.log->write(host_.raw, RK_LOG_ERROR, to_text(line)));
        } catch (...) {  // no memory for the line: there is nowhere left to tell
        }
    }

    const Host& host_;
    Root* first_ = nullptr;
    Root* ended_ = nullptr;  ///< or cancelled while something ran: destroyed when all rests
    std::vector<std::coroutine_handle<>> ready_;
    std::exception_ptr failure_;
    std::uint64_t last_id_ = 0;
    unsigned depth_ = 0;
    bool closed_ = false;
};

inline void Join::ended(std::size_t index) {
    if (over()) {
        return;
    }
    first = first == kNone ? index : first;
    --left;
    if (over() && waits) {
        tasks->ready(parent);
    }
}

inline void PromiseBase::end() noexcept {
    if (join != nullptr) {
        join->ended(index);
    } else if (continuation) {
        tasks->ready(continuation);
    } else if (root != nullptr) {
        tasks->ended(root, std::exchange(failure, nullptr));
    }
}

}  // namespace rookery::detail
