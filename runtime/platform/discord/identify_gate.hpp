#pragma once

#include "async/task.hpp"
#include "base/log.hpp"
#include "platform/discord/api.hpp"
#include "protocol/discord/identify_ledger.hpp"
#include "protocol/discord/session_io.hpp"
#include "store/identify_history.hpp"

#include <cstdint>

namespace rookery::discord {

/// Decides when a bot may identify: asks the platform what is left of the day's budget, keeps the
/// count of the last 24 hours across restarts, and waits out the spacing. io thread.
class IdentifyGate {
  public:
    IdentifyGate(DiscordApi& api, store::IdentifyHistory history, double share, log::Logger log);

    /// Answers SlotGranted, SlotRefused, or ConnectFailed when the token is refused.
    [[nodiscard]] async::Task<protocol::discord::Input> ask(std::uint32_t shard);

    /// An identify is about to be sent: stored first, so that a crash does not forget it.
    void record(std::uint32_t shard);

    [[nodiscard]] std::size_t used();

  private:
    DiscordApi& api_;
    store::IdentifyHistory history_;
    protocol::discord::IdentifyLedger ledger_;
    log::Logger log_;
};

}  // namespace rookery::discord
