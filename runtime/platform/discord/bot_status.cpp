#include "platform/discord/bot_status.hpp"

#include <algorithm>

namespace rookery::discord {
namespace {

std::string state_of(const gateway::BotStatus& status) {
    if (status.shards.empty()) {
        return status.fatal ? "fatal" : "starting";
    }
    if (status.shards.size() == 1) {
        return status.shards.front().state;
    }
    const auto ready = std::count_if(status.shards.begin(), status.shards.end(),
                                     [](const auto& shard) { return shard.state == "ready"; });
    if (status.fatal) {
        return "fatal";
    }
    return static_cast<std::size_t>(ready) == status.shards.size()
               ? "ready"
               : std::to_string(ready) + " of " + std::to_string(status.shards.size()) + " ready";
}

/// Of the shard that was refused, else of the first that has something to say.
std::string detail_of(const gateway::BotStatus& status) {
    const gateway::ShardStatus* teller = nullptr;
    for (const auto& shard : status.shards) {
        const bool better =
            teller == nullptr || (shard.state == "fatal" && teller->state != "fatal");
        if (!shard.detail.empty() && better) {
            teller = &shard;
        }
    }
    if (teller == nullptr) {
        return {};
    }
    return (status.shards.size() > 1 ? "shard " + std::to_string(teller->id) + ": " : "") +
           teller->detail;
}

}  // namespace

void add_cache(gateway::CacheStatus& status, const DiscordCache& cache) {
    const cache::Store& store = cache.entities().store();
    status.bytes += store.bytes();
    status.reserved += store.reserved();
    status.budget += store.limits().budget;
    for (std::size_t index = 0; index < cache::kKinds; ++index) {
        const auto kind = static_cast<Kind>(index);
        if (!cache.entities().keeps(kind)) {
            continue;
        }
        const std::string_view name = cache::info(kind).name;
        auto line = std::find_if(status.kinds.begin(), status.kinds.end(),
                                 [&](const auto& known) { return known.kind == name; });
        if (line == status.kinds.end()) {
            line = status.kinds.insert(line, gateway::CacheKindStatus{name});
        }
        const cache::KindStats& stats = store.stats(kind);
        line->entries += stats.entries;
        line->bytes += stats.bytes;
        line->hits += stats.hits;
        line->misses += stats.misses;
        line->evicted += stats.evicted;
    }
}

void sum_up(gateway::BotStatus& status, const std::string& detail) {
    status.detail = detail.empty() ? detail_of(status) : detail;
    for (const gateway::ShardStatus& shard : status.shards) {
        status.seq += shard.seq;
        status.frames += shard.frames;
        status.published += shard.published;
        status.open += shard.open;
        status.unclaimed += shard.unclaimed;
        status.connects += shard.connects;
        status.identifies += shard.identifies;
        status.resumes += shard.resumes;
        status.gaps += shard.gaps;
        status.bytes_in += shard.bytes_in;
        status.bytes_plain += shard.bytes_plain;
        status.latency = std::max(status.latency, shard.latency);
        status.worst_beat_delay = std::max(status.worst_beat_delay, shard.worst_beat_delay);
    }
    status.state = state_of(status);
}

}  // namespace rookery::discord
