#include "script/code_map.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <dlfcn.h>
#include <link.h>
#include <mutex>
#include <vector>

namespace rookery::script {

namespace {

struct Range {
    std::uintptr_t begin;
    std::uintptr_t end;
    bool luajit;
};

/// What the signal handler reads: a sequence lock over plain atomics, so that it never waits. When
/// a process has more ranges than fit, neighbours are joined: what lies between them then counts as
/// loaded, which delays a stop and never makes one unsafe.
constexpr std::size_t kCapacity = 1024;

struct Slot {
    std::atomic<std::uintptr_t> begin;
    std::atomic<std::uintptr_t> end;
    std::atomic<bool> luajit;
};

constinit std::array<Slot, kCapacity> g_slots{};
constinit std::atomic<std::size_t> g_count{0};
constinit std::atomic<std::uint64_t> g_version{0};  // odd while the table is being written
constinit std::mutex g_writing;

struct Collector {
    const void* luajit_base;
    const void* own_base;
    std::vector<Range> ranges;
};

const void* object_of(const void* address) {
    Dl_info info{};
    return ::dladdr(address, &info) != 0 ? info.dli_fbase : nullptr;
}

int collect(dl_phdr_info* info, std::size_t /*size*/, void* data) {
    auto& collector = *static_cast<Collector*>(data);
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const auto& header = info->dlpi_phdr[i];
        if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) {
            continue;
        }
        const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
        const void* base = object_of(reinterpret_cast<const void*>(begin));
        // Linked statically, LuaJIT's text cannot be told from ours: then only generated code is
        // safe.
        const bool luajit =
            base != nullptr && base == collector.luajit_base && base != collector.own_base;
        collector.ranges.push_back({begin, begin + header.p_memsz, luajit});
    }
    return 0;
}

void join_down_to(std::vector<Range>& ranges, std::size_t count) {
    while (ranges.size() > count) {
        ranges[ranges.size() - 2].end = ranges.back().end;
        ranges[ranges.size() - 2].luajit = false;
        ranges.pop_back();
    }
}

}  // namespace

void refresh_code_map() {
    const std::lock_guard lock(g_writing);
    // By name and not by address: in a program the address may be that of its own jump table.
    Collector collector{object_of(::dlsym(RTLD_DEFAULT, "lua_newstate")),
                        object_of(reinterpret_cast<const void*>(&refresh_code_map)),
                        {}};
    ::dl_iterate_phdr(&collect, &collector);
    std::ranges::sort(collector.ranges, {}, &Range::begin);
    join_down_to(collector.ranges, kCapacity);

    g_version.fetch_add(1, std::memory_order_acq_rel);
    std::atomic_thread_fence(std::memory_order_release);
    for (std::size_t i = 0; i < collector.ranges.size(); ++i) {
        g_slots[i].begin.store(collector.ranges[i].begin, std::memory_order_relaxed);
        g_slots[i].end.store(collector.ranges[i].end, std::memory_order_relaxed);
        g_slots[i].luajit.store(collector.ranges[i].luajit, std::memory_order_relaxed);
    }
    g_count.store(collector.ranges.size(), std::memory_order_relaxed);
    g_version.fetch_add(1, std::memory_order_release);
}

CodePlace code_place(std::uintptr_t address) noexcept {
    const std::uint64_t version = g_version.load(std::memory_order_acquire);
    if (version == 0 || (version & 1U) != 0) {
        return CodePlace::unknown;
    }
    std::size_t low = 0;
    std::size_t high = std::min(g_count.load(std::memory_order_relaxed), kCapacity);
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (g_slots[middle].end.load(std::memory_order_relaxed) <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    CodePlace place = CodePlace::generated;
    if (low < kCapacity && low < g_count.load(std::memory_order_relaxed) &&
        g_slots[low].begin.load(std::memory_order_relaxed) <= address) {
        place = g_slots[low].luajit.load(std::memory_order_relaxed) ? CodePlace::luajit
                                                                    : CodePlace::loaded;
    }
    std::atomic_thread_fence(std::memory_order_acquire);
    return g_version.load(std::memory_order_relaxed) == version ? place : CodePlace::unknown;
}

}  // namespace rookery::script
