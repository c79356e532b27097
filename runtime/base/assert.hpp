#pragma once

namespace rookery::detail {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}

/// A broken invariant of Rookery itself: says where, aborts. Never for what input can cause.
#define RK_ASSERT(condition)      \
    (static_cast<bool>(condition) \
         ? static_cast<void>(0)   \
         : ::rookery::detail::assertion_failed(#condition, __FILE__, __LINE__))
