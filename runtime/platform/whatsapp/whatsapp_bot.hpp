#pragma once

#include "gateway/setup.hpp"

namespace rookery::whatsapp {

/// A WhatsApp account behind a bridge (gateway::MakeBot). `api_url` is the bridge's address
/// ("http://host:3000", with "/api" behind it where it says nothing else), `token` its API key;
/// `gateway_url`, whose path is the namespace, where it is another ("/api/events" of the same
/// host).
[[nodiscard]] Result<std::unique_ptr<gateway::Bot>> make_whatsapp_bot(async::Executor executor,
                                                                      const model::BotInfo& bot,
                                                                      gateway::BotSetup setup,
                                                                      bus::EventBus& bus,
                                                                      const store::StateDir& state);

}  // namespace rookery::whatsapp
