#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "hostapi/capabilities.hpp"
#include "hostapi/worker.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rookery::hostapi {

using WebHeaders = std::vector<std::pair<std::string, std::string>>;

/// One HTTP request of an extension.
struct WebRequest {
    std::string method = "GET";
    std::string url;  ///< http or https
    WebHeaders headers;
    std::string body;
    Millis timeout{10'000};                         ///< redirects included
    std::size_t max_bytes = std::size_t{1} << 20U;  ///< of the answer's body, unpacked
    unsigned redirects = 0;                         ///< how many are followed
};

struct WebAnswer {
    unsigned status = 0;
    WebHeaders headers;
    std::string body;
    std::string url;  ///< that answered
};

using WebDone = std::function<void(Result<WebAnswer>)>;
/// Refuses a capability, "http:HOST:PORT".
using WebAllowed = std::function<Result<>(const std::string& capability)>;

/// The requests of one instance on their way; those that are under way end with it. Any thread.
class WebSession {
  public:
    WebSession() = default;
    WebSession(const WebSession&) = delete;
    WebSession& operator=(const WebSession&) = delete;
    virtual ~WebSession() = default;

    /// `allowed` is asked for the URL and for every redirect; `done` is called once, on any thread,
    /// or not at all when the session has gone.
    virtual void request(WebRequest request, WebAllowed allowed, WebDone done) = 0;
};

/// The way out, wired in by app.
class WebPort {
  public:
    WebPort() = default;
    WebPort(const WebPort&) = delete;
    WebPort& operator=(const WebPort&) = delete;
    virtual ~WebPort() = default;

    /// Any thread.
    [[nodiscard]] virtual std::unique_ptr<WebSession> open() = 0;
};

/// HTTP as one extension instance sees it: to the hosts that it has been granted, kMostAtOnce
/// requests at a time, the others in order of arrival. Answers come on its worker's thread, never
/// before the call returns. Worker thread.
class Web {
  public:
    static constexpr std::size_t kMostAtOnce = 16;
    static constexpr std::size_t kMostWaiting = 256;
    static constexpr double kMostASecond = 50;
    static constexpr Millis kLongestTimeout{60'000};
    static constexpr std::size_t kLargestBody = std::size_t{16} << 20U;  ///< either way
    static constexpr std::size_t kMostHeaders = 64;
    static constexpr unsigned kMostRedirects = 5;

    /// `capabilities` outlives this.
    Web(std::unique_ptr<WebSession> session, const Capabilities& capabilities,
        const std::shared_ptr<Worker>& worker);

    /// Errors: denied (a host that is not granted; a name that leads into a private network),
    /// limit (rate, waiting requests, sizes), invalid (the request), timeout, unavailable,
    /// protocol, io.
    void request(WebRequest request, WebDone done);

  private:
    struct Wish {
        WebRequest request;
        WebDone done;
    };

    [[nodiscard]] Result<> check(const WebRequest& request);
    void begin(Wish wish);
    void ended();

    std::unique_ptr<WebSession> session_;
    const Capabilities& capabilities_;
    const std::weak_ptr<Worker> worker_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::deque<Wish> waiting_;
    std::size_t under_way_ = 0;
    double tokens_ = kMostASecond;
    SteadyTime counted_ = std::chrono::steady_clock::now();
};

}  // namespace rookery::hostapi
