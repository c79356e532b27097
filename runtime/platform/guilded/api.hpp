#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "gateway/bot.hpp"
#include "model/operations.hpp"
#include "net/http_client.hpp"
#include "platform/discord/uploads.hpp"
#include "platform/guilded/seen.hpp"
#include "platform/guilded/translate.hpp"
#include "rest/rest_client.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace rookery::guilded {

struct ApiOptions {
    Flavour flavour = Flavour::bot;
    std::string base_url;   ///< "https://host/api/v1"; of the user flavour "https://host/api"
    std::string media_url;  ///< of uploads and webhooks; empty: that host
    Secret token;           ///< bearer token; of the user flavour the cookie hmac_signed_session
    Secret client_id;       ///< user flavour: the cookie guilded_mid
    net::ConnectOptions connect;
    rest::RestOptions rest;
    discord::UploadRules uploads;
    Millis request_timeout{15'000};
    Millis upload_timeout{120'000};
};

/// The REST API of either flavour. Error kinds by status: 400 invalid; 401, 403 denied; 404
/// not_found; 409 exists; 413, 429 limit; others of 4xx invalid; 5xx unavailable. An answer that is
/// a web page is `unavailable`: the API is not there any more. io thread.
class GuildedApi {
  public:
    /// `seen` outlives it. Error invalid: an URL.
    [[nodiscard]] static Result<std::unique_ptr<GuildedApi>> create(async::Executor executor,
                                                                    ApiOptions options, Seen& seen);
    GuildedApi(const GuildedApi&) = delete;
    GuildedApi& operator=(const GuildedApi&) = delete;
    /// close() must have been awaited, or nothing must be under way.
    ~GuildedApi();

    /// Carries out one operation. `done` runs once, after call() has returned.
    void call(const model::PlatformOperation& operation, gateway::BotCall call,
              gateway::BotCallDone done);

    /// The text of an answer, for the link: no deeper than an index reads.
    [[nodiscard]] async::Task<Result<std::string>> get(std::string path, std::string key);

    /// Headers that say who we are, for the websocket too.
    [[nodiscard]] net::HttpHeaders identity() const;

    /// Ends everything under way with Error cancelled; nothing may be called afterwards.
    [[nodiscard]] async::Task<> close();

    [[nodiscard]] const rest::RestCounters& counters() const noexcept;
    [[nodiscard]] const std::map<std::string, rest::RouteCounters>& routes() const noexcept;

  private:
    struct Impl;
    explicit GuildedApi(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

/// What an answer says about the limits: 429 with Retry-After in seconds, or 5 s without it.
[[nodiscard]] rest::LimitInfo read_limits(const net::HttpResponse& response);

/// A refusal as an error: "POST /channels/{channel}/messages: 400, BadRequestError, text".
[[nodiscard]] Error to_error(std::string_view key, const net::HttpResponse& response);

}  // namespace rookery::guilded
