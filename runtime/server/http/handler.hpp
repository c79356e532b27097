#pragma once

#include "server/http/message.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <any>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace rookery::server {

/// One request on its way to its answer. Server thread. Dropped without an answer it is answered
/// with 500.
class Exchange {
  public:
    Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    virtual ~Exchange() = default;

    [[nodiscard]] const Request& request() const noexcept { return request_; }

    /// The answer, once; does nothing when the client has gone.
    virtual void respond(Response response) = 0;

    /// `gone` runs, once, when the client leaves before it was answered.
    virtual void on_gone(std::function<void()> gone) = 0;

    /// Bytes of body that are taken; more is answered with 413. To be set in Handler::admit().
    std::size_t body_limit = std::size_t{1} << 20U;
    /// What admit() found out, for handle(): who asks, say.
    std::any note;
    /// Added to the answer, whoever gives it: rate limits, say.
    Headers response_headers;

  protected:
    Request request_;
};
using ExchangePtr = std::shared_ptr<Exchange>;

/// A connection after the 101: nothing of HTTP is left on it.
struct Upgraded {
    using Plain = boost::asio::ip::tcp::socket;
    using Tls = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

    std::variant<Plain, std::unique_ptr<Tls>> socket;
    std::string early;  ///< bytes that came right behind the request
};

/// What answers the requests below a path. Server thread.
class Handler {
  public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    virtual ~Handler() = default;

    /// The head has come, and nothing of the body has been read: an answer refuses it there.
    [[nodiscard]] virtual std::optional<Response> admit(Exchange& exchange) {
        static_cast<void>(exchange);
        return std::nullopt;
    }

    /// The request is whole.
    virtual void handle(ExchangePtr exchange) = 0;

    /// A websocket is asked for, in due form (version, key, method). The function takes the
    /// connection after the 101; an answer refuses it. admit() is not called.
    using Upgrade = std::function<void(Upgraded)>;
    [[nodiscard]] virtual std::variant<Response, Upgrade> upgrade(const Request& request) {
        static_cast<void>(request);
        return failure(426, "UPGRADE_REFUSED", "there is no websocket at this path");
    }
};

}  // namespace rookery::server
