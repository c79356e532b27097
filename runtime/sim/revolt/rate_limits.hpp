#pragma once

#include "sim/http_server.hpp"
#include "sim/shared.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rookery::sim::revolt {

/// Which bucket a request is of, and how many calls a window allows.
struct Bucket {
    std::string key;
    unsigned limit = 20;
};
[[nodiscard]] Bucket bucket_of(std::string_view method, std::string_view path);

/// Fixed windows of ten seconds (Options::limit_speed times shorter), each begun by the first
/// request of its bucket. Bots are told apart by nothing: all behind one address share their
/// buckets, while users have their own. Simulator thread.
class RateLimits {
  public:
    explicit RateLimits(Shared& shared) : shared_(shared) {}

    struct Standing {
        bool allowed = true;
        bool insisted = false;  ///< refused in this window before, and long enough ago to know
        Millis reset_after{0};
    };
    /// Counts the request and adds the four headers to those of its answer.
    Standing take(const Bucket& bucket, const std::string& identity,
                  std::vector<std::pair<std::string, std::string>>& headers);

  private:
    struct Window {
        SteadyTime began{};
        unsigned used = 0;
        SteadyTime refused{};
    };
    Shared& shared_;
    std::map<std::string, Window> windows_;
};

}  // namespace rookery::sim::revolt
