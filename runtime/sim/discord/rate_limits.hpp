#pragma once

#include "base/clock.hpp"
#include "sim/discord/faults.hpp"

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rookery::sim::discord {

/// The size of one rate limit: so many requests within a window that slides.
struct BucketRule {
    const char* name;  ///< shared by all routes that count together
    unsigned limit;
    Millis window;
    bool shared = false;  ///< over all bots; a 429 then says so
};

/// What the limits say about one request.
struct LimitVerdict {
    bool allowed = true;
    bool global = false;
    double retry_after = 0;  ///< seconds until one more is free
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Counts requests per bucket and over all, as the platform does since its windows slide: a place
/// comes back `window` after it was taken.
class RateLimits {
  public:
    RateLimits(const Clock& clock, const Faults& faults) : clock_(clock), faults_(faults) {}

    /// `major` is the top-level id of the path. Exempt requests do not count for the global limit.
    [[nodiscard]] LimitVerdict take(const BucketRule& rule, const std::string& account,
                                    const std::string& major, bool exempt_from_global);
    /// A limit beside the route's own, which no header tells; seconds to wait, 0 = allowed.
    [[nodiscard]] double take_hidden(const BucketRule& rule, const std::string& key);

  private:
    using Window = std::deque<SteadyTime>;
    static void expire(Window& window, SteadyTime before);
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> headers(const BucketRule& rule,
                                                                           const Window& window,
                                                                           SteadyTime now) const;

    static constexpr unsigned kGlobalLimit = 50;
    static constexpr Millis kGlobalWindow{1'000};

    const Clock& clock_;
    const Faults& faults_;
    std::map<std::string, Window> buckets_;
    std::map<std::string, Window> global_;
};

}  // namespace rookery::sim::discord
