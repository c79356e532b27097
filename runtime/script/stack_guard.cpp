#include "script/stack_guard.hpp"

#include <memory>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rookery::script {
namespace {

constexpr std::size_t kZone = std::size_t{256} << 10U;
constexpr std::size_t kReserve = std::size_t{256} << 10U;  // below the zone, for what is let on
constexpr std::size_t kLeastStack = 8 * kZone;
constexpr std::uintptr_t kStep = std::uintptr_t{16} << 10U;  // opened at a time
constexpr std::size_t kHandlerStack = std::size_t{64} << 10U;

struct Zone {
    std::uintptr_t begin = 0;   ///< 0: there is none
    std::uintptr_t barred = 0;  ///< the end of what is barred; `begin`: nothing is
    bool known = false;

    [[nodiscard]] bool whole() const noexcept { return begin != 0 && barred == begin + kZone; }
};
constinit thread_local Zone t_zone;

/// The stack that signal handlers of this thread run on: its own may be used up.
class HandlerStack {
  public:
    HandlerStack() : memory_(new char[kHandlerStack]) {
        stack_t mine{};
        mine.ss_sp = memory_.get();
        mine.ss_size = kHandlerStack;
        stack_t before{};
        // Somebody else's, a sanitizer's, will do.
        if (::sigaltstack(nullptr, &before) == 0 && (before.ss_flags & SS_DISABLE) != 0) {
            used_ = ::sigaltstack(&mine, nullptr) == 0;
        }
    }
    HandlerStack(const HandlerStack&) = delete;
    HandlerStack& operator=(const HandlerStack&) = delete;
    ~HandlerStack() {
        if (used_) {
            stack_t none{};
            none.ss_flags = SS_DISABLE;
            ::sigaltstack(&none, nullptr);
        }
    }

  private:
    std::unique_ptr<char[]> memory_;
    bool used_ = false;
};

/// Opens the zone again at the thread's end: the stack is used for other threads.
struct AtEnd {
    AtEnd() = default;
    AtEnd(const AtEnd&) = delete;
    AtEnd& operator=(const AtEnd&) = delete;
    ~AtEnd() {
        if (t_zone.begin != 0) {
            ::mprotect(reinterpret_cast<void*>(t_zone.begin), kZone, PROT_READ | PROT_WRITE);
        }
        t_zone.begin = 0;
    }
};

void find_zone() {
    t_zone.known = true;
    if (::syscall(SYS_gettid) == ::getpid()) {
        return;
    }
    pthread_attr_t attributes;
    if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) {
        return;
    }
    void* low = nullptr;
    std::size_t size = 0;
    const bool found = ::pthread_attr_getstack(&attributes, &low, &size) == 0;
    ::pthread_attr_destroy(&attributes);
    if (!found || size < kLeastStack) {
        return;
    }
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(low) + kReserve;
    t_zone.begin = (begin + page - 1) / page * page;
    t_zone.barred = t_zone.begin;
    thread_local const HandlerStack handlers;
    thread_local const AtEnd at_end;
    static_cast<void>(handlers);
    static_cast<void>(at_end);
}

}  // namespace

void StackGuard::arm() noexcept {
    if (t_zone.whole()) {
        return;
    }
    if (!t_zone.known) {
        find_zone();
    }
    if (t_zone.begin != 0 &&
        ::mprotect(reinterpret_cast<void*>(t_zone.begin), kZone, PROT_NONE) == 0) {
        t_zone.barred = t_zone.begin + kZone;
    }
}

bool StackGuard::touched(const siginfo_t& info) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(info.si_addr);
    if (address < t_zone.begin || address >= t_zone.barred) {
        return false;
    }
    // Step by step: each gives another chance to meet it where it can be stopped.
    const std::uintptr_t end = t_zone.barred;
    t_zone.barred = t_zone.begin + (address - t_zone.begin) / kStep * kStep;
    return ::mprotect(reinterpret_cast<void*>(t_zone.barred), end - t_zone.barred,
                      PROT_READ | PROT_WRITE) == 0;
}

bool StackGuard::is_open() noexcept { return t_zone.begin != 0 && !t_zone.whole(); }

}  // namespace rookery::script
