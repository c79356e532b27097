#pragma once

#include "async/signal.hpp"
#include "async/task.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "platform/discord/api.hpp"
#include "protocol/discord/identify_queue.hpp"
#include "protocol/discord/session_io.hpp"
#include "store/identify_history.hpp"
#include "store/state_dir.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace rookery::discord {

/// Decides when the shards of one token may identify: asks the platform what is left of the day's
/// budget, keeps the count of the last 24 hours across restarts, and lets them go one after the
/// other within a key. Shared by every bot that has the token. io thread.
class IdentifyGate {
  public:
    using Ticket = protocol::discord::IdentifyQueue::Ticket;

    IdentifyGate(async::Executor executor, store::IdentifyHistory history,
                 protocol::discord::IdentifyLedger::Options options);
    IdentifyGate(const IdentifyGate&) = delete;
    IdentifyGate& operator=(const IdentifyGate&) = delete;

    /// A place in the line; to be followed by wait(), and ended by sent() or leave().
    [[nodiscard]] Ticket enter(std::uint32_t shard);

    /// Waits for the turn of that place. Answers SlotGranted, SlotRefused (the place is gone), or
    /// ConnectFailed when the token is refused; nothing when the place was given up meanwhile.
    /// `api` asks for the budget; it must outlive the call.
    [[nodiscard]] async::Task<std::optional<protocol::discord::Input>> wait(Ticket ticket,
                                                                            DiscordApi& api);

    /// Gives the place back, used or not; 0 and a place that is gone are allowed.
    void leave(Ticket ticket);

    /// An identify is about to be sent: stored first, so that a crash does not forget it.
    void sent(Ticket ticket);

    /// What GET /gateway/bot said, not older than `max_age`; several askers share one request.
    [[nodiscard]] async::Task<Result<GatewayInfo>> info(DiscordApi& api, Millis max_age);

    /// Identifies of the last 24 hours.
    [[nodiscard]] std::size_t used();
    /// How many more there may be within them.
    [[nodiscard]] std::size_t left();

  private:
    [[nodiscard]] std::string refusal(std::string reason, SteadyTime until);

    log::Logger log_;
    store::IdentifyHistory history_;
    protocol::discord::IdentifyQueue queue_;
    std::optional<Result<GatewayInfo>> info_;
    SteadyTime asked_{};
    bool asking_ = false;
    SteadyTime refused_until_{};
    async::Signal changed_;  ///< the line has moved, or an answer is there
};

/// The gates by token. io thread; must outlive the bots.
class IdentifyGates {
  public:
    /// `spacing`: between identifies of one key.
    explicit IdentifyGates(async::Executor executor, Millis spacing = kSpacing)
        : executor_(std::move(executor)), spacing_(spacing) {}

    /// The token's gate. Its history is a file of `state` named by a digest of the token; what an
    /// earlier version kept under `bot`'s name is taken over.
    [[nodiscard]] std::shared_ptr<IdentifyGate> of(const Secret& token, const std::string& bot,
                                                   const store::StateDir& state, double share);

  private:
    static constexpr Millis kSpacing = protocol::discord::IdentifyLedger::Options().spacing;

    async::Executor executor_;
    Millis spacing_;
    std::map<std::string, std::weak_ptr<IdentifyGate>> gates_;  ///< by digest
};

}  // namespace rookery::discord
