#pragma once

#include "gateway/setup.hpp"

namespace rookery::revolt {

/// A bot on Revolt, Stoat, or a server of one's own that speaks like them: `api_url` alone says
/// where everything is. `format`: "json" or "msgpack". As of gateway::MakeBot.
[[nodiscard]] Result<std::unique_ptr<gateway::Bot>> make_revolt_bot(async::Executor executor,
                                                                    const model::BotInfo& bot,
                                                                    gateway::BotSetup setup,
                                                                    bus::EventBus& bus,
                                                                    const store::StateDir& state);

}  // namespace rookery::revolt
