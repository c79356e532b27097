#pragma once

#include "gateway/bot.hpp"
#include "platform/discord/cache/discord_cache.hpp"

#include <string>

namespace rookery::discord {

/// Adds what one shard's cache holds.
void add_cache(gateway::CacheStatus& status, const DiscordCache& cache);

/// Fills in what is the sum of the shards, and how they are together: one shard's own state, or
/// "ready" when all are, "fatal" when the bot has given up, else how many are ready ("3 of 16
/// ready"). `detail` is the bot's own; when it is empty the first shard that has one tells it.
void sum_up(gateway::BotStatus& status, const std::string& detail);

}  // namespace rookery::discord
