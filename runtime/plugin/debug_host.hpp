#pragma once

#include "base/log.hpp"

#include <rookery/abi/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::plugin {

/// What the host adds for one plugin instance when it looks for mistakes: texts are lent as copies
/// in memory that is fenced when they no longer hold, so that a plugin that kept one is named;
/// calls at the wrong time, on the wrong thread or with a handle that was given back are logged
/// with the function's name. On with ROOKERY_DEBUG_HOST=1, off with =0; else in builds with
/// sanitizers.
///
/// Reading a fenced text gives bytes of 0xDD instead of a crash, and is told with the plugin's next
/// return to the host. Costs a few pages for each event that a plugin reads.
class DebugHost {
  public:
    explicit DebugHost(log::Logger log);
    ~DebugHost();
    DebugHost(const DebugHost&) = delete;
    DebugHost& operator=(const DebugHost&) = delete;

    [[nodiscard]] static bool wanted();

    /// A copy that holds until fence(owner); owner 0: of one call. `function`, a constant, is
    /// what lent it: "views.get". Instance thread.
    [[nodiscard]] std::string_view lend(rk_handle_t owner, std::string_view text,
                                        const char* function);
    /// From now on the texts of that owner must not be read. Instance thread.
    void fence(rk_handle_t owner);

    /// Tells what has been read behind fences. Instance thread, after each call of the plugin.
    void settle();

    /// A rule that a call of `function` broke. Any thread; the first ones are logged.
    void violated(std::string_view function, std::string_view rule);

  private:
    struct Pages;

    log::Logger log_;
    std::map<rk_handle_t, std::vector<std::unique_ptr<Pages>>> lent_;
    std::atomic<unsigned> violations_{0};
};

}  // namespace rookery::plugin
