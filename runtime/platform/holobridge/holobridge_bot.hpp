#pragma once

#include "gateway/bot.hpp"
#include "gateway/setup.hpp"

#include <memory>

namespace rookery::holobridge {

/// A bot that lives on a HoloBridge, or on another Rookery: as gateway::MakeBot. `gateway_url` (and
/// `api_url`, when it differs) is the server's address, `token` its key, `guilds` what to subscribe
/// to.
[[nodiscard]] Result<std::unique_ptr<gateway::Bot>> make_holobridge_bot(
    async::Executor executor, const model::BotInfo& bot, gateway::BotSetup setup,
    bus::EventBus& bus, const store::StateDir& state);

}  // namespace rookery::holobridge
