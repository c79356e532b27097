#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "model/operations.hpp"
#include "net/http_client.hpp"
#include "net/url.hpp"
#include "platform/discord/uploads.hpp"
#include "rest/rest_client.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::revolt {

using discord::Upload;
using discord::UploadRules;

struct ApiOptions {
    std::string base_url;     ///< the one address that must be known
    std::string gateway_url;  ///< empty: what the API says
    std::string cdn_url;      ///< the same
    Secret token;
    net::ConnectOptions connect;
    rest::RestOptions rest;
    UploadRules uploads;
    Millis request_timeout{15'000};
    Millis upload_timeout{120'000};
};

/// What GET / says of a server.
struct Places {
    std::string gateway;  ///< ws://...
    std::string cdn;      ///< with a slash at its end; empty: the server has no files
    std::size_t message_length = 2'000;  ///< bytes
    std::size_t message_attachments = 5;
};

struct ApiRequest {
    std::string method = "GET";
    std::string path;   ///< below the base, ids in place, with its query
    std::string label;  ///< the path as a template: for messages and as the limit's name
    std::string major;  ///< the id that its limits are counted for
    nlohmann::json body;
    std::string reason;
    std::string idempotency_key;
    bool authenticated = true;
};

/// Whether the token may go to an address that the server at `base` has named: what was asked in
/// secret is not told in the open. Error denied. `what`: "event server".
[[nodiscard]] Result<> may_trust(const net::Url& base, const char* what, std::string_view address);

/// Who asks.
struct CallContext {
    std::string extension;
    Millis deadline{30'000};
    model::Lane lane = model::Lane::background;
};

/// A server's REST API and its file server. Obeys the limits (rest::RestClient). Errors carry the
/// route as a template and the platform's words; never a token. io thread.
class Api {
  public:
    /// Error invalid: the base URL.
    [[nodiscard]] static Result<std::unique_ptr<Api>> create(async::Executor executor,
                                                             ApiOptions options);
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;
    ~Api();

    /// Asks once, then remembers; `again`: asks anew.
    [[nodiscard]] async::Task<Result<Places>> discover(bool again);
    /// As found, or as configured while nothing has been found.
    [[nodiscard]] const Places& places() const noexcept;
    [[nodiscard]] const std::string& base() const noexcept;  ///< without a slash at its end

    /// The answer of a success; null when it is empty.
    [[nodiscard]] async::Task<Result<nlohmann::json>> send(ApiRequest request, CallContext context);
    /// Gives a file to the file server: its id. `tag`: "attachments".
    [[nodiscard]] async::Task<Result<std::string>> upload(std::string tag, Upload file,
                                                          CallContext context);

    /// Every request under way or to come ends with Error cancelled.
    void shutdown();
    [[nodiscard]] const UploadRules& upload_rules() const noexcept;
    [[nodiscard]] const rest::RestCounters& counters() const noexcept;
    [[nodiscard]] const std::map<std::string, rest::RouteCounters>& routes() const noexcept;
    [[nodiscard]] bool token_refused() const noexcept;

  private:
    struct Impl;
    explicit Api(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace rookery::revolt
