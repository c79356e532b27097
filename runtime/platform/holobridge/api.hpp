#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "model/operations.hpp"
#include "net/http_client.hpp"
#include "rest/rest_client.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rookery::holobridge {

constexpr std::size_t kMostGuilds = 100'000;  ///< of one upstream; others are left out

struct ApiOptions {
    std::string base_url;  ///< "https://host:3000": what is before /api
    Secret key;
    net::ConnectOptions connect;
    rest::RestOptions rest;
    Millis request_timeout{20'000};
};

struct ApiRequest {
    std::string method = "GET";
    std::string path;   ///< "/api/guilds/1?limit=5", ids in place
    std::string label;  ///< the path as a template
    nlohmann::json body;
    std::string extension;  ///< who asks
    Millis deadline{30'000};
    model::Lane lane = model::Lane::background;
};

/// The REST side of a HoloBridge, or of another Rookery. Obeys its rate limit. io thread.
class Api {
  public:
    /// Error invalid: the base URL.
    [[nodiscard]] static Result<std::unique_ptr<Api>> create(const async::Executor& executor,
                                                             ApiOptions options);
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;
    ~Api();

    /// `data` of the answer, or the answer itself where it is no envelope; null when there is none.
    /// Errors by to_error(), and those of rest::RestClient.
    [[nodiscard]] async::Task<Result<nlohmann::json>> send(ApiRequest request);
    /// The ids of the guilds that the key may see.
    [[nodiscard]] async::Task<Result<std::vector<std::string>>> guilds();

    /// Whatever is under way or to come ends with Error cancelled.
    void shutdown();
    [[nodiscard]] const rest::RestCounters& counters() const noexcept;
    [[nodiscard]] const std::map<std::string, rest::RouteCounters>& routes() const noexcept;

  private:
    struct Impl;
    explicit Api(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

/// Whether it can be the id of a guild of any platform: a short word.
[[nodiscard]] bool is_guild_id(std::string_view text);

/// What {error, code, details} of a refusal say. Kinds by status: 401, 403 denied; 404 not_found;
/// 409 exists; 413, 429 limit; 501 unsupported; others of 5xx unavailable; the rest invalid.
[[nodiscard]] Error to_error(const std::string& label, const net::HttpResponse& response);
/// `data` of {success, data}; null where there is none. Error protocol: no JSON, or nested deeper
/// than model::JsonIndex::kMaxDepth.
[[nodiscard]] Result<nlohmann::json> unwrap(const std::string& label, const std::string& body);
[[nodiscard]] rest::LimitInfo read_limits(const net::HttpResponse& response);

}  // namespace rookery::holobridge
