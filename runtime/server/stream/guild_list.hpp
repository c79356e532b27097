#pragma once

#include "server/ports.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

namespace rookery::server {

/// The guilds that a bot of this process is in, by the events that were seen and by the bots'
/// caches. Server thread; outlives nothing that it was asked.
class GuildList {
  public:
    explicit GuildList(Runtime& runtime)
        : runtime_(runtime), known_(std::make_shared<std::unordered_set<std::uint64_t>>()) {}

    /// Call for each event with a guild.
    void saw(std::uint64_t guild) { known_->insert(guild); }
    void lost(std::uint64_t guild) { known_->erase(guild); }

    /// Those of `ids` that a bot is in, in their order, repeated ones repeated. `done` runs once,
    /// at once or later.
    using Done = std::function<void(std::vector<std::uint64_t>)>;
    void choose(std::vector<std::uint64_t> ids, Done done);

  private:
    Runtime& runtime_;
    std::shared_ptr<std::unordered_set<std::uint64_t>> known_;
};

}  // namespace rookery::server
