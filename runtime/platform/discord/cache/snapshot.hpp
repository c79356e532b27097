#pragma once

#include "base/log.hpp"
#include "platform/discord/cache/discord_cache.hpp"

#include <cstdint>
#include <string_view>

// The cache over an orderly restart: one file (CacheOptions::snapshot), good for one start and for
// the session and event that it was written at.
namespace rookery::discord {

/// Writes what is kept. A failure is logged: the next start begins with an empty cache.
void save_snapshot(DiscordCache& cache, std::string_view session, const log::Logger& log);

/// Takes up what is in the file when it is of that session and of exactly its last received event,
/// and of kinds that are kept now. Otherwise the cache stays empty. The file is removed in any
/// case: after a kill it would be out of date.
void load_snapshot(DiscordCache& cache, std::string_view session, std::uint64_t last_received,
                   const log::Logger& log);

}  // namespace rookery::discord
