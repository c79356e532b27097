#pragma once

#include "base/clock.hpp"
#include "config/sections.hpp"

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rookery::server {

/// Who has had how many of what a rate allows: a window for each, which begins with the first.
/// Bounded: the oldest window makes room for one more. One thread.
class RateTable {
  public:
    explicit RateTable(std::size_t most) : most_(most) {}

    /// Windows that are open go on under the new rate.
    void set(config::RateChoice rate) noexcept { rate_ = rate; }

    struct Verdict {
        bool allowed = true;
        std::uint32_t limit = 0;  ///< 0: there is none, and the rest says nothing
        std::uint32_t remaining = 0;
        Millis reset{0};  ///< until the window ends
    };
    /// One more for `who`.
    [[nodiscard]] Verdict take(std::string_view who, SteadyTime now);
    /// Whether one more would not be allowed.
    [[nodiscard]] bool spent(std::string_view who, SteadyTime now) const;

    [[nodiscard]] std::size_t size() const noexcept { return windows_.size(); }

  private:
    struct Window {
        std::string who;
        SteadyTime begin;
        std::uint32_t used = 0;
    };
    using Windows = std::list<Window>;

    std::size_t most_;
    config::RateChoice rate_;
    Windows windows_;                                                  ///< oldest first
    std::unordered_map<std::string_view, Windows::iterator> by_name_;  ///< into windows_
};

/// The network that an address is limited with: an IPv6 one counts as its /64, which one household
/// has; an IPv4 one as itself, also when it is written as IPv6.
[[nodiscard]] std::string network_of(const std::string& address);

}  // namespace rookery::server
