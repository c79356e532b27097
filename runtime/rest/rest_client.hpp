#pragma once

#include "async/backoff.hpp"
#include "async/task.hpp"
#include "base/bucket_counts.hpp"
#include "base/result.hpp"
#include "net/http_client.hpp"
#include "rest/limiter.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace rookery::rest {

struct RestRequest {
    net::HttpRequest http;
    Route route;
    std::string label;  ///< "POST /channels/{channel_id}/messages": for messages; holds no secret
    bool repeatable =
        true;  ///< sending it twice does no harm: it may be sent again when its fate is unknown
    Millis max_wait{60'000};  ///< for its turn, all pauses together
};

struct RestOptions {
    LimiterOptions limits;
    unsigned attempts = 3;  ///< when the server fails (5xx) or the connection breaks
    async::Backoff::Limits backoff{Millis{500}, Millis{8'000}};
    async::Random random = async::system_random();
};

/// Counted since the start.
struct RestCounters {
    std::uint64_t requests = 0;  ///< sent, repeats included
    std::uint64_t repeats = 0;   ///< sent again after a failure (not: after a 429)
    std::uint64_t refused = 0;   ///< never sent
    std::uint64_t limited_bucket = 0;
    std::uint64_t limited_hidden = 0;
    std::uint64_t limited_shared = 0;
    std::uint64_t limited_global = 0;
    std::uint64_t limited_network = 0;
};

/// What became of one route's requests.
struct RouteCounters {
    BucketCounts times;                      ///< from the sending to the answer, repeats included
    std::array<std::uint64_t, 6> answers{};  ///< by the hundreds of the status; 0: none came
    std::uint64_t limited = 0;               ///< answers 429
};

/// Sends requests to one API as its rate limits allow, and again when that makes sense.
/// Belongs to the io thread.
class RestClient {
  public:
    using ReadLimits = std::function<LimitInfo(const net::HttpResponse&)>;

    /// `read_limits` knows the platform's headers.
    RestClient(async::Executor executor, net::HttpClient& http, ReadLimits read_limits,
               RestOptions options = {});
    RestClient(const RestClient&) = delete;
    RestClient& operator=(const RestClient&) = delete;
    ~RestClient();

    /// The server's answer, whatever its status, once no further attempt makes sense. A caller that
    /// is cancelled while its request waits takes it out of the queue. Errors: timeout (not its
    /// turn within max_wait, or no answer), denied (the token was refused earlier), limit (too many
    /// invalid requests), cancelled (shutdown), and those of net::HttpClient.
    [[nodiscard]] async::Task<Result<net::HttpResponse>> request(RestRequest request);

    /// Ends every waiting request with Error cancelled, and every later one. Requests under way
    /// finish.
    void shutdown();

    /// True once the server has refused the token (401): nothing authenticated is sent any more.
    [[nodiscard]] bool token_refused() const noexcept;
    [[nodiscard]] const RestCounters& counters() const noexcept;
    /// By RestRequest::label; "other" for those that came when there were many.
    [[nodiscard]] const std::map<std::string, RouteCounters>& routes() const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace rookery::rest
