#pragma once

#include "base/log.hpp"
#include "base/result.hpp"
#include "hostapi/worker.hpp"
#include "plugin/debug_host.hpp"

#include <rookery/abi/entry.h>
#include <rookery/abi/ext/timers.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace rookery::plugin {

class Plugin;

/// The states of the C interface; `over` is after destroy.
enum class Phase : std::uint8_t { creating, running, stopping, over };

/// What one plugin instance holds as its rk_host_t. It outlives the instance wherever the library
/// stays mapped, so that a call after the end is answered and not a crash.
class HostSide final : public rk_host, public std::enable_shared_from_this<HostSide> {
  public:
    HostSide(std::string own_name, Plugin& plugin, log::Logger log, hostapi::Worker& worker);

    /// Instance thread; null once the instance is over.
    [[nodiscard]] Plugin* plugin() const noexcept { return plugin_; }
    [[nodiscard]] Phase phase() const noexcept { return phase_.load(std::memory_order_relaxed); }
    void set_phase(Phase phase) noexcept { phase_.store(phase, std::memory_order_relaxed); }

    [[nodiscard]] const log::Logger& log() const noexcept { return log_; }
    /// Null when nobody looks for mistakes.
    [[nodiscard]] DebugHost* debug() const noexcept { return debug_.get(); }

    /// A task from any thread for the instance thread. On failure `user` stays with the caller.
    rk_status_t post(rk_task_fn task, void* user, rk_release_t release);

    /// Instance thread: refuses further tasks and releases those that wait.
    void close();
    /// Instance thread: the instance goes; calls are answered with RK_E_STATE from now on.
    void end() noexcept;

  private:
    struct Posted {
        rk_task_fn task;
        void* user;
        rk_release_t release;
    };
    static constexpr std::size_t kMaxPosted = 100'000;

    void run_posted();

    std::string name_text_;
    log::Logger log_;
    std::unique_ptr<DebugHost> debug_;
    Plugin* plugin_;
    std::atomic<Phase> phase_{Phase::creating};
    std::weak_ptr<hostapi::Worker> worker_;
    std::mutex mutex_;
    std::vector<Posted> posted_;
    bool open_ = true;
};

/// The instance that this thread is calling at the moment; null outside.
extern constinit thread_local const rk_host* t_entered;

/// Marks the thread as being inside the plugin.
class Entered {
  public:
    explicit Entered(const rk_host& host) noexcept : before_(std::exchange(t_entered, &host)) {}
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    ~Entered() { t_entered = before_; }

  private:
    const rk_host* before_;
};

/// Writes status and text, the text cut where it does not fit; `error` may be null or small.
rk_status_t fail(rk_error_t* error, rk_status_t status, std::string_view text) noexcept;
rk_status_t fail(rk_error_t* error, const Error& reason) noexcept;
/// What a plugin reported, made safe to print.
[[nodiscard]] Error error_of(rk_status_t status, const rk_error_t& error);
[[nodiscard]] rk_status_t status_of(ErrorKind kind) noexcept;

/// The text as the plugin gets it: in the debug host a copy that cannot be used any more once
/// `owner` (0: the call) is gone. `function` is a constant: "views.get".
[[nodiscard]] inline rk_text_t lend(const rk_host& host, rk_handle_t owner, std::string_view text,
                                    const char* function) {
    DebugHost* const debug = static_cast<const HostSide&>(host).debug();
    if (debug != nullptr) {
        text = debug->lend(owner, text, function);
    }
    return {text.data(), text.size()};
}

/// The texts of that owner hold no longer.
inline void fence(const rk_host& host, rk_handle_t owner) {
    if (DebugHost* const debug = static_cast<const HostSide&>(host).debug()) {
        debug->fence(owner);
    }
}

/// Tells of a mistake where somebody looks for them.
inline void broken_rule(const rk_host& host, std::string_view function, std::string_view rule) {
    if (DebugHost* const debug = static_cast<const HostSide&>(host).debug()) {
        debug->violated(function, rule);
    }
}

/// Tells what the plugin has used of what it had given back.
inline void settle(const rk_host& host) {
    if (DebugHost* const debug = static_cast<const HostSide&>(host).debug()) {
        debug->settle();
    }
}

/// Calls into the plugin. An exception that comes out becomes RK_E_INTERNAL with its text.
template <class Call>
rk_status_t enter(const rk_host& host, rk_error_t& error, const Call& call) noexcept {
    const Entered inside(host);
    struct Settle {
        const rk_host& host;
        ~Settle() { settle(host); }
    } const at_the_end{host};
    error.size = sizeof(rk_error_t);
    error.status = RK_OK;
    error.length = 0;
    try {
        return call(&error);
    } catch (const std::exception& exception) {
        return fail(&error, RK_E_INTERNAL,
                    std::string("an exception escaped: ") + exception.what());
    } catch (...) {
        return fail(&error, RK_E_INTERNAL, "an exception of an unknown type escaped");
    }
}

/// What a plugin entrusted to the host along with a callback; gives it back at its end. Instance
/// thread.
class UserData {
  public:
    UserData(const HostSide& side, void* user, rk_release_t release) noexcept
        : side_(&side), user_(user), release_(release) {}
    UserData(UserData&& other) noexcept
        : side_(other.side_),
          user_(other.user_),
          release_(std::exchange(other.release_, nullptr)) {}
    UserData& operator=(UserData&&) = delete;
    ~UserData();

    [[nodiscard]] void* get() const noexcept { return user_; }
    /// From now on it is the host's to give back.
    void set_release(rk_release_t release) noexcept { release_ = release; }

  private:
    const HostSide* side_;
    void* user_;
    rk_release_t release_;
};

}  // namespace rookery::plugin
