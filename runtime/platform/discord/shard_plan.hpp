#pragma once

#include "base/log.hpp"
#include "store/state_dir.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rookery::discord {

/// The shard count that a bot last ran with; it decides which state files belong to it. io thread.
class ShardPlan {
  public:
    ShardPlan(const store::StateDir& state, std::string bot)
        : state_(&state), bot_(std::move(bot)) {}

    /// None when it has never run.
    [[nodiscard]] std::optional<std::uint32_t> stored() const;

    /// From now on it runs with `count`. Files of another count are removed, since none of their
    /// sessions can be carried over; the log says so once, with the deliveries that were open.
    void adopt(std::uint32_t count, const log::Logger& log);

  private:
    [[nodiscard]] std::uint64_t remove_files(std::uint32_t count) const;

    const store::StateDir* state_;
    std::string bot_;
};

}  // namespace rookery::discord
