#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>

namespace rookery::script {

/// Keeps a script from running off the end of its thread's stack, which would end the process: the
/// functions of LuaJIT's library that call back (string.gsub, table.sort, tostring) nest without a
/// limit of their own. A zone some way above the end is barred; whoever touches it is either
/// stopped as a run that is too long is, or, within host code or the C library, let on into the
/// zone and stopped as soon as nothing can be held any more.
///
/// One for each thread that runs scripts, made by arm(); not for a process's first thread, whose
/// stack grows by other rules.
class StackGuard {
  public:
    /// Bars the calling thread's zone. Cheap once it is barred.
    static void arm() noexcept;

    /// For a handler of SIGSEGV: whether the calling thread has touched its zone, which is then
    /// open down to there until arm(). Calls nothing that could lock.
    [[nodiscard]] static bool touched(const siginfo_t& info) noexcept;

    /// Whether the thread has gone into its zone since arm().
    [[nodiscard]] static bool is_open() noexcept;
};

}  // namespace rookery::script
