#pragma once

#include "base/clock.hpp"

#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <memory>

/// How a runaway script is stopped while its thread, and everything else, goes on.
///
/// A hook would not do: LuaJIT's compiled loops never look at hooks, string.find never does, and
/// pcall catches what a hook raises. Instead a watchdog thread sends the script's thread a signal
/// once the budget of a run has passed, and the signal's handler leaves the run by siglongjmp, but
/// only from where nothing can be held: LuaJIT's own text or the machine code that it wrote
/// (code_map.hpp), with no host function below (NoStop). Anywhere else the handler returns and the
/// watchdog tries again half a millisecond later. A script that spends nearly all of its time in
/// host functions would seldom be met between two of them: they leave the run themselves at their
/// end.
namespace rookery::script {

class Watchdog;

/// Bars hard stops of the calling thread. Every C++ function that Lua calls holds one: a jump would
/// skip its destructors. An error that Lua raises unwinds C++ frames properly and so lifts the bar.
class NoStop {
  public:
    NoStop() noexcept { depth_ = depth_ + 1; }
    ~NoStop() { depth_ = depth_ - 1; }
    NoStop(const NoStop&) = delete;
    NoStop& operator=(const NoStop&) = delete;

    [[nodiscard]] static bool active() noexcept { return depth_ != 0; }

  private:
    friend class Watch;
    static thread_local volatile int depth_;
};

/// The budget of one Lua state's runs. Used by one thread at a time, not nested.
class Watch {
  public:
    Watch();
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Calls body(argument). False when it was stopped because it ran longer than `budget` (zero:
    /// no limit) or deeper than its thread's stack goes. Then the frames of `body` are gone without
    /// a trace: between here and Lua there must be no object with a destructor and no lock, and the
    /// Lua state must never be touched again.
    [[nodiscard]] bool run(Millis budget, void (*body)(void*), void* argument);

    /// Whether the last run was stopped because it had used up its thread's stack.
    [[nodiscard]] bool ran_too_deep() const noexcept { return too_deep_; }

    /// Leaves the calling thread's run when its budget has passed and nothing bars it. Called where
    /// a host function, or the allocator, is about to return to Lua, with no object with a
    /// destructor below run().
    static void leave_if_late() noexcept;

  private:
    friend class Watchdog;
    static void on_signal(int signal, siginfo_t* info, void* context);
    static void on_fault(int signal, siginfo_t* info, void* context);
    static void install_handlers();
    void leave() noexcept;

    std::shared_ptr<Watchdog> watchdog_;
    std::atomic<std::int64_t> deadline_{0};   ///< ns of the steady clock; 0: not running
    std::atomic<std::int64_t> condemned_{0};  ///< the deadline that has been found passed
    std::atomic<int> thread_{0};
    bool too_deep_ = false;
    sigjmp_buf return_point_{};
};

}  // namespace rookery::script
