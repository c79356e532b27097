#pragma once

#include "base/clock.hpp"
#include "sim/ws_channel.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::sim {

struct HttpRequest {
    std::string method;
    std::string path;                                            ///< before the '?', not decoded
    std::multimap<std::string, std::string, std::less<>> query;  ///< decoded
    std::map<std::string, std::string, std::less<>> headers;     ///< names in lower case
    std::string body;

    [[nodiscard]] std::string_view header(std::string_view name) const;
    [[nodiscard]] std::string query_value(std::string_view name,
                                          std::string_view fallback = {}) const;
    /// The fallback also for what is no whole number from 0 on.
    [[nodiscard]] std::int64_t query_number(std::string_view name, std::int64_t fallback) const;
};

struct HttpReply {
    unsigned status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    Millis delay{0};       ///< waits that long before the answer leaves
    bool cut = false;      ///< closes the connection after half of the answer
    bool endless = false;  ///< goes on with spaces behind the body, for ever
};

/// The body is written as JSON; bytes that are no UTF-8 are replaced.
[[nodiscard]] HttpReply json_reply(const nlohmann::json& body, unsigned status = 200);
[[nodiscard]] HttpReply no_content();

using HttpResponder = std::function<void(HttpReply)>;  ///< called once, at any time later
using HttpHandler = std::function<void(HttpRequest, HttpResponder)>;

/// What takes the websocket of an upgrade; to be started by it. Empty: no upgrade, the request goes
/// to the HttpHandler.
using WsTaker = std::function<void(std::shared_ptr<WsChannel>)>;
using UpgradeHandler = std::function<WsTaker(const HttpRequest&)>;

/// Serves one accepted connection (HTTP/1.1, keep-alive) until either side ends it.
/// Upgrades to websocket are offered to `upgrades` first, when there is one. `handler` and
/// `upgrades` must outlive the connection. Simulator thread.
void serve_http(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls,
                const HttpHandler& handler, const UpgradeHandler* upgrades = nullptr);

/// %XX decoded; broken escapes stay as they are.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace rookery::sim
