#pragma once

#include "server/ports.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace rookery::server {

/// The guilds that a bot of this process is in, by the events that were seen and by the bots'
/// caches. Server thread; outlives nothing that it was asked.
class GuildList {
  public:
    explicit GuildList(Runtime& runtime)
        : runtime_(runtime), known_(std::make_shared<std::unordered_set<std::string>>()) {}

    /// Call for each event with a guild.
    void saw(std::string_view guild) { known_->emplace(guild); }
    void lost(std::string_view guild) { known_->erase(std::string(guild)); }

    /// Those of `ids` that a bot is in, in their order, repeated ones repeated. `done` runs once,
    /// at once or later.
    using Done = std::function<void(std::vector<std::string>)>;
    void choose(std::vector<std::string> ids, Done done);

  private:
    Runtime& runtime_;
    std::shared_ptr<std::unordered_set<std::string>> known_;
};

}  // namespace rookery::server
