#include "plugin/debug_host.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace rookery::plugin {
namespace {

constexpr std::size_t kPagesBytes = std::size_t{16} << 10U;
constexpr std::size_t kFences = 1024;  // the oldest is taken down for a new one
constexpr unsigned kMaxLogged = 100;
constexpr int kPoison = 0xDD;

/// One fenced stretch as the signal's handler sees it. An entry is written before `begin` is, and
/// taken down kFences later: the handler, which locks nothing, is done with it long before.
struct Fence {
    std::atomic<std::uintptr_t> begin{0};
    std::uintptr_t size = 0;
    const DebugHost* owner = nullptr;
    std::vector<std::pair<std::uintptr_t, const char*>> lent;  ///< where each text begins, sorted
    std::atomic<std::uintptr_t> hit{0};                        ///< address that was touched
};

std::mutex g_mutex;
std::array<Fence, kFences> g_fences;
std::size_t g_next = 0;
std::atomic<unsigned> g_hits{0};
struct sigaction g_before {};

void on_fault(int signal, siginfo_t* info, void* context) {
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    for (Fence& fence : g_fences) {
        const std::uintptr_t begin = fence.begin.load(std::memory_order_acquire);
        if (begin != 0 && address >= begin && address - begin < fence.size) {
            fence.hit.store(address);
            g_hits.fetch_add(1);
            ::mprotect(reinterpret_cast<void*>(begin), fence.size, PROT_READ | PROT_WRITE);
            return;
        }
    }
    // Not ours: as if this handler were not there.
    if ((g_before.sa_flags & SA_SIGINFO) != 0 && g_before.sa_sigaction != nullptr) {
        g_before.sa_sigaction(signal, info, context);
    } else if (g_before.sa_handler != SIG_DFL && g_before.sa_handler != SIG_IGN) {
        g_before.sa_handler(signal);
    } else {
        ::sigaction(signal, &g_before, nullptr);
    }
}

void watch_faults() {
    static const bool installed = [] {
        struct sigaction action {};
        action.sa_sigaction = &on_fault;
        action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        return ::sigaction(SIGSEGV, &action, &g_before) == 0;
    }();
    static_cast<void>(installed);
}

/// Under the mutex.
void take_down(Fence& fence) {
    if (const std::uintptr_t begin = fence.begin.exchange(0)) {
        ::munmap(reinterpret_cast<void*>(begin), fence.size);
    }
    fence.hit.store(0);
    fence.lent.clear();
}

}  // namespace

/// Memory that texts are lent from.
struct DebugHost::Pages {
    explicit Pages(std::size_t least) : size(std::max(least, kPagesBytes)) {
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        size = (size + page - 1) / page * page;
        void* const memory =
            ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            throw std::bad_alloc();
        }
        begin = static_cast<char*>(memory);
    }
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    ~Pages() {
        if (begin != nullptr) {
            ::munmap(begin, size);
        }
    }

    char* begin = nullptr;
    std::size_t size;
    std::size_t used = 0;
    std::vector<std::pair<std::uintptr_t, const char*>> lent;
};

DebugHost::DebugHost(log::Logger log) : log_(std::move(log)) { watch_faults(); }

DebugHost::~DebugHost() {
    const std::scoped_lock lock(g_mutex);
    for (Fence& fence : g_fences) {
        if (fence.owner == this) {
            take_down(fence);
            fence.owner = nullptr;
        }
    }
}

bool DebugHost::wanted() {
    if (const char* const chosen = std::getenv("ROOKERY_DEBUG_HOST")) {
        return std::string_view(chosen) != "0" && *chosen != '\0';
    }
#if defined(__SANITIZE_ADDRESS__)
    return true;
#else
    return false;
#endif
}

std::string_view DebugHost::lend(rk_handle_t owner, std::string_view text, const char* function) {
    auto& pages = lent_[owner];
    if (pages.empty() || pages.back()->size - pages.back()->used < text.size() + 1) {
        pages.push_back(std::make_unique<Pages>(text.size() + 1));
    }
    Pages& place = *pages.back();
    char* const copy = place.begin + place.used;
    std::copy(text.begin(), text.end(), copy);  // may be empty, without an address
    place.used += text.size() + 1;  // a byte of its own, so that an empty text has an address too
    place.lent.emplace_back(reinterpret_cast<std::uintptr_t>(copy), function);
    return {copy, text.size()};
}

void DebugHost::fence(rk_handle_t owner) {
    const auto found = lent_.find(owner);
    if (found == lent_.end()) {
        return;
    }
    const std::scoped_lock lock(g_mutex);
    for (const auto& pages : found->second) {
        std::memset(pages->begin, kPoison, pages->size);
        ::mprotect(pages->begin, pages->size, PROT_NONE);
        Fence& fence = g_fences[g_next++ % kFences];
        take_down(fence);
        fence.size = pages->size;
        fence.owner = this;
        fence.lent = std::move(pages->lent);
        fence.begin.store(reinterpret_cast<std::uintptr_t>(std::exchange(pages->begin, nullptr)),
                          std::memory_order_release);
    }
    lent_.erase(found);
}

void DebugHost::settle() {
    if (g_hits.load(std::memory_order_relaxed) == 0) {
        return;
    }
    const std::scoped_lock lock(g_mutex);
    for (Fence& fence : g_fences) {
        const std::uintptr_t hit = fence.owner == this ? fence.hit.exchange(0) : 0;
        if (hit == 0) {
            continue;
        }
        g_hits.fetch_sub(1);
        const auto after =
            std::upper_bound(fence.lent.begin(), fence.lent.end(), hit,
                             [](std::uintptr_t at, const auto& one) { return at < one.first; });
        violated(after == fence.lent.begin() ? "a table" : std::prev(after)->second,
                 "a text that it had lent was used after its time: copy what is to be kept");
    }
}

void DebugHost::violated(std::string_view function, std::string_view rule) {
    if (violations_.fetch_add(1) < kMaxLogged) {
        log_->error("mistake in the plugin: {}: {}", function, rule);
    }
}

}  // namespace rookery::plugin
