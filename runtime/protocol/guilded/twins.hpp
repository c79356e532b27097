#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::protocol::guilded {

/// Tells what two sockets of one account both brought: the n-th time that something comes over one
/// of them is the same occurrence as the n-th time over another. So a reaction that is set, taken
/// back and set again is three events, and each of them one. Remembers for kWindow, at most kMost
/// different things. Sans-IO; time must not run backwards.
class Twins {
  public:
    static constexpr Millis kWindow{60'000};
    static constexpr std::size_t kMost = 20'000;

    /// `source`: which socket. True: another one has brought this occurrence already.
    [[nodiscard]] bool is_repeat(std::uint32_t source, std::string_view name,
                                 std::string_view payload, SteadyTime now);

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  private:
    struct Count {
        std::uint32_t source;
        std::uint32_t times;
    };
    struct Entry {
        SteadyTime since;
        std::vector<Count> counts;
    };
    void forget(SteadyTime now);

    std::unordered_map<std::uint64_t, Entry> entries_;
    std::deque<std::uint64_t> order_;  ///< the oldest first
};

}  // namespace rookery::protocol::guilded
