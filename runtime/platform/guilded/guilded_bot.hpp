#pragma once

#include "gateway/setup.hpp"

#include <memory>

namespace rookery::guilded {

/// A bot on a server that speaks as Guilded did: by the official bot API (flavour "bot", the usual
/// one), or as the clients of people ("user": `token` is the cookie
/// hmac_signed_session, `client_id` what goes with it, the cookie guilded_mid). Errors: no api_url
/// and gateway_url, for the service itself has ended; URLs; files. As gateway::MakeBot.
[[nodiscard]] Result<std::unique_ptr<gateway::Bot>> make_guilded_bot(async::Executor executor,
                                                                     const model::BotInfo& bot,
                                                                     gateway::BotSetup setup,
                                                                     bus::EventBus& bus,
                                                                     const store::StateDir& state);

/// What is wrong with a bot's options, before anything is made of them; for `rookery check` too.
[[nodiscard]] Result<> check_setup(const gateway::BotSetup& setup);

}  // namespace rookery::guilded
