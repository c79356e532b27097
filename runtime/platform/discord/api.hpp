#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "model/operations.hpp"
#include "net/http_client.hpp"
#include "platform/discord/uploads.hpp"
#include "rest/rest_client.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>

namespace rookery::discord {

struct ApiOptions {
    std::string base_url = "https://discord.com/api/v10";
    Secret token;
    /// The form that Discord asks for; others are blocked.
    std::string user_agent = "DiscordBot (https://github.com/rookery/rookery, 0.1.0)";
    net::ConnectOptions connect;
    rest::RestOptions rest;
    Millis request_timeout{15'000};
    Millis upload_timeout{120'000};  ///< of a request with files
    UploadRules uploads;
};

/// What GET /gateway/bot says. Changes: ask again before any batch of identifies.
struct GatewayInfo {
    std::string url;
    unsigned shards = 1;  ///< recommended
    unsigned total = 1'000;
    unsigned remaining = 1'000;  ///< identifies left
    Millis reset_after{0};
    unsigned max_concurrency = 1;
};

/// Who asks for an operation.
struct CallContext {
    std::string extension;
    std::string nonce_key;  ///< the same for the same effect wished for again; empty: no protection
    Millis deadline{30'000};
    model::Lane lane = model::Lane::background;
};

/// Discord's REST API: operations of the schema, and what the gateway link needs. Obeys the rate
/// limits (rest::RestClient). Errors carry the route as a template, the HTTP status, Discord's code
/// and text, and the paths of what was wrong in a form (Error::refusal()); never a token.
///
/// Error kinds by status: 400 invalid; 401, 403 denied; 404 not_found; 409 exists; 413, 429 limit;
/// others of 4xx invalid; 5xx unavailable.
class DiscordApi {
  public:
    using Done = std::function<void(Result<nlohmann::json>)>;

    /// Error invalid: the base URL.
    [[nodiscard]] static Result<std::unique_ptr<DiscordApi>> create(async::Executor executor,
                                                                    ApiOptions options);
    DiscordApi(const DiscordApi&) = delete;
    DiscordApi& operator=(const DiscordApi&) = delete;
    /// close() must have been awaited, or nothing must be under way.
    ~DiscordApi();

    /// Runs one operation, api.request (the raw way) included. `arguments` have been checked
    /// against the schema. `done` gets the answer in the operation's shape. Any thread; `done` runs
    /// once, on the io thread, after call() has returned.
    void call(const model::OperationInfo& operation, nlohmann::json arguments, CallContext context,
              Done done);

    /// Io thread. Error denied: the token was refused.
    [[nodiscard]] async::Task<Result<GatewayInfo>> gateway();

    /// Ends everything under way with Error cancelled. Io thread; nothing may be called afterwards.
    [[nodiscard]] async::Task<> close();

    /// Io thread.
    [[nodiscard]] const rest::RestCounters& counters() const noexcept;
    [[nodiscard]] const std::map<std::string, rest::RouteCounters>& routes() const noexcept;

  private:
    struct Impl;
    explicit DiscordApi(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace rookery::discord
