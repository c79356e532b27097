#pragma once

#include "app/status_text.hpp"
#include "gateway/bot.hpp"
#include "server/operations/family.hpp"

#include <vector>

namespace rookery::app {

/// Everything that the runtime measures outside of its server: what `/metrics` and `rookery
/// metrics` show, beside those of the server and of extensions. The names are documented in
/// docs/guide/monitoring.md.
[[nodiscard]] server::Families to_metrics(const Snapshot& snapshot,
                                          const std::vector<gateway::BotMeasures>& bots);

}  // namespace rookery::app
