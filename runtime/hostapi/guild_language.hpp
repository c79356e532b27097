#pragma once

#include "hostapi/command_desk.hpp"

#include <functional>
#include <string>

namespace rookery::hostapi {

/// In which language a text is answered, which brings none along as an interaction does: what the
/// guild has set for commands, else what it says of itself to the platform, else what the
/// configuration says, else English. Always a language: "de", "en-US".
///
/// `guild_fact`: the guild as the platform tells of it (guilds.get); null: not at hand.
[[nodiscard]] std::string guild_language(const CommandRules& rules, const std::string& bot,
                                         const std::string& guild,
                                         const FactCache::Fact& guild_fact);

/// The same, with what is at hand; the platform is not asked. `done` runs once, on any thread,
/// possibly before the return.
void find_guild_language(const CommandDesk& desk, const std::string& bot, const std::string& guild,
                         std::function<void(std::string)> done);

}  // namespace rookery::hostapi
