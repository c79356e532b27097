#pragma once

#include "async/task.hpp"
#include "base/result.hpp"
#include "net/http_message.hpp"
#include "net/stream.hpp"

#include <cstdint>
#include <memory>

namespace rookery::net {

struct HttpOptions {
    ConnectOptions connect;
    std::size_t max_connections_per_host = 16;
    std::size_t urgent_connections = 4;               ///< beyond these, for urgent requests
    std::size_t max_header = std::size_t{64} << 10U;  ///< bytes of an answer's head
    std::size_t max_body = std::size_t{8} << 20U;     ///< bytes of an answer's body
    Millis idle_timeout{55'000};  ///< an unused connection is not used again after that
};

struct HttpCounters {
    std::uint64_t requests = 0;
    std::uint64_t connects = 0;
    std::uint64_t replays = 0;  ///< sent again because an idle connection turned out to be dead
};

/// HTTP/1.1 with kept-alive connections, a bounded number for each host. Never follows a redirect,
/// never sends a header to another host than the request's. Belongs to the io thread; must outlive
/// its requests.
class HttpClient {
  public:
    HttpClient(async::Executor executor, HttpOptions options);
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    ~HttpClient();

    /// Any status is a success here. Errors: unavailable and denied as Stream::connect (the server
    /// has seen nothing of the request); io (the connection broke after the request may have been
    /// seen); timeout; protocol (not HTTP); limit (head or body too large); invalid (the request
    /// itself, or a file of its body). An answer in gzip or deflate is unpacked.
    [[nodiscard]] async::Task<Result<HttpResponse>> request(HttpRequest request);

    /// Drops the idle connections.
    void close_idle();
    [[nodiscard]] const HttpCounters& counters() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::net
