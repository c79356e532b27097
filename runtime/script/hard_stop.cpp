#include "script/hard_stop.hpp"

#include "base/assert.hpp"
#include "script/code_map.hpp"
#include "script/stack_guard.hpp"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <limits>
#include <mutex>
#include <sys/syscall.h>
#include <thread>
#include <ucontext.h>
#include <unistd.h>
#include <vector>

namespace rookery::script {

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kRetry = 500'000;  // ns
constexpr int kSignalOffset =
    5;  // SIGRTMIN and the next ones are popular with debuggers and libraries

int stop_signal() noexcept { return SIGRTMIN + kSignalOffset; }

std::int64_t steady_ns() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

std::uintptr_t interrupted_at(void* context) noexcept {
    const auto* machine = &static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    return static_cast<std::uintptr_t>(machine->gregs[REG_RIP]);
#elif defined(__aarch64__)
    return static_cast<std::uintptr_t>(machine->pc);
#else
#error "the hard stop needs to know where this processor keeps the program counter"
#endif
}

constinit thread_local Watch* t_running = nullptr;
struct sigaction g_fault_before {};

}  // namespace

constinit thread_local volatile int NoStop::depth_ = 0;

/// One thread for all watches. Sleeps until the earliest deadline; a run whose deadline lies later
/// wakes nobody, so that a busy script costs a store and a load for each run.
class Watchdog {
  public:
    static std::shared_ptr<Watchdog> get();

    Watchdog() : thread_([this] { loop(); }) {}
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
    ~Watchdog() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }

    void add(Watch* watch) {
        const std::lock_guard lock(mutex_);
        watches_.push_back(watch);
    }

    void remove(Watch* watch) {
        const std::lock_guard lock(mutex_);
        std::erase(watches_, watch);
    }

    /// A deadline has been set. Pairs with loop(): either this sees the time that the loop will
    /// sleep until, or the loop sees the deadline.
    void expect(std::int64_t deadline) {
        if (deadline < sleeping_until_.load()) {
            {
                const std::lock_guard lock(mutex_);
                woken_ = true;
            }
            changed_.notify_one();
        }
    }

  private:
    void loop();
    std::int64_t check();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Watch*> watches_;
    bool woken_ = false;
    bool stopping_ = false;
    std::atomic<std::int64_t> sleeping_until_{kNever};
    std::thread thread_;
};

std::shared_ptr<Watchdog> Watchdog::get() {
    static std::mutex mutex;
    static std::weak_ptr<Watchdog> current;
    const std::lock_guard lock(mutex);
    auto watchdog = current.lock();
    if (!watchdog) {
        watchdog = std::make_shared<Watchdog>();
        current = watchdog;
    }
    return watchdog;
}

void Watchdog::loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        woken_ = false;
        sleeping_until_.store(kNever);
        const std::int64_t next = check();
        sleeping_until_.store(next);
        const auto due = [this] { return woken_ || stopping_; };
        if (next == kNever) {
            changed_.wait(lock, due);
        } else {
            changed_.wait_until(lock, SteadyTime{std::chrono::nanoseconds{next}}, due);
        }
    }
}

/// Signals every thread whose deadline has passed; returns when to look again.
std::int64_t Watchdog::check() {
    const std::int64_t now = steady_ns();
    std::int64_t next = kNever;
    for (Watch* watch : watches_) {
        const std::int64_t deadline = watch->deadline_.load();
        if (deadline == 0) {
            continue;
        }
        if (deadline > now) {
            next = std::min(next, deadline);
            continue;
        }
        watch->condemned_.store(deadline);
        // By kernel id: unlike pthread_kill that is harmless when the thread has just ended.
        ::syscall(SYS_tgkill, ::getpid(), watch->thread_.load(), stop_signal());
        next = std::min(next, now + kRetry);
    }
    return next;
}

Watch::Watch() : watchdog_(Watchdog::get()) {
    install_handlers();
    watchdog_->add(this);
}

void Watch::install_handlers() {
    static const bool installed = [] {
        refresh_code_map();
        struct sigaction action {};
        action.sa_sigaction = &Watch::on_signal;
        // No mask is saved by sigsetjmp, so none may be left by jumping out: the signal is not
        // blocked.
        action.sa_flags = SA_SIGINFO | SA_RESTART | SA_NODEFER;
        sigemptyset(&action.sa_mask);
        const bool stops = ::sigaction(stop_signal(), &action, nullptr) == 0;
        action.sa_sigaction = &Watch::on_fault;
        action.sa_flags |= SA_ONSTACK;
        return stops && ::sigaction(SIGSEGV, &action, &g_fault_before) == 0;
    }();
    RK_ASSERT(installed);
}

Watch::~Watch() { watchdog_->remove(this); }

bool Watch::run(Millis budget, void (*body)(void*), void* argument) {
    RK_ASSERT(t_running == nullptr);
    if (sigsetjmp(return_point_, 0) != 0) {
        return false;
    }
    thread_local const int thread = static_cast<int>(::syscall(SYS_gettid));
    thread_.store(thread, std::memory_order_relaxed);
    NoStop::depth_ = 0;
    StackGuard::arm();
    too_deep_ = false;
    t_running = this;
    const std::int64_t deadline =
        budget.count() <= 0 ? kNever : steady_ns() + std::chrono::nanoseconds{budget}.count();
    deadline_.store(deadline);
    watchdog_->expect(deadline);
    body(argument);
    deadline_.store(0, std::memory_order_release);
    t_running = nullptr;
    return true;
}

void Watch::leave_if_late() noexcept {
    Watch* const watch = t_running;
    if (watch == nullptr || NoStop::active()) {
        return;
    }
    const std::int64_t deadline = watch->deadline_.load(std::memory_order_relaxed);
    if (deadline == 0 || deadline != watch->condemned_.load(std::memory_order_relaxed)) {
        return;
    }
    watch->leave();
}

void Watch::leave() noexcept {
    too_deep_ = StackGuard::is_open();
    deadline_.store(0);
    t_running = nullptr;
    siglongjmp(return_point_, 1);
}

/// The run has come to the end of its stack. Where it cannot be left at once it goes on, as one
/// whose time is up.
void Watch::on_fault(int signal, siginfo_t* info, void* context) {
    if (!StackGuard::touched(*info)) {
        if ((g_fault_before.sa_flags & SA_SIGINFO) != 0) {
            g_fault_before.sa_sigaction(signal, info, context);
        } else if (g_fault_before.sa_handler != SIG_DFL && g_fault_before.sa_handler != SIG_IGN) {
            g_fault_before.sa_handler(signal);
        } else {
            ::sigaction(signal, &g_fault_before, nullptr);
        }
        return;
    }
    Watch* const watch = t_running;
    if (watch == nullptr) {
        return;
    }
    const CodePlace place = code_place(interrupted_at(context));
    if (!NoStop::active() && (place == CodePlace::luajit || place == CodePlace::generated)) {
        watch->leave();
    }
    constexpr std::int64_t kLongAgo = 1;
    watch->condemned_.store(kLongAgo);
    watch->deadline_.store(kLongAgo);
}

void Watch::on_signal(int /*signal*/, siginfo_t* /*info*/, void* context) {
    Watch* watch = t_running;
    if (watch == nullptr || NoStop::active()) {
        return;
    }
    // A signal that was late for its run must not hit the next one.
    const std::int64_t deadline = watch->deadline_.load();
    if (deadline == 0 || deadline != watch->condemned_.load()) {
        return;
    }
    const CodePlace place = code_place(interrupted_at(context));
    if (place != CodePlace::luajit && place != CodePlace::generated) {
        return;
    }
    watch->leave();
}

}  // namespace rookery::script
