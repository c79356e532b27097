#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "model/operations.hpp"
#include "net/http_client.hpp"
#include "platform/discord/uploads.hpp"
#include "platform/whatsapp/values.hpp"
#include "rest/rest_client.hpp"

#include <memory>
#include <string>

namespace rookery::whatsapp {

using discord::Upload;
using discord::UploadRules;

struct ApiOptions {
    net::Url base;  ///< "http://host:3000/api"
    Secret key;
    std::string session;  ///< of a bridge that has several accounts; empty: none is named
    net::ConnectOptions connect;
    rest::RestOptions rest;
    UploadRules uploads;
    Millis request_timeout{15'000};
    Millis upload_timeout{120'000};
};

struct ApiRequest {
    std::string method = "GET";
    std::string path;   ///< below the base, with its query
    std::string label;  ///< the path as a template, for messages
    Json body;
};

/// Who asks.
struct CallContext {
    std::string extension;
    Millis deadline{30'000};
    model::Lane lane = model::Lane::background;
};

/// A bridge's REST API. Errors carry the route as a template and the bridge's words; never the key.
/// Kinds by status: 400 invalid; 401, 403 denied; 404 not_found; 413, 429 limit; 5xx unavailable; a
/// success that is no JSON protocol. io thread.
class Api {
  public:
    Api(async::Executor executor, ApiOptions options);
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;
    ~Api();

    /// The answer of a success; null when it is empty.
    [[nodiscard]] async::Task<Result<Json>> send(ApiRequest request, CallContext context);
    /// POST /messages with a file.
    [[nodiscard]] async::Task<Result<Json>> send_file(std::string to, std::string caption,
                                                      Upload file, CallContext context);
    /// GET /messages: the newest that the bridge keeps of a chat, in its order.
    [[nodiscard]] async::Task<Result<Json>> messages(std::string chat, std::size_t limit,
                                                     CallContext context);

    /// Every request under way or to come ends with Error cancelled.
    void shutdown();
    [[nodiscard]] const UploadRules& upload_rules() const noexcept;
    [[nodiscard]] const rest::RestCounters& counters() const noexcept;
    [[nodiscard]] const std::map<std::string, rest::RouteCounters>& routes() const noexcept;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

/// A list that stands for itself or under one of the names that bridges give it; null: there is
/// none.
[[nodiscard]] const Json& list_in(const Json& answer, std::string_view name);

}  // namespace rookery::whatsapp
