#pragma once

#include "gateway/setup.hpp"

namespace rookery::whatsapp {

/// A WhatsApp account behind a bridge (gateway::MakeBot). `gateway_url` is the bridge's address
/// ("http://host:3000"); a path of it is the namespace of its events, else that is "/api/events".
/// `api_url` is where its REST routes begin, else "/api" of the same host. `token` is its API key.
[[nodiscard]] Result<std::unique_ptr<gateway::Bot>> make_whatsapp_bot(async::Executor executor,
                                                                      const model::BotInfo& bot,
                                                                      gateway::BotSetup setup,
                                                                      bus::EventBus& bus,
                                                                      const store::StateDir& state);

}  // namespace rookery::whatsapp
