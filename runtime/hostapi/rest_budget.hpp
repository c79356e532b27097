#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace rookery::hostapi {

/// So many requests in so long a time, with that many at once. Zero count: without limit.
struct RestRate {
    std::uint32_t count = 0;
    Millis per{1'000};

    bool operator==(const RestRate&) const = default;
};

/// What one extension may ask of platforms: a rate in all, and one for each guild. Shared by the
/// versions of an extension. Any thread.
class RestBudget {
  public:
    static constexpr std::size_t kMostGuilds = 10'000;  ///< remembered; beyond it the idlest go

    /// From now on; what has been used stays used.
    void set_rates(RestRate all, RestRate guild);

    /// Takes one request for that guild (0: none) when both rates allow it now. Otherwise takes
    /// nothing, and says when to ask again.
    [[nodiscard]] std::optional<SteadyTime> take(std::uint64_t guild, SteadyTime now);

  private:
    /// A bucket as the moment at which it will be full again.
    using Full = SteadyTime;
    struct Guild {
        std::uint64_t id;
        Full full;
    };

    [[nodiscard]] static std::optional<SteadyTime> wait_of(const RestRate& rate, Full full,
                                                           SteadyTime now);
    static void use(const RestRate& rate, Full& full, SteadyTime now);
    [[nodiscard]] Full& guild_of(std::uint64_t id);

    std::mutex mutex_;
    RestRate all_;
    RestRate guild_;
    Full full_{};
    std::list<Guild> guilds_;  ///< the latest used first
    std::unordered_map<std::uint64_t, std::list<Guild>::iterator> by_id_;
};

}  // namespace rookery::hostapi
