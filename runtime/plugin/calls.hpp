#pragma once

#include "base/result.hpp"
#include "hostapi/extension.hpp"
#include "plugin/documents.hpp"
#include "plugin/events.hpp"
#include "plugin/handle_map.hpp"
#include "plugin/host_side.hpp"

#include <rookery/abi/ext/operations.h>

#include <string>

namespace rookery::plugin {

class Failures;

/// The operations that a plugin has under way. Each keeps the event that it was begun for open.
/// Instance thread.
class Calls {
  public:
    static constexpr std::size_t kMaxCalls = 10'000;
    static constexpr std::size_t kMaxArguments = std::size_t{1} << 20U;

    Calls(hostapi::ExtensionContext& context, const HostSide& side, Failures& failures,
          Events& events, Documents& documents)
        : context_(context),
          side_(side),
          failures_(failures),
          events_(events),
          documents_(documents) {}

    struct Wish {
        std::string_view operation;
        std::string_view arguments;
        std::string_view bot;
        rk_handle_t event = 0;
        Millis deadline{0};
    };
    /// `done` may be null. On an error `user` stays with the caller.
    [[nodiscard]] Result<> begin(const Wish& wish, rk_done_fn done, void* user,
                                 rk_release_t release);

    /// Forgets all that is under way; no `done` is called any more.
    void close();

  private:
    struct Call {
        std::string operation;
        rk_done_fn done;
        UserData user;
        rk_handle_t event;
    };

    void finish(rk_handle_t handle, Result<nlohmann::json> result);
    void tell(const Call& call, Result<nlohmann::json> result);

    hostapi::ExtensionContext& context_;
    const HostSide& side_;
    Failures& failures_;
    Events& events_;
    Documents& documents_;
    HandleMap<Call, HandleKind::call> calls_;
};

}  // namespace rookery::plugin
