#pragma once

#include "gateway/bot.hpp"
#include "hostapi/command_sync.hpp"
#include "hostapi/interactions.hpp"
#include "hostapi/manager.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace rookery::app {

/// A moment of the whole runtime: what `rookery list`, `rookery status` and SIGUSR1 show.
struct Snapshot {
    std::vector<gateway::BotStatus> bots;
    std::vector<hostapi::ExtensionStatus> extensions;
    std::vector<std::string> disabled;  ///< "script ping"
    hostapi::InteractionCounters interactions;
    std::string server;  ///< its address; empty: there is none
    std::chrono::seconds uptime{0};
    std::uint64_t resident_bytes = 0;
};

/// Two tables for people.
[[nodiscard]] std::string to_text(const Snapshot& snapshot);
/// One line for each bot and extension, for the log.
[[nodiscard]] std::vector<std::string> to_lines(const Snapshot& snapshot);
[[nodiscard]] nlohmann::json to_json(const Snapshot& snapshot);

/// `rookery commands`.
[[nodiscard]] std::string to_text(const std::vector<hostapi::CommandStatus>& commands);
[[nodiscard]] nlohmann::json to_json(const std::vector<hostapi::CommandStatus>& commands);

/// Of this process, from the system.
[[nodiscard]] std::uint64_t resident_bytes();

}  // namespace rookery::app
